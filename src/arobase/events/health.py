"""Is the gateway alive, and can it do its work."""

from __future__ import annotations

import os

from fastapi import APIRouter, Response
from pydantic import BaseModel

from arobase.errors import NothingPublished
from arobase.published import published
from arobase.settings import settings

router = APIRouter(tags=["santé / health"])


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"


class Readiness(BaseModel):
    """What the gateway needs, one by one."""

    inbox_writable: bool
    published_version: int | None

    @property
    def ready(self) -> bool:
        """Whether all of it is there."""
        return self.inbox_writable and self.published_version is not None


@router.get("/health", summary="Le service répond / The service answers")
def health() -> Health:
    """Le processus est en vie. / The process is alive."""
    return Health()


@router.get(
    "/ready",
    summary="Le service peut travailler / The service can do its work",
    responses={503: {"model": Readiness}},
)
def ready(response: Response) -> Readiness:
    """La boîte de dépôt accepte des fichiers et une version est publiée. 503 sinon.

    The inbox takes files and a version is published. 503 otherwise.
    """
    found = Readiness(inbox_writable=_inbox_writable(), published_version=_version())
    response.status_code = 200 if found.ready else 503
    return found


def _inbox_writable() -> bool:
    inbox = settings().inbox
    try:
        inbox.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(inbox, os.W_OK)


def _version() -> int | None:
    try:
        return published().current_version()
    except NothingPublished:
        return None
