"""The open-data ZIP of a Decidim platform: `;`, keys flattened with `/`, a column for each locale.

The columns `paper_ballots` and `total_votes` are those decidim-module-budgets_paper_ballots adds.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime, time

from arobase.sandbox.participation import (
    Project,
    budget_id,
    component_id,
    editions,
    host,
    process_id,
    projects,
    slug,
)
from arobase.sandbox.towns import Edition, Town
from arobase.sandbox.world import World


def archive(world: World, town: Town) -> bytes:
    """Return the open-data ZIP: the same bytes for the same figures."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in (
            ("projects", _table(world, town)),
            ("participatory_processes", _spaces(world, town)),
        ):
            member = zipfile.ZipInfo(f"{host(town)}-open-data-{name}.csv", (2020, 1, 1, 0, 0, 0))
            packed.writestr(member, text.encode(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _table(world: World, town: Town) -> str:
    rows = [
        _row(town, edition, project)
        for edition in editions(town, world.today())
        for project in projects(world.seed, town, edition, world.today())
    ]
    return _csv(rows) if rows else ""


def _row(town: Town, edition: Edition, project: Project) -> dict[str, object]:
    space = f"https://{host(town)}/processes/{slug(edition)}"
    component = component_id(edition)
    return {
        "id": project.id,
        "category/id": "",
        "category/name/fr": "",
        "category/name/en": "",
        "scope/id": "",
        "scope/name/fr": "",
        "scope/name/en": "",
        "participatory_space/id": process_id(edition),
        "participatory_space/url": space,
        "component/id": component,
        "title/fr": project.title,
        "title/en": "",
        "description/fr": f"<p>{project.title}</p>",
        "description/en": "",
        "budget/id": budget_id(edition),
        "budget_amount": project.cost,
        "confirmed_votes": project.online_votes,
        "paper_ballots": project.paper_votes,
        "total_votes": project.online_votes + project.paper_votes,
        "comments": project.online_votes % 9,
        "created_at": datetime.combine(date(edition.year, 2, 12), time(9), UTC).strftime(
            "%Y-%m-%d %H:%M:%S UTC"
        ),
        "url": f"{space}/f/{component}/budgets/{budget_id(edition)}/projects/{project.id}",
        "related_proposals": "",
        "related_proposal_titles": "",
        "related_proposal_urls": "",
    }


def _spaces(world: World, town: Town) -> str:
    rows = [
        {
            "id": process_id(edition),
            "slug": slug(edition),
            "title/fr": f"Budget participatif {edition.year}",
        }
        for edition in editions(town, world.today())
    ]
    return _csv(rows) if rows else ""


def _csv(rows: list[dict[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
