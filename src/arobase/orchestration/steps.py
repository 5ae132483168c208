"""The bodies of the tasks: a call into the pipeline each, giving counts back. No Airflow here.

The refresh tasks share one file, `$AROBASE_HOME/refresh_unfinished`: there from the start of a
build until its figures are published, so that a run that died half way is taken up by a later look.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from arobase.catalog import NATIONAL, catalog
from arobase.errors import SourceUnchanged
from arobase.landing import Landing
from arobase.settings import settings

SECOND_CHANCE_S = 300.0
"""How long after its start a refresh that did not finish is tried again when nothing lands."""

REST_S = 3_600.0
"""How long a refresh may be left out when nothing lands: lateness moves with the clock."""


def pull(
    source_id: str,
    city_ids: Sequence[str],
    *,
    since: str | None,
    full: bool,
    secrets: Callable[[str, str], SecretStr | None],
) -> dict[str, int]:
    """Fetch and land one source for some towns.

    Args:
        source_id: the source.
        city_ids: the towns, or `_national` alone.
        since: fetch from this day, as `YYYY-MM-DD`.
        full: fetch all the history the publisher keeps.
        secrets: gives the token of a town for a source.
    """
    from arobase.ingest import ingest

    report = ingest(
        source_id,
        city_ids=None if list(city_ids) == [NATIONAL] else city_ids,
        since=date.fromisoformat(since) if since else None,
        full=full,
        secrets=secrets,
    )
    return {"landed": report.landed, "unchanged": report.unchanged, "failed": len(report.failed)}


def claim() -> list[str]:
    """Land every file ready in the inbox, refused ones too, and return the sources they belong to.

    Raises:
        SourceUnchanged: no file is ready.
    """
    from arobase import inbox

    ready = inbox.ready()
    if not ready:
        raise SourceUnchanged("no file is ready in the inbox")
    found = {path.relative_to(settings().inbox).parts[0] for path in ready}
    landed = {source_id for source_id, _, _ in inbox.claim().landed}
    return sorted((found | landed) & catalog().sources.keys())


def build(*, anyway: bool, full: bool) -> dict[str, Any]:
    """Load what landed and build the models that depend on it.

    Raises:
        SourceUnchanged: there is nothing to do, and nobody asked for it `anyway`.
    """
    if not (anyway or full or due()):
        raise SourceUnchanged("nothing landed since the last refresh")
    from arobase import pipeline

    _unfinished().parent.mkdir(parents=True, exist_ok=True)
    _unfinished().touch()
    loaded, built = pipeline.build(full=full)
    counts = {name: value for name, value in asdict(loaded).items() if isinstance(value, int)}
    return {**counts, "models_built": built.models_built}


def audit(*, full: bool) -> dict[str, Any]:
    """Judge the figures that changed."""
    from arobase import pipeline

    return asdict(pipeline.audit(full=full))


def publish(*, full: bool) -> dict[str, Any]:
    """Show the figures that hold."""
    from arobase import pipeline

    report = pipeline.publish(full=full)
    _finished().touch()
    _unfinished().unlink(missing_ok=True)
    return asdict(report)


def due() -> bool:
    """Tell whether a refresh has anything to do, without opening the warehouse.

    It has when a batch is pending, when the catalogue changed, when a run stopped half way a while
    ago, and once an hour.
    """
    if not _finished().exists() or next(Landing(settings().landing).pending(), None):
        return True
    rested_s = _age_s(_finished())
    stopped = _unfinished().exists() and _age_s(_unfinished()) > SECOND_CHANCE_S
    return stopped or rested_s > REST_S or rested_s > _catalogue_age_s()


def _age_s(path: Path) -> float:
    return time.time() - path.stat().st_mtime


def _catalogue_age_s() -> float:
    files = (path for folder in settings().catalog for path in folder.rglob("*.y*ml"))
    return min((_age_s(path) for path in files), default=float("inf"))


def _unfinished() -> Path:
    return settings().home / "refresh_unfinished"


def _finished() -> Path:
    return settings().home / "refresh_finished"
