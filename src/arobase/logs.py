"""Where the log goes when we own the process: standard error, as results go to standard output."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(level: int = logging.WARNING) -> None:
    """Write events of `level` and above to standard error; Airflow and tests keep their own way."""
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_to_standard_error,
    )


def _to_standard_error(*_: object) -> structlog.WriteLogger:
    """Find standard error when a line is written: what owned it at the start may have closed it."""
    return structlog.WriteLogger(file=sys.stderr)
