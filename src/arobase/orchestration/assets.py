"""Names of the Airflow assets. An event only means "look": the landing folder says what to do."""

from __future__ import annotations

from airflow.sdk import Asset, AssetAlias, AssetAny, AssetWatcher

from arobase.catalog import catalog
from arobase.orchestration.inbox_trigger import InboxTrigger
from arobase.settings import settings

DROPPED = AssetAlias("dropped_files", group="raw")
"""Stands for the raw assets of whichever sources a claim found files of."""

PUBLISHED = Asset("published_figures", uri="arobase://published/marts", group="published")
"""A new version of the published database."""


def raw(source_id: str) -> Asset:
    """Return the asset that says that something of this source landed."""
    return Asset(f"raw_{source_id}", uri=f"arobase://raw/{source_id}", group="raw")


def anything_landed() -> AssetAny:
    """Return the condition that holds as soon as any source has landed something."""
    return AssetAny(*(raw(source_id) for source_id in catalog().sources))


def inbox() -> Asset:
    """Return the asset that says that files wait in the inbox, with its watcher."""
    watcher = AssetWatcher("inbox", trigger=InboxTrigger(str(settings().inbox)))
    return Asset("inbox", uri="arobase://inbox", group="inbox", watchers=[watcher])
