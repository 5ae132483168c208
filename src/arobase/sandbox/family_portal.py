"""The family portal's exports: one product for each town, each with its own file shape.

An export made at an instant holds what was opened, asked or booked since a day, and what was
treated or closed since then: a later export says more about the same ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Literal

from arobase.sandbox.model import dice
from arobase.sandbox.portal import (
    ONLINE,
    PROCEDURES,
    Account,
    Booking,
    Request,
    accounts_of,
    bookings_of,
    days,
    requests_of,
)
from arobase.sandbox.sheets import Cell, Layout
from arobase.sandbox.towns import PARIS, TOWNS, Town

SOURCE = "family_portal"
EXPORT_HOUR = time(8)
SEED = 2020
Broken = Literal["encoding", "columns", "half", "dates"]
Row = dict[str, Cell]

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "accounts": ("Id compte", "Date d'ouverture", "Etat", "Liaison CAF"),
        "requests": (
            "Id demande",
            "Date de dépôt",
            "Heure de dépôt",
            "Type de démarche",
            "Catégorie",
            "Canal",
            "Etat",
            "Date de traitement",
            "N° famille",
            "Quotient familial",
            "Montant (€)",
        ),
        "bookings": (
            "Id réservation",
            "Date de réservation",
            "Activité",
            "Date de l'activité",
            "Canal",
            "Etat",
        ),
    }
)

LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {
        "cachan": Layout(
            "csv",
            {"accounts": "comptes", "requests": "demarches", "bookings": "reservations"},
            {"Date d'ouverture": "Date d’ouverture", "Date de l'activité": "Date de l’activité"},
        ),
        "montrouge": Layout(
            "csv",
            {
                "accounts": "export_comptes",
                "requests": "export_demandes",
                "bookings": "export_resa",
            },
            {
                "Id compte": "N° compte",
                "Date d'ouverture": "Date de création",
                "Id demande": "N° demande",
                "Date de dépôt": "Date de la demande",
                "Canal": "Origine",
                "Etat": "Statut",
            },
            delimiter=",",
            encoding="utf-8-sig",
            yes_no=("O", "N"),
        ),
        "val_de_bievre": Layout(
            "xlsx",
            {"accounts": "Comptes", "requests": "Demandes", "bookings": "Reservations"},
            {
                "Date d'ouverture": "Ouvert le",
                "Type de démarche": "Objet",
                "Canal": "Mode de saisie",
            },
        ),
        "saint_aubin_les_etangs": Layout(
            "txt",
            {"accounts": "COMPTES", "requests": "DEMANDES", "bookings": "RESERVATIONS"},
            {
                "Id demande": "ID DEMANDE",
                "Date de dépôt": "DATE DEPOT",
                "Canal": "CANAL",
                "Etat": "ETAT",
            },
            delimiter="\t",
            encoding="utf-8",
            yes_no=("1", "0"),
        ),
    }
)


def exports(
    city_id: str, from_date: date, to_date: date, *, seed: int = SEED
) -> list[tuple[str, bytes]]:
    """Return the files a town extracts at eight on `to_date`, with what moved since `from_date`."""
    return exports_at(seed, city_id, from_date, datetime.combine(to_date, EXPORT_HOUR, PARIS))


def exports_at(seed: int, city_id: str, since: date, at: datetime) -> list[tuple[str, bytes]]:
    """Return the files a town extracts at an instant; a table with nothing new gives no file."""
    local = at.astimezone(PARIS).replace(tzinfo=None)
    tables = tables_at(seed, TOWNS[city_id], since, local)
    layout = LAYOUTS[city_id]
    return [
        (layout.file_name(table, local.date()), layout.write(rows, COLUMNS[table]))
        for table, rows in tables.items()
        if rows
    ]


def tables_at(seed: int, town: Town, since: date, at: datetime) -> dict[str, list[Row]]:
    """Return the rows of each table, `at` being an instant of the town's own clock."""
    return {
        "accounts": [_account_row(one, at.date()) for one in _accounts(seed, town, since, at)],
        "requests": [_request_row(one, at.date()) for one in _requests(seed, town, since, at)],
        "bookings": [_booking_row(one, at.date()) for one in _bookings(seed, town, since, at)],
    }


def _accounts(seed: int, town: Town, since: date, at: datetime) -> Iterator[Account]:
    for day in days(town.portal.launched, at.date() - timedelta(days=1)):
        for account in accounts_of(seed, town, day):
            closed = account.closed
            if day >= since or (closed and since <= closed < at.date()):
                yield account


