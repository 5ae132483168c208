"""What the DAGs say about themselves, read from the catalogue: schedules, texts, owners, towns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from airflow.sdk import CronTriggerTimetable

from arobase.catalog import NATIONAL, Arrival, Period, Source, SourceScope, Text, catalog
from arobase.catalog.models import Owner
from arobase.orchestration.callbacks import report_failure
from arobase.orchestration.outcomes import Patience

TIMEZONE = "Europe/Paris"
WRITER_POOL = "warehouse_writer"
"""One slot: the tasks that open the warehouse take turns; fetches do not wait for them."""

TOWNS_PER_TASK = 50
DAYS = {
    Period.day: "* * *",
    Period.week: "* * 1",
    Period.month: "1 * *",
    Period.quarter: "1 1,4,7,10 *",
    Period.year: "1 1 *",
}
EVERY_MINUTE = CronTriggerTimetable("* * * * *", timezone="UTC")


def keeper() -> Owner:
    """Return who answers for the flows no single source owns: the owner of most sources."""
    owners = Counter(
        (source.owner.name, source.owner.email) for source in catalog().sources.values()
    )
    (name, email), _ = min(owners.items(), key=lambda item: (-item[1], item[0]))
    return Owner(name=name, email=email)


def link(owner: Owner) -> dict[str, str]:
    """Return an owner as Airflow shows it."""
    return {owner.name: f"mailto:{quote(owner.email, safe='@')}"}


def default_args(owner: Owner, *, minutes: int) -> dict[str, Any]:
    """Return the settings of every task: tries, waits, and the longest it may take."""
    return {
        "owner": owner.name,
        "retries": 3,
        "retry_policy": Patience(),
        "retry_delay": timedelta(seconds=10),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(hours=1),
        "execution_timeout": timedelta(minutes=minutes),
        "on_failure_callback": report_failure,
    }


def pull_sources() -> Iterator[Source]:
    """Yield the sources we fetch, of which at least one town has an account."""
    wanted = {source.id for source, _ in catalog().feeds()}
    for source in catalog().sources.values():
        if source.arrival is Arrival.pull and source.id in wanted:
            yield source


def town_groups(source: Source) -> list[list[str]]:
    """Return the towns to fetch a source for, one list for each task."""
    if source.scope is SourceScope.national:
        return [[NATIONAL]]
    towns = [city.id for city in catalog().cities.values() if source.id in city.sources]
    return [towns[start : start + TOWNS_PER_TASK] for start in range(0, len(towns), TOWNS_PER_TASK)]


def cadence(source: Source) -> CronTriggerTimetable:
    """Return when a source is pulled, on the clock of the towns.

    A new source waits for its hour, whenever it is added: whoever wants it sooner says so.
    """
    hour, minute = source.cadence.at.split(":")
    cron = f"{int(minute)} {int(hour)} {DAYS[source.cadence.every]}"
    return CronTriggerTimetable(cron, timezone=TIMEZONE, run_immediately=timedelta())


def about(source: Source) -> dict[str, Any]:
    """Return the texts, owner and tags of the DAG that pulls a source."""
    return {
        "dag_display_name": f"Collecte : {source.title.fr}",
        "description": source.title.en,
        "doc_md": f"{_description(source, 'fr')}\n\n---\n\n{_description(source, 'en')}\n",
        "owner_links": link(source.owner),
        "tags": ["ingest", source.theme, source.cadence.every.value, source.sensitivity],
    }


def _description(source: Source, language: str) -> str:
    words = Text(
        fr="Éditeur : {} · licence : {} · [documentation]({})",
        en="Publisher: {} · licence: {} · [documentation]({})",
    )
    facts = words.in_language(language).format(
        source.publisher, f"[{source.licence.name}]({source.licence.url})", source.documentation
    )
    paragraphs = [
        f"**{source.title.in_language(language)}**",
        source.description.in_language(language),
        facts,
    ]
    if source.secret_help:
        paragraphs.append(source.secret_help.in_language(language))
    return "\n\n".join(paragraphs)
