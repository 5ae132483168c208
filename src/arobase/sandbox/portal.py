"""What happens on a town's family portal: accounts, requests, bookings, each day by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random

from arobase.sandbox.model import count, dice, opening_days
from arobase.sandbox.towns import START, Town

PROCEDURES = (
    ("Inscription restauration scolaire", "Restauration"),
    ("Modification de réservation", "Restauration"),
    ("Inscription accueil de loisirs – vacances d’hiver", "Loisirs"),
    ("Inscription accueil périscolaire", "Périscolaire"),
    ("Inscription scolaire", "Scolaire"),
    ("Demande de place en crèche", "Petite enfance"),
    ("Calcul du quotient familial", "Facturation"),
    ("Paiement d’une facture", "Facturation"),
    ("Attestation de frais de garde", "Facturation"),
    ("Changement d’adresse ou de situation", "Compte"),
)
ACTIVITIES = (
    "Restauration scolaire",
    "Accueil du matin",
    "Accueil du soir",
    "Mercredi loisirs",
    "Étude surveillée",
)
ONLINE = "Internet"
_OTHER_CHANNELS = ("Guichet", "Guichet", "Téléphone", "Courrier", "Courriel")
_BOOKING_STATES = (
    "Présent",
    "Présent",
    "Présent",
    "Présent",
    "Absent justifié",
    "Absent injustifié",
    "Annulée",
)


@dataclass(frozen=True, slots=True)
class Account:
    """A family's account."""

    id: str
    opened: date
    closed: date | None
    caf_linked: bool


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `treated` is the day an answer was given, or will be."""

    id: str
    submitted: datetime
    procedure: str
    category: str
    channel: str
    outcome: str
    treated: date
    family: str
    quotient_cents: int | None
    amount_cents: int | None


@dataclass(frozen=True, slots=True)
class Booking:
    """A booking of an activity."""

    id: str
    booked: date
    activity: str
    on: date
    channel: str
    outcome: str


@lru_cache(maxsize=12_000)
def requests_of(seed: int, town: Town, day: date) -> tuple[Request, ...]:
    """Return the requests made on a day, in order of time."""
    random = dice(seed, town.id, "requests", day)
    found = [
        _request(town, day, moment, channel, random)
        for moment, channel in sorted(_arrivals(seed, town, day, random))
    ]
    return tuple(
        replace(request, id=f"DEM-{town.insee_code[:2]}{day:%y%m%d}-{number:04d}")
        for number, request in enumerate(found, 1)
    )


def _arrivals(seed: int, town: Town, day: date, random: Random) -> Iterator[tuple[time, str]]:
    if day < town.portal.launched:
        return
    mean = town.portal.requests_a_month / 30
    share = min(0.93, 0.74 + 0.03 * (day - START).days / 365)
    online = _so_far_or(seed, town, "online", day, town.portal.online_requests, mean * share)
    desk = count(seed, town, "desk", day, mean * (1 - share)) if day.weekday() < 6 else 0
    for _ in range(online):
        yield _moment(random, 0), ONLINE
    for _ in range(desk):
        yield _moment(random, 9, 17), random.choice(_OTHER_CHANNELS)


def _so_far_or(seed: int, town: Town, name: str, day: date, total: int, a_day: float) -> int:
    """Return a day's part of the total before the starting day, or its ordinary count after it.

    On the starting day the portals are down for maintenance: the totals given for that morning hold
    for the whole day too, whoever counts by the instant or by the date.
    """
    if day == START:
        return 0
    part = opening_days(seed, town, name, total).get(day)
    return count(seed, town, name, day, a_day) if part is None else part


def _moment(random: Random, first: int, last: int = 23) -> time:
    hour = random.choice(
        [
            h
            for h in (0, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22)
            if first <= h <= last
        ]
    )
    return time(hour, random.randrange(60))


def _request(town: Town, day: date, moment: time, channel: str, random: Random) -> Request:
    procedure, category = random.choice(PROCEDURES)
    wait = (
        min(45, int(random.expovariate(1 / 3.2)))
        if random.random() < 0.9
        else random.randrange(20, 60)
    )
    return Request(
        id="",
        submitted=datetime.combine(day, moment),
        procedure=procedure,
        category=category,
        channel=channel,
        outcome=_outcome(day, channel, random),
        treated=day + timedelta(days=wait),
        family=f"{random.randrange(1, 9000):07d}",
        quotient_cents=random.randrange(12_000, 210_000) if random.random() < 0.8 else None,
        amount_cents=random.randrange(300, 180_000) if category == "Facturation" else None,
    )


def _outcome(day: date, channel: str, random: Random) -> str:
    """Return how a request ends; none of the starting day's total is cancelled: it counts."""
    outcome = random.choices(("Traitée", "Refusée", "Annulée"), (93, 4, 3))[0]
    is_in_total = day < START and channel == ONLINE
    return "Traitée" if is_in_total and outcome == "Annulée" else outcome