def _requests(seed: int, town: Town, since: date, at: datetime) -> Iterator[Request]:
    # No answer takes more than sixty days.
    for day in days(since - timedelta(days=60), at.date()):
        for request in requests_of(seed, town, day):
            moved = day >= since or since <= request.treated < at.date()
            if moved and request.submitted <= at:
                yield request


def _bookings(seed: int, town: Town, since: date, at: datetime) -> Iterator[Booking]:
    for day in days(since, at.date() - timedelta(days=1)):
        yield from bookings_of(seed, town, day)


def _account_row(account: Account, today: date) -> Row:
    closed = account.closed is not None and account.closed < today
    return {
        "Id compte": account.id,
        "Date d'ouverture": account.opened,
        "Etat": "Clos" if closed else "Actif",
        "Liaison CAF": account.caf_linked,
    }


def _request_row(request: Request, today: date) -> Row:
    done = request.treated < today
    return {
        "Id demande": request.id,
        "Date de dépôt": request.submitted.date(),
        "Heure de dépôt": request.submitted.time(),
        "Type de démarche": request.procedure,
        "Catégorie": request.category,
        "Canal": request.channel,
        "Etat": request.outcome if done else "En cours",
        "Date de traitement": request.treated if done else None,
        "N° famille": request.family,
        "Quotient familial": _euros(request.quotient_cents),
        "Montant (€)": _euros(request.amount_cents),
    }


def _euros(cents: int | None) -> float | None:
    return None if cents is None else cents / 100


def _booking_row(booking: Booking, today: date) -> Row:
    return {
        "Id réservation": booking.id,
        "Date de réservation": booking.booked,
        "Activité": booking.activity,
        "Date de l'activité": booking.on,
        "Canal": booking.channel,
        "Etat": booking.outcome if booking.on < today else "Réservée",
    }


def live_export(seed: int, city_id: str, at: datetime) -> tuple[str, bytes]:
    """Return a small export of requests made in the last minutes, for showing events as they come.

    These requests depend on the instant only, and come on top of the town's ordinary ones.
    """
    local = at.astimezone(PARIS).replace(tzinfo=None, microsecond=0)
    random = dice(seed, city_id, "live", local)
    rows = [
        _live_row(random.randrange(10**6), local - timedelta(minutes=n), n)
        for n in range(random.randrange(1, 5))
    ]
    layout = LAYOUTS[city_id]
    name = f"{layout.names['requests']}_{local:%Y-%m-%d_%H%M%S}.{layout.kind}"
    return name, layout.write(rows, COLUMNS["requests"])


def _live_row(number: int, submitted: datetime, rank: int) -> Row:
    procedure, category = PROCEDURES[number % len(PROCEDURES)]
    request = Request(
        id=f"DEM-L{submitted:%y%m%d%H%M}-{number:06d}{rank}",
        submitted=submitted,
        procedure=procedure,
        category=category,
        channel=ONLINE,
        outcome="Traitée",
        treated=submitted.date(),
        family=f"{number % 9000:07d}",
        quotient_cents=None,
        amount_cents=None,
    )
    return _request_row(request, submitted.date())


def broken_export(seed: int, city_id: str, at: datetime, kind: Broken) -> tuple[str, bytes]:
    """Return an export of requests spoilt in one way."""
    local = at.astimezone(PARIS).replace(tzinfo=None)
    rows = tables_at(seed, TOWNS[city_id], local.date() - timedelta(days=10), local)["requests"]
    layout = Layout("csv", {"requests": f"demarches_{kind}"}, {})
    columns = list(COLUMNS["requests"])
    if kind == "dates":
        rows = [_with_impossible_date(row, number) for number, row in enumerate(rows)]
    if kind == "columns":
        columns.remove("Id demande")
        columns.remove("Canal")
    body = layout.write(rows, columns)
    if kind == "encoding":
        # Two programs wrote in the same file, and one byte is no letter in either alphabet.
        middle = body.index(b"\r\n", len(body) // 2) + 2
        body = body[:middle] + body[middle:].decode("cp1252").encode() + b"\x81\x8d\xff;\r\n"
    if kind == "half":
        body = body[: len(body) // 2 + 3]
    return layout.file_name("requests", local.date()), body


def _with_impossible_date(row: Row, number: int) -> Row:
    wrong = ("31/02/2026", "2026-13-01", "10/32/2026", "hier", "00/00/0000")
    return row | {"Date de dépôt": wrong[number % len(wrong)]} if number % 2 == 0 else row
