"""A town's Decidim platform: processes through GraphQL, votes through the open data archive."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from arobase.catalog import Text
from arobase.connectors.base import Feed, Notice, Page
from arobase.connectors.http import Answer, Http, by_status, parsed_json
from arobase.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable

# `total_budget` really is in snake case there. Votes are in no field of this API.
QUERY = """
{
  participatoryProcesses(order: {publishedAt: "asc"}) {
    id slug publishedAt startDate endDate
    title { translation(locale: "fr") }
    components(filter: {type: "Budgets"}) {
      id
      ... on Budgets {
        budgets(first: 50) {
          pageInfo { hasNextPage }
          edges { node { id total_budget title { translation(locale: "fr") } } }
        }
      }
    }
  }
}
"""
REFUSALS = frozenset(
    {"UNAUTHORIZED_OBJECT_ERROR", "UNAUTHORIZED_FIELD_ERROR", "PERMISSION_NOT_SET_ERROR"}
)
LARGEST_MEMBER_BYTES = 100_000_000
_SAME_DATE = (1980, 1, 1, 0, 0, 0)


class Decidim:
    """Reads what any visitor may read."""

    async def fetch(self, feed: Feed, http: Http) -> AsyncIterator[Page | Notice]:
        """Yield the processes, then the archive reduced to the projects and their votes."""
        answer = await http.post_json(feed, "/api", {"query": QUERY}, verdict=_judged)
        _checked_processes(answer)
        yield answer.page("processes")
        archive = await http.get(feed, "/open-data/download", follow_redirects=True)
        yield _projects(archive)

    def records(self, page: Page) -> Iterator[Mapping[str, Any]]:
        """Yield one record per process; projects are a table, which `arobase.tables` reads."""
        if page.stream == "processes":
            content = parsed_json(page.body, page.url, page.media_type)
            yield from content["data"]["participatoryProcesses"]


def _judged(answer: Answer) -> SourceError | None:
    """GraphQL tells its errors inside a 200, and a crash in a 500."""
    if error := by_status(answer):
        return error
    errors = _errors(answer)
    if not errors:
        return None
    codes = {str((each.get("extensions") or {}).get("code", "")) for each in errors}
    said = f"{answer.url}: {'; '.join(str(each.get('message', '')) for each in errors)}"
    if codes & REFUSALS:
        return SourceRefused(f"{said}: the platform's API is not open to visitors")
    return SourceChanged(said)


def _errors(answer: Answer) -> list[Mapping[str, Any]]:
    try:
        content = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return []
    return (content.get("errors") or []) if isinstance(content, dict) else []


def _checked_processes(answer: Answer) -> None:
    content = answer.json()
    data = content.get("data") if isinstance(content, dict) else None
    processes = data.get("participatoryProcesses") if isinstance(data, dict) else None
    if not isinstance(processes, list):
        raise SourceChanged(f"{answer.url}: no participatoryProcesses in the answer")
    for process in processes:
        for component in process.get("components") or ():
            if ((component.get("budgets") or {}).get("pageInfo") or {}).get("hasNextPage"):
                place = f"{answer.url}: process {process.get('slug')}"
                raise SourceChanged(f"{place} has more than 50 budgets in one component")


def _projects(answer: Answer) -> Page | Notice:
    """Keep the projects only: the archive also holds what inhabitants wrote, under their names."""
    try:
        with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
            members = [each for each in archive.infolist() if _is_projects(each)]
            kept = {each.filename: _member(archive, each, answer) for each in members}
    except (zipfile.BadZipFile, zlib.error, RuntimeError) as error:
        raise _not_an_archive(answer) from error
    if not kept:
        return _no_projects()
    page = answer.page("projects")
    return replace(page, body=_archive(kept), media_type="application/zip")


def _not_an_archive(answer: Answer) -> SourceError:
    if answer.body.startswith(b"PK"):
        size = f"{len(answer.body):,} bytes"
        return SourceUnavailable(f"{answer.url}: the archive is cut, after {size}")
    kind = answer.media_type or "no content type"
    return SourceChanged(f"{answer.url}: expected a ZIP archive, received {kind}")


def _is_projects(member: zipfile.ZipInfo) -> bool:
    name = member.filename.lower()
    return "projects" in name and name.endswith(".csv")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, answer: Answer) -> bytes:
    if member.file_size > LARGEST_MEMBER_BYTES:
        raise SourceChanged(f"{answer.url}: {member.filename} is {member.file_size:,} bytes long")
    return archive.read(member)


def _archive(members: Mapping[str, bytes]) -> bytes:
    """Pack members so that the same content always gives the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name, _SAME_DATE), members[name])
    return packed.getvalue()


def _no_projects() -> Notice:
    return Notice(
        severity="info",
        stream="projects",
        code="no_projects",
        message=Text(
            fr="Les données ouvertes de la plateforme ne contiennent aucun projet.",
            en="The platform's open data holds no project.",
        ),
    )
