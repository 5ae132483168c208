"""Commands that move data: the same calls as the DAG tasks make."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Language = Annotated[
    Literal["fr", "en"], typer.Option("--lang", help="Language of what is printed.")
]


def check_catalog(*, as_json: Json = False) -> None:
    """Read every catalogue file and say what is wrong, or how much there is."""
    from arobase.catalog import catalog
    from arobase.cli.output import report

    found = catalog()
    counts = {
        "cities": len(found.cities),
        "sources": len(found.sources),
        "indicators": len(found.indicators),
        "claims": sum(1 for _ in found.claims()),
        "feeds": sum(1 for _ in found.feeds()),
    }
    text = ", ".join(f"{count} {name}" for name, count in counts.items())
    report(counts, as_json=as_json, text=f"The catalogue is right: {text}.")


def ingest(
    source: Annotated[str, typer.Argument(help="Id of the source.")],
    *,
    city: Annotated[list[str] | None, typer.Option(help="Only this town; may be repeated.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Fetch from this day on.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Fetch all the publisher keeps.")] = False,
    as_json: Json = False,
) -> None:
    """Fetch one source now and land what it answers."""
    from arobase.catalog import catalog, names
    from arobase.cli import FAILED
    from arobase.cli.output import report
    from arobase.ingest import ingest as fetch_and_land

    names.known_cities(catalog(), names.known_source(catalog(), source), city or [])
    done = fetch_and_land(
        source, city_ids=city or None, since=since.date() if since else None, full=full
    )
    lines = [f"{source}: {done.landed} landed, {done.unchanged} unchanged"]
    lines += [f"{city_id}: {why}" for city_id, why in done.failed.items()]
    report(done, as_json=as_json, text="\n".join(lines))
    if done.failed:
        raise typer.Exit(FAILED)


def refresh(
    *,
    full: Annotated[bool, typer.Option("--full", help="Rebuild every model.")] = False,
    as_json: Json = False,
) -> None:
    """Load what has landed, transform, audit and publish."""
    from arobase.cli.output import report
    from arobase.cli.summary import refreshed
    from arobase.pipeline import refresh as refresh_all

    done = refresh_all(full=full)
    report(done, as_json=as_json, text=refreshed(done))


def run(
    *,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Start the stand-ins and read from them.")
    ] = False,
    language: Language = "fr",
    as_json: Json = False,
) -> None:
    """Ingest everything due, then refresh, in this process and without Airflow."""
    from arobase.cli import FAILED
    from arobase.cli.one_run import run_once
    from arobase.cli.output import report
    from arobase.cli.summary import of_run

    done = run_once(sandbox=sandbox)
    report(done, as_json=as_json, text="" if as_json else of_run(done, language))
    if done.failed:
        raise typer.Exit(FAILED)


def drop(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file.")],
    *,
    source: Annotated[str, typer.Option(help="Id of the source it belongs to.")],
    city: Annotated[str, typer.Option(help="Id of the town it is about.")],
    as_json: Json = False,
) -> None:
    """Put a file in the inbox; a running Arobase picks it up within seconds."""
    from arobase import inbox
    from arobase.catalog import catalog, names
    from arobase.cli.output import report

    names.known_cities(catalog(), names.known_source(catalog(), source), [city])
    placed = inbox.drop(file, file.name, source, city)
    report({"placed": placed}, as_json=as_json, text=f"In the inbox: {placed}")