@lru_cache(maxsize=12_000)
def accounts_of(seed: int, town: Town, day: date) -> tuple[Account, ...]:
    """Return the accounts opened on a day."""
    if day < town.portal.launched:
        return ()
    portal = town.portal
    total = portal.active_accounts + portal.closed_accounts
    how_many = _so_far_or(seed, town, "accounts", day, total, portal.accounts_a_month / 30)
    random = dice(seed, town.id, "accounts", day)
    early = _closed_early(seed, town).get(day, 0)
    return tuple(
        _account(town, day, number, random, early=number <= early)
        for number in range(1, how_many + 1)
    )


@lru_cache(maxsize=16)
def _closed_early(seed: int, town: Town) -> dict[date, int]:
    """Return, by opening day, how many accounts were already closed on the starting day."""
    left = town.portal.closed_accounts
    found = {}
    opened = opening_days(seed, town, "accounts", town.portal.active_accounts + left)
    for day, how_many in opened.items():
        found[day] = min(left, how_many, 3) if day < START - timedelta(days=3) else 0
        left -= found[day]
    return found


def _account(town: Town, day: date, number: int, random: Random, *, early: bool) -> Account:
    linked, closes = random.random() < 0.63, random.random() < 0.11
    lifetime = random.randrange(70, 1600)
    closed = day + timedelta(days=lifetime) if closes else None
    if early:
        closed = START - timedelta(days=1)
    return Account(f"{town.insee_code[:2]}{day:%y%m%d}{number:04d}", day, closed, linked)


@lru_cache(maxsize=12_000)
def bookings_of(seed: int, town: Town, day: date) -> tuple[Booking, ...]:
    """Return the bookings made on a day."""
    if day < town.portal.launched:
        return ()
    random = dice(seed, town.id, "bookings", day)
    how_many = count(seed, town, "bookings", day, town.portal.bookings_a_month / 30)
    return tuple(_booking(town, day, number, random) for number in range(1, how_many + 1))


def _booking(town: Town, day: date, number: int, random: Random) -> Booking:
    return Booking(
        id=f"RES-{town.insee_code[:2]}{day:%y%m%d}-{number:04d}",
        booked=day,
        activity=random.choice(ACTIVITIES),
        on=day + timedelta(days=random.randrange(1, 22)),
        channel=ONLINE if random.random() < 0.88 else "Guichet",
        outcome=random.choice(_BOOKING_STATES),
    )


def days(first: date, last: date) -> list[date]:
    """Return the days from one to another, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def online_total(seed: int, town: Town, until: datetime) -> int:
    """Return the requests made online since the launch, up to a local instant included."""
    return sum(
        request.channel == ONLINE and request.submitted <= until
        for day in days(town.portal.launched, until.date())
        for request in requests_of(seed, town, day)
    )
