"""What commands print: one JSON value for programs, or lines for people."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel


def report(value: Any, *, as_json: bool, text: str) -> None:
    """Print a result as JSON, or as the text a person reads."""
    typer.echo(as_json_text(value) if as_json else text)


def as_json_text(value: Any) -> str:
    """Return any of our reports as JSON."""
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=2)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
