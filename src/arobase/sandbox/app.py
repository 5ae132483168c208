"""The sandbox as one ASGI application: `/<source>` and the API's own path, `/_control`, `/`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from itertools import cycle
from types import MappingProxyType

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from arobase.sandbox import (
    arcep_fibre,
    brevo,
    control,
    decidim,
    facebook_page,
    geo_communes,
    home,
    instagram,
    opendatasoft,
    trouble,
)
from arobase.sandbox.towns import TOWNS
from arobase.sandbox.trouble import Refusal
from arobase.sandbox.world import Fault, World
from arobase.settings import current_time

SEED = 2020

_ROUTES: Mapping[str, Callable[[World], list[BaseRoute]]] = MappingProxyType(
    {
        "facebook_page": facebook_page.routes,
        "instagram": instagram.routes,
        "brevo": brevo.routes,
        "opendatasoft": opendatasoft.routes,
        "arcep_fibre": arcep_fibre.routes,
        "decidim": decidim.routes,
        "geo_communes": geo_communes.routes,
    }
)
_REFUSALS: Mapping[tuple[str, Fault], Refusal] = MappingProxyType(
    {
        ("facebook_page", "rate_limited"): facebook_page.rate_limited,
        ("facebook_page", "expired_token"): facebook_page.expired_token,
        ("facebook_page", "retired_metric"): facebook_page.retired_metric,
        ("instagram", "rate_limited"): instagram.rate_limited,
        ("instagram", "expired_token"): instagram.expired_token,
        ("instagram", "retired_metric"): instagram.retired_metric,
        ("brevo", "rate_limited"): brevo.rate_limited,
        ("brevo", "expired_token"): brevo.expired_token,
        ("opendatasoft", "rate_limited"): opendatasoft.rate_limited,
        ("opendatasoft", "expired_token"): trouble.unauthorized,
        ("arcep_fibre", "rate_limited"): arcep_fibre.rate_limited,
        ("arcep_fibre", "expired_token"): trouble.unauthorized,
        ("decidim", "rate_limited"): decidim.rate_limited,
        ("decidim", "expired_token"): trouble.unauthorized,
        ("geo_communes", "rate_limited"): geo_communes.rate_limited,
        ("geo_communes", "expired_token"): trouble.unauthorized,
    }
)


def create_app(
    seed: int = SEED,
    now: Callable[[], datetime] = current_time,
    *,
    live_drop_seconds: float | None = None,
) -> Starlette:
    """Build a sandbox.

    Args:
        seed: two sandboxes with the same seed and clock give the same bytes.
        now: the clock, until one is set through `/_control/clock`.
        live_drop_seconds: drop a small family-portal export for a town, each in turn, this often.
    """
    world = World(seed, now)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        task = (
            asyncio.create_task(_drop_for_ever(world, live_drop_seconds))
            if live_drop_seconds
            else None
        )
        yield
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    services = [Mount(f"/{source}", routes=routes(world)) for source, routes in _ROUTES.items()]
    app = Starlette(
        routes=[*home.routes(world), *control.routes(world, tuple(_ROUTES)), *services],
        middleware=[Middleware(trouble.Troubled, world=world, refusals=_REFUSALS)],
        lifespan=lifespan,
    )
    app.state.world = world
    return app


async def _drop_for_ever(world: World, seconds: float) -> None:
    for city_id in cycle(TOWNS):
        await asyncio.sleep(seconds)
        await asyncio.to_thread(control.drop_live, world, city_id)
