"""The command line. Each command imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import sys

FAILED = 1
WRONG_USAGE = 2


def main() -> None:
    """Run the command line; what Arobase raises on purpose becomes one message and an exit code."""
    from arobase.cli.app import app
    from arobase.errors import ArobaseError, CatalogError, UsageError

    try:
        app()
    except (CatalogError, UsageError) as error:
        _stop(str(error), WRONG_USAGE)
    except ArobaseError as error:
        _stop(str(error), FAILED)
    except ValueError as error:
        if (message := _wrong_setting(error)) is None:
            raise
        _stop(message, WRONG_USAGE)


def _stop(message: str, code: int) -> None:
    sys.stderr.write(f"{message}\n")
    sys.exit(code)


def _wrong_setting(error: ValueError) -> str | None:
    """Return what to correct in the environment, when that is what the error is about."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError) or error.title != "Settings":
        return None
    return "\n".join(
        f"AROBASE_{'_'.join(str(part) for part in each['loc']).upper()}:"
        f" found {each['input']!r}: {each['msg']}"
        for each in error.errors()
    )
