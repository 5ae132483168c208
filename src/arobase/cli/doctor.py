"""`arobase doctor`: what could keep Arobase from working, one line each, with its remedy."""

from __future__ import annotations

from typing import Annotated, Literal

import typer


def doctor(
    *,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Check for a run with the stand-ins.")
    ] = False,
    language: Annotated[
        Literal["fr", "en"], typer.Option("--lang", help="Language of what is printed.")
    ] = "fr",
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Check Python, ports, disk, catalogue, tokens, warehouse, published version and clock."""
    from arobase.cli import FAILED
    from arobase.cli.checkup import check_everything
    from arobase.cli.output import report

    findings = list(check_everything(sandbox=sandbox))
    lines = [finding.line(language) for finding in findings]
    report(findings, as_json=as_json, text="\n".join(lines))
    if any(finding.state == "wrong" for finding in findings):
        raise typer.Exit(FAILED)
