"""The gateway's application: its routes, and how what we raise becomes an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from arobase import __version__
from arobase.errors import ArobaseError, UsageError
from arobase.events import docs, health, reads, uploads

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
DESCRIPTION = """\
Les chiffres publiés de la vie numérique des villes : des totaux, jamais de données de personnes. \
Chaque réponse porte la version de publication dans son en-tête `ETag`.

The published figures of towns' digital life: totals, never data about persons. \
Every answer carries the publication version in its `ETag` header.
"""


def create_app() -> FastAPI:
    """Return the gateway. It opens nothing until it is asked."""
    app = FastAPI(
        title="Arobase",
        version=__version__,
        description=DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(health.router)
    app.include_router(reads.router)
    app.include_router(uploads.router)
    app.include_router(docs.router)
    app.middleware("http")(_secured)
    app.exception_handler(reads.NotModified)(_not_modified)
    app.exception_handler(UsageError)(_not_found)
    app.exception_handler(ArobaseError)(_unavailable)
    return app


async def _secured(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    response.headers.update(SECURITY_HEADERS)
    return response


async def _not_modified(request: Request, error: Exception) -> Response:
    return Response(status_code=304, headers={"ETag": str(error)})


async def _not_found(request: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, status_code=404)


async def _unavailable(request: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, status_code=503)
