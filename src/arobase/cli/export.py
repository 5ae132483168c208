"""`arobase export`: a published table as a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer


def export(
    table: Annotated[str, typer.Argument(help="A published table, such as indicator_values.")],
    *,
    file_format: Annotated[
        Literal["csv", "parquet", "json", "xlsx"], typer.Option("--format", help="Kind of file.")
    ] = "csv",
    city: Annotated[str | None, typer.Option(help="Only this town.")] = None,
    indicator: Annotated[str | None, typer.Option(help="Only this indicator.")] = None,
    french: Annotated[
        bool, typer.Option("--fr", help="CSV for a French spreadsheet: ; and decimal commas.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", dir_okay=False, help="File to write.")
    ] = None,
) -> None:
    """Write a published table as CSV, Parquet, JSON or XLSX, to a file or to standard output."""
    from arobase.exports import export_table
    from arobase.landing import write_atomically

    content = export_table(table, file_format, city=city, indicator=indicator, french=french)
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write_atomically(output.absolute(), content)
