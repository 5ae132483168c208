"""Stand-in of a Decidim platform: budgets by GraphQL, votes in the open-data ZIP only."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from arobase.sandbox.decidim_archive import archive
from arobase.sandbox.graphql import Thing, execute
from arobase.sandbox.participation import (
    Project,
    budget_id,
    component_id,
    editions,
    host,
    process_id,
    projects,
    slug,
    vote_days,
)
from arobase.sandbox.towns import TOWNS, Edition, Town
from arobase.sandbox.world import World

SOURCE = "decidim"
CALLS_A_MINUTE = 100


def routes(world: World) -> list[BaseRoute]:
    """Return the addresses of this service; each town has its own platform."""

    async def graphql(request: Request) -> Response:
        return await _graphql(world, request)

    def open_data(request: Request) -> Response:
        town = _town(request)
        if town is None:
            return PlainTextResponse("Not Found", 404)
        return Response(archive(world, town), media_type="application/zip")

    return [
        Route("/{town}/api", graphql, methods=["POST"]),
        Route("/{town}/open-data/download", open_data),
    ]


def rate_limited(world: World, request: Request) -> Response:
    """Answer as the request throttle in front of the whole site."""
    return PlainTextResponse("Retry later\n", 429, headers={"Retry-After": "60"})


async def _graphql(world: World, request: Request) -> Response:
    town = _town(request)
    if town is None:
        return PlainTextResponse("Not Found", 404)
    used = world.used(SOURCE, town.id, f"{world.now():%Y-%m-%dT%H:%M}")
    if used > CALLS_A_MINUTE:
        return rate_limited(world, request)
    if not request.headers.get("content-type", "").startswith("application/json"):
        return JSONResponse({"errors": [{"message": "Internal Server error"}], "data": {}}, 500)
    asked = json.loads(await request.body() or b"{}")
    answer = execute(str(asked.get("query", "")), asked.get("variables") or {}, _root(world, town))
    return JSONResponse(answer)


def _town(request: Request) -> Town | None:
    town = TOWNS.get(request.path_params["town"])
    return town if town and town.editions else None


def _root(world: World, town: Town) -> Thing:
    processes = [_process(world, town, edition) for edition in editions(town, world.today())]
    by_id = {process.fields["id"]: process for process in processes}

    def one(arguments: Mapping[str, Any]) -> Thing | None:
        if "slug" in arguments:
            return next((p for p in processes if p.fields["slug"] == arguments["slug"]), None)
        return by_id.get(str(arguments.get("id")))

    return Thing(
        "Query",
        {
            "participatoryProcesses": lambda arguments: _filtered(processes, arguments),
            "participatoryProcess": one,
            "decidim": Thing(
                "Decidim", {"version": None, "applicationName": f"{town.name} participe"}
            ),
            "organization": Thing("Organization", {"name": _translated(f"Ville de {town.name}")}),
        },
    )


def _filtered(processes: list[Thing], arguments: Mapping[str, Any]) -> list[Thing]:
    asked = arguments.get("filter") or {}
    since, before = asked.get("publishedSince", ""), asked.get("publishedBefore", "9999")
    kept = [one for one in processes if since <= one.fields["publishedAt"][:10] <= before]
    order = arguments.get("order") or {}
    name, direction = next(iter(order.items()), ("id", "asc"))
    return sorted(kept, key=lambda one: one.fields.get(name, ""), reverse=direction == "desc")


def _process(world: World, town: Town, edition: Edition) -> Thing:
    first, last = vote_days(edition)
    budgets = _component(world, town, edition)

    def components(arguments: Mapping[str, Any]) -> list[Thing]:
        kind = (arguments.get("filter") or {}).get("type", "Budgets")
        return [budgets] if str(kind).lower() == "budgets" else []

    return Thing(
        "ParticipatoryProcess",
        {
            "id": str(process_id(edition)),
            "slug": slug(edition),
            "title": _translated(f"Budget participatif {edition.year}"),
            "subtitle": _translated(f"Votez du {first:%d/%m} au {last:%d/%m/%Y}"),
            "description": _translated("<p>Vous proposez, vous votez, la ville réalise.</p>"),
            "startDate": f"{edition.year}-01-15",
            "endDate": last.isoformat(),
            "publishedAt": _stamp(date(edition.year, 1, 15)),
            "createdAt": _stamp(date(edition.year, 1, 8)),
            "updatedAt": _stamp(min(world.today(), last)),
            "url": f"https://{host(town)}/processes/{slug(edition)}",
            "type": "Decidim::ParticipatoryProcess",
            "components": components,
            "steps": [_step(edition, first, last, world.today())],
        },
    )


def _step(edition: Edition, first: date, last: date, today: date) -> Thing:
    return Thing(
        "ParticipatoryProcessStep",
        {
            "id": str(edition.year),
            "title": _translated("Vote"),
            "startDate": _stamp(first),
            "endDate": _stamp(last),
            "active": first <= today <= last,
        },
    )


def _component(world: World, town: Town, edition: Edition) -> Thing:
    found = projects(world.seed, town, edition, world.today())
    budget = Thing(
        "Budget",
        {
            "id": budget_id(edition),
            "title": _translated("Enveloppe ville"),
            "total_budget": edition.budget,
            "createdAt": _stamp(date(edition.year, 1, 10)),
            "updatedAt": _stamp(date(edition.year, 1, 15)),
            "projects": [_project(project, edition) for project in found],
        },
    )
    return Thing(
        "Budgets",
        {
            "id": str(component_id(edition)),
            "name": _translated("Budget participatif"),
            "weight": 1,
            "budgets": lambda arguments: _connection([budget], arguments),
            "budget": lambda arguments: (
                budget if str(arguments.get("id")) == budget_id(edition) else None
            ),
        },
    )


def _connection(items: list[Thing], arguments: Mapping[str, Any]) -> Thing:
    start = _offset(arguments.get("after"))
    page = items[start : start + min(50, int(arguments.get("first") or 50))]
    end = start + len(page)
    edges = [
        Thing("Edge", {"cursor": _cursor(start + number + 1), "node": item})
        for number, item in enumerate(page)
    ]
    info = {
        "hasNextPage": end < len(items),
        "hasPreviousPage": start > 0,
        "endCursor": _cursor(end) if page else None,
        "startCursor": _cursor(start + 1) if page else None,
    }
    return Thing("Connection", {"edges": edges, "nodes": page, "pageInfo": Thing("PageInfo", info)})


def _cursor(offset: int) -> str:
    return base64.b64encode(str(offset).encode()).decode().rstrip("=")


def _offset(cursor: str | None) -> int:
    return int(base64.b64decode(cursor + "=" * (-len(cursor) % 4))) if cursor else 0


def _project(project: Project, edition: Edition) -> Thing:
    return Thing(
        "Project",
        {
            "id": str(project.id),
            "title": _translated(project.title),
            "description": _translated(f"<p>{project.title}</p>"),
            "budget_amount": project.cost,
            "selected": project.selected,
            "totalCommentsCount": project.online_votes % 9,
            "createdAt": _stamp(date(edition.year, 2, 12)),
            "updatedAt": _stamp(date(edition.year, 3, 2)),
        },
    )


def _translated(text: str) -> Thing:
    def translation(arguments: Mapping[str, Any]) -> str | None:
        return text if arguments.get("locale", "fr") == "fr" else None

    return Thing(
        "TranslatedField",
        {
            "translation": translation,
            "translations": [Thing("LocalizedString", {"locale": "fr", "text": text})],
        },
    )


def _stamp(day: date) -> str:
    return datetime.combine(day, time(9), UTC).isoformat()
