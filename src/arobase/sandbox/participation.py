"""Participatory budgets: an edition's projects, and their votes as they come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from arobase.sandbox.model import dice, shared_out
from arobase.sandbox.towns import Edition, Town

_IDEAS = (
    "Verger partagé",
    "Boîtes à livres dans les parcs",
    "Abris à vélos sécurisés",
    "Fontaines à eau",
    "Fresque sur le mur de l'école",
    "Ruches pédagogiques",
    "Jeux d'eau pour l'été",
    "Parcours santé",
    "Composteurs de quartier",
    "Terrain de pétanque éclairé",
    "Cabanes à oiseaux",
    "Bancs à l'ombre",
    "Atelier de réparation de vélos",
    "Jardin des senteurs",
)


@dataclass(frozen=True, slots=True)
class Project:
    """One project put to the vote."""

    id: int
    title: str
    cost: int
    online_votes: int
    paper_votes: int
    selected: bool


def vote_days(edition: Edition) -> tuple[date, date]:
    """Return the first and last day of a vote."""
    return date(edition.year, 5, 13), date(edition.year, 6, 17)


def editions(town: Town, day: date) -> list[Edition]:
    """Return the editions whose projects are on line on a day: four months before the vote."""
    return [edition for edition in town.editions if date(edition.year, 1, 15) <= day]


def projects(seed: int, town: Town, edition: Edition, day: date) -> list[Project]:
    """Return an edition's projects on a day; paper votes are entered once the vote is over."""
    random = dice(seed, town.id, "edition", edition.year)
    weights = [random.random() ** 2 + 0.05 for _ in range(edition.projects)]
    first, last = vote_days(edition)
    progress = min(1.0, max(0.0, (day - first).days / (last - first).days))
    online = shared_out(round(edition.online_votes * progress), weights)
    paper = shared_out(edition.paper_votes, weights) if day > last else [0] * edition.projects
    winners = sorted(range(edition.projects), key=lambda number: -weights[number])[:6]
    return [
        Project(
            id=edition.year % 100 * 1000 + number,
            title=f"{_IDEAS[number % len(_IDEAS)]} ({number + 1})",
            cost=random.randrange(3, 60) * 1000,
            online_votes=online[number],
            paper_votes=paper[number],
            selected=number in winners and day > last,
        )
        for number in range(edition.projects)
    ]


def budget_id(edition: Edition) -> str:
    """Return the id of an edition's budget."""
    return str(edition.year - 2010)


def host(town: Town) -> str:
    """Return the name of a town's platform."""
    return f"budgetparticipatif.{town.handle}.example"


def process_id(edition: Edition) -> int:
    """Return the id of an edition's process."""
    return edition.year - 2000


def component_id(edition: Edition) -> int:
    """Return the id of an edition's budgets component."""
    return edition.year - 1978


def slug(edition: Edition) -> str:
    """Return an edition's process as addresses spell it."""
    return f"budget-participatif-{edition.year}"
