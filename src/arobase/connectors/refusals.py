"""What a connector says when a publisher refuses a token or key."""

from __future__ import annotations

from arobase.connectors.base import Feed
from arobase.errors import SourceRefused


def refused(feed: Feed, what: str) -> SourceRefused:
    """Return the error that names the town, what was said, and how to get a new token."""
    how = feed.source.secret_help
    remedy = f"\n{how.fr}\n{how.en}" if how else ""
    return SourceRefused(f"{feed.source.id} ({feed.city_id}): {what}{remedy}")
