"""Reports of the pipeline as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from rich.console import Console

from arobase.catalog import Text, catalog
from arobase.pipeline import RefreshReport, RunReport
from arobase.published import published
from arobase.settings import current_time
from arobase.supervisor import headline_table

PULLED = Text(
    fr="{count} sources relevées, {files} fichiers pris",
    en="{count} sources pulled, {files} files taken",
)
FAILED = Text(fr="EN ÉCHEC  {what} : {why}", en="FAILED  {what}: {why}")


def refreshed(report: RefreshReport) -> str:
    """Return what a refresh did."""
    load, transform, audit, publish = (
        report.load,
        report.transform,
        report.audit,
        report.publish,
    )
    version = f"version {publish.version}" if publish.version else "nothing new to publish"
    return (
        f"loaded {load.batches} batches ({load.rows_loaded} rows,"
        f" {load.rows_quarantined} set aside),"
        f" built {transform.models_built} models, audited {audit.audited_rows} rows"
        f" ({audit.critical} critical, {audit.warning} warnings), {version}"
    )


def of_run(done: RunReport, language: str) -> str:
    """Return what a run did, and the figures of the first town."""
    return "\n".join(_lines(done, language))


def _lines(done: RunReport, language: str) -> Iterator[str]:
    yield PULLED.in_language(language).format(count=len(done.ingested), files=done.claimed)
    for what, why in done.failed.items():
        yield FAILED.in_language(language).format(what=what, why=why)
    yield refreshed(done.refresh)
    known = catalog()
    city = next(iter(known.cities.values()))
    today = current_time().astimezone(ZoneInfo(city.timezone)).date()
    console = Console(highlight=False, width=120)
    with console.capture() as capture:
        console.print(headline_table.table(known, city, published().current(), today, language))
    yield capture.get().rstrip()
