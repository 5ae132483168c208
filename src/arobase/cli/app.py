"""The commands, and where each is written."""

from __future__ import annotations

from typing import Annotated

import typer

from arobase import __version__
from arobase.cli import doctor, export, pipeline, scaffold, services

app = typer.Typer(
    name="arobase",
    help="Gather, check and publish the figures of a town's digital life.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong usage or catalogue.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Its coloured help takes half a second to import.
    rich_markup_mode=None,
)
catalog_app = typer.Typer(help="Work with the catalogue.", no_args_is_help=True)
inbox_app = typer.Typer(help="Hand files in.", no_args_is_help=True)
new_app = typer.Typer(help="Write the first files of something new.", no_args_is_help=True)


def _version(value: bool) -> None:
    if value:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _arobase(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    from arobase import logs

    logs.configure()


app.command()(services.up)
app.command()(services.sandbox)
app.command()(services.events)
app.command()(services.dashboard)
app.command()(pipeline.ingest)
app.command()(pipeline.refresh)
app.command()(pipeline.run)
app.command()(export.export)
app.command()(doctor.doctor)
app.add_typer(catalog_app, name="catalog")
app.add_typer(inbox_app, name="inbox")
app.add_typer(new_app, name="new")
catalog_app.command("check")(pipeline.check_catalog)
inbox_app.command("drop")(pipeline.drop)
new_app.command("source")(scaffold.source)
new_app.command("indicator")(scaffold.indicator)
new_app.command("city")(scaffold.city)
