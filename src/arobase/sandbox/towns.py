"""The sandbox's towns: who they are, and the figures they had on the day the model starts from.

This is the only home of those figures. Everything served is computed from them by `model.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
START = date(2020, 10, 1)
"""The day whose figures are given below; the model goes on from there, both ways."""

START_INSTANT = datetime(2020, 10, 1, 8, 0, tzinfo=PARIS)
"""The instant of that day at which the family portal's totals are exact."""


@dataclass(frozen=True, slots=True)
class Level:
    """A quantity on the starting day, and how it moves afterwards."""

    value: int
    growth: float
    """Share of the starting value gained each year."""

    ripple: float = 0.006
    """Size of ups and downs, as a share of the present value."""


@dataclass(frozen=True, slots=True)
class Portal:
    """A town's family portal."""

    launched: date
    online_requests: int
    """Requests made online from the launch to the starting instant, none of them cancelled."""

    active_accounts: int
    closed_accounts: int
    requests_a_month: int
    bookings_a_month: int
    accounts_a_month: int


@dataclass(frozen=True, slots=True)
class Edition:
    """One participatory budget: votes cast by both channels once it is over."""

    year: int
    online_votes: int
    paper_votes: int
    projects: int
    budget: int


@dataclass(frozen=True, slots=True)
class Fibre:
    """Premises of the starting quarter, and those that fibre reaches."""

    premises: int
    eligible: int
    ceiling: float
    """Share of premises that fibre reaches in the end."""


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """One town of the sandbox; compared by identity, so that it is a cheap key of caches."""

    id: str
    name: str
    insee_code: str
    handle: str
    """How it calls itself on the networks, and in its portal's address."""

    population: int
    epci: str
    siren: str
    postcodes: tuple[str, ...]
    facebook_followers: Level
    messages_a_day: float
    fibre: Fibre
    portal: Portal
    instagram_followers: Level | None = None
    newsletters: Mapping[int, Level] = field(default_factory=dict)
    datasets: int = 0
    datasets_a_year: float = 0.0
    editions: tuple[Edition, ...] = ()
    invented: bool = False

    @property
    def page_id(self) -> str:
        """Its Facebook Page."""
        return f"1000640000{self.insee_code}"

    @property
    def account_id(self) -> str:
        """Its Instagram account."""
        return f"17841400000{self.insee_code}"

    @property
    def department(self) -> str:
        """Its department's code."""
        return self.insee_code[:2]

    def secret(self, source_id: str) -> str:
        """Return the token the stand-in of a service takes from this town."""
        return f"sandbox-{self.id}-{source_id}"


_METROPOLIS = "200054781"

CACHAN = Town(
    id="cachan",
    name="Cachan",
    insee_code="94016",
    handle="villedecachan",
    population=31103,
    epci=_METROPOLIS,
    siren="219400165",
    postcodes=("94230",),
    facebook_followers=Level(2554, growth=0.13),
    instagram_followers=Level(1221, growth=0.34),
    newsletters=MappingProxyType({3: Level(986, growth=0.21)}),
    messages_a_day=2.0,
    datasets=40,
    datasets_a_year=9.0,
    fibre=Fibre(premises=13078, eligible=12424, ceiling=0.994),
    editions=(
        Edition(2019, 1905, 595, 21, 250_000),
        Edition(2021, 2644, 571, 24, 300_000),
        Edition(2023, 3120, 498, 26, 300_000),
        Edition(2025, 3871, 402, 28, 320_000),
    ),
    portal=Portal(date(2020, 8, 3), 3976, 1298, 17, 690, 280, 26),
)

MONTROUGE = Town(
    id="montrouge",
    name="Montrouge",
    insee_code="92049",
    handle="villedemontrouge",
    population=46324,
    epci=_METROPOLIS,
    siren="219200490",
    postcodes=("92120",),
    facebook_followers=Level(7340, growth=0.08),
    instagram_followers=Level(3105, growth=0.29),
    newsletters=MappingProxyType({5: Level(4120, growth=0.09), 8: Level(1386, growth=0.17)}),
    messages_a_day=3.1,
    datasets=63,
    datasets_a_year=11.0,
    fibre=Fibre(premises=28914, eligible=28018, ceiling=0.998),
    editions=(
        Edition(2018, 1450, 820, 18, 200_000),
        Edition(2020, 2910, 730, 22, 250_000),
        Edition(2022, 3342, 690, 25, 300_000),
        Edition(2024, 4015, 655, 27, 300_000),
    ),
    portal=Portal(date(2020, 9, 1), 2210, 2075, 31, 440, 200, 34),
)

VAL_DE_BIEVRE = Town(
    id="val_de_bievre",
    name="Val-de-Bièvre",
    insee_code="94991",
    handle="valdebievre",
    population=62180,
    epci=_METROPOLIS,
    siren="219499100",
    postcodes=("94990",),
    facebook_followers=Level(9850, growth=0.07),
    instagram_followers=Level(4410, growth=0.25),
    newsletters=MappingProxyType({12: Level(6730, growth=0.11)}),
    messages_a_day=3.8,
    datasets=108,
    datasets_a_year=14.0,
    fibre=Fibre(premises=31240, eligible=26710, ceiling=0.987),
    editions=(
        Edition(2019, 2240, 1610, 26, 500_000),
        Edition(2021, 3580, 1290, 29, 500_000),
        Edition(2024, 5120, 1105, 34, 600_000),
    ),
    portal=Portal(date(2020, 8, 24), 3140, 2890, 42, 520, 240, 41),
    invented=True,
)

SAINT_AUBIN = Town(
    id="saint_aubin_les_etangs",
    name="Saint-Aubin-les-Étangs",
    insee_code="91992",
    handle="saintaubinlesetangs",
    population=3412,
    epci="249100157",
    siren="219199200",
    postcodes=("91998",),
    facebook_followers=Level(88, growth=0.85),
    messages_a_day=0.25,
    fibre=Fibre(premises=1604, eligible=712, ceiling=0.978),
    portal=Portal(date(2020, 9, 14), 41, 63, 1, 26, 14, 2),
    invented=True,
)

TOWNS: Mapping[str, Town] = MappingProxyType(
    {town.id: town for town in (CACHAN, MONTROUGE, VAL_DE_BIEVRE, SAINT_AUBIN)}
)
