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
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from arobase.catalog import NATIONAL, catalog
from arobase.errors import SourceUnchanged
from arobase.landing import Landing
from arobase.settings import settings

if TYPE_CHECKING:
    from arobase.audit import Suites

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
    from arobase.load import load
    from arobase.transform import transform

    _unfinished().parent.mkdir(parents=True, exist_ok=True)
    _unfinished().touch()
    loaded = load()
    built = transform(full=full)
    return {
        "batches": loaded.batches,
        "rows_in": loaded.rows_in,
        "rows_loaded": loaded.rows_loaded,
        "rows_quarantined": loaded.rows_quarantined,
        "rows_deduplicated": loaded.rows_deduplicated,
        "models_built": built.models_built,
    }


def audit() -> dict[str, Any]:
    """Judge the figures that changed."""
    from arobase.audit import audit as judge

    return asdict(judge(_suites))


def publish() -> dict[str, Any]:
    """Show the figures that hold."""
    from arobase.publish import publish as show

    report = show()
    _finished().touch()
    _unfinished().unlink(missing_ok=True)
    return asdict(report)


def _suites() -> Suites:
    from expectations import SUITES

    return SUITES


def due() -> bool:
    """Tell whether a refresh has anything to do, without opening the warehouse."""
    pending = next(Landing(settings().landing).pending(), None)
    if pending is not None or not _finished().exists():
        return True
    return _age_s(_finished()) > REST_S or (
        _unfinished().exists() and _age_s(_unfinished()) > SECOND_CHANCE_S
    )


def _age_s(path: Path) -> float:
    return time.time() - path.stat().st_mtime


def _unfinished() -> Path:
    return settings().home / "refresh_unfinished"


def _finished() -> Path:
    return settings().home / "refresh_finished"
