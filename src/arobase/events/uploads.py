"""Files sent by an authorised person: the same thing as a file dropped in the inbox."""

from __future__ import annotations

import hmac
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from arobase import inbox
from arobase.catalog import Arrival, catalog
from arobase.catalog.names import known_cities, known_source
from arobase.settings import settings

router = APIRouter(tags=["dépôt / inbox"])

MEGABYTE = 1_000_000


class Accepted(BaseModel):
    """Le fichier est sur le disque / The file is on disk."""

    accepted: str


def _authorised(authorization: Annotated[str, Header()] = "") -> None:
    expected = settings().inbox_token
    if expected is None:
        raise HTTPException(403, "Nobody may send files: set AROBASE_INBOX_TOKEN, then restart")
    scheme, _, given = authorization.partition(" ")
    wanted = expected.get_secret_value().encode()
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), wanted):
        raise HTTPException(
            401, "A valid token is needed", headers={"WWW-Authenticate": 'Bearer realm="inbox"'}
        )


@router.post(
    "/inbox/{source}/{city}",
    status_code=202,
    dependencies=[Depends(_authorised)],
    summary="Déposer un fichier / Send a file",
    responses={
        400: {"description": "Nom de fichier refusé / Name refused"},
        401: {"description": "Jeton absent ou faux / No valid token"},
        403: {"description": "Dépôt fermé / Sending is closed"},
        404: {"description": "Source ou ville inconnue / Unknown source or town"},
        413: {"description": "Fichier trop gros / File too large"},
        503: {"description": "Disque plein : rien n'est gardé / Disk full: nothing is kept"},
    },
    openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}, "required": True}},
)
async def send(
    request: Request,
    source: str,
    city: str,
    name: Annotated[
        str, Query(description="Nom du fichier / File name", min_length=1, max_length=150)
    ],
) -> Accepted:
    """Le corps de la requête est le fichier. 202 une fois qu'il est écrit sur le disque.

    The body of the request is the file. 202 once it is written to disk.
    """
    _check_place(source, city, name)
    try:
        with _partial() as path:
            await _receive(request, path)
            await run_in_threadpool(inbox.drop, path, name, source, city)
    except OSError as error:
        raise HTTPException(
            503, f"The file could not be kept: {os.strerror(error.errno or 0)}"
        ) from error
    return Accepted(accepted=name)


def _check_place(source_id: str, city_id: str, name: str) -> None:
    source = known_source(catalog(), source_id)
    known_cities(catalog(), source, [city_id])
    if source.arrival is not Arrival.drop:
        raise HTTPException(404, f"{source_id} is fetched: it takes no file")
    if Path(name).name != name or name.startswith(".") or not name.isprintable():
        raise HTTPException(400, "name: a plain file name, without folders")


@contextmanager
def _partial() -> Iterator[Path]:
    """Give a place for the body; it is gone afterwards, whatever happened."""
    folder = settings().home / "receiving"
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


async def _receive(request: Request, path: Path) -> None:
    limit = settings().inbox_max_megabytes * MEGABYTE
    if int(request.headers.get("content-length") or 0) > limit:
        _too_large(limit)
    received = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            received += len(chunk)
            if received > limit:
                _too_large(limit)
            file.write(chunk)
    if not received:
        raise HTTPException(400, "the body is empty")


def _too_large(limit: int) -> NoReturn:
    raise HTTPException(
        413, f"a file may have {limit // MEGABYTE} MB (AROBASE_INBOX_MAX_MEGABYTES)"
    )
