"""A town's published datasets: when each appeared, when it was refreshed, when it was withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from arobase.sandbox.model import dice, unit
from arobase.sandbox.towns import START, Town

_SUBJECTS = (
    ("Budget primitif", "Administration, finances"),
    ("Subventions aux associations", "Administration, finances"),
    ("Marchés publics attribués", "Administration, finances"),
    ("Délibérations du conseil municipal", "Administration, finances"),
    ("Écoles et périmètres scolaires", "Éducation, enfance"),
    ("Menus de la restauration scolaire", "Éducation, enfance"),
    ("Places en crèche", "Éducation, enfance"),
    ("Équipements sportifs", "Sport, loisirs"),
    ("Agenda des manifestations", "Culture"),
    ("Fonds des bibliothèques", "Culture"),
    ("Arbres d'alignement", "Environnement"),
    ("Points d'apport volontaire", "Environnement"),
    ("Consommation des bâtiments", "Environnement"),
    ("Stationnement payant", "Mobilité"),
    ("Aménagements cyclables", "Mobilité"),
    ("Permis de construire", "Urbanisme"),
    ("Noms des voies", "Urbanisme"),
    ("Bureaux de vote", "Citoyenneté"),
    ("Résultats des élections", "Citoyenneté"),
    ("Projets du budget participatif", "Citoyenneté"),
)
_FREQUENCIES = ("annual", "quarterly", "monthly", "weekly", "unknown")
_EVERY = {"annual": 365, "quarterly": 91, "monthly": 30, "weekly": 7, "unknown": 800}
_CLEANINGS = (date(2022, 1, 17), date(2024, 3, 11))
"""Days on which towns withdrew what they no longer keep up."""

_PUNCTUAL = 0.72
"""Share of datasets refreshed as often as their card says."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset of a portal."""

    id: str
    uid: str
    title: str
    theme: str
    frequency: str
    every: int
    published: date
    withdrawn: date | None
    records: int
    closed: bool
    """Its card is public, its rows are not."""

    def on_line(self, day: date) -> bool:
        """Say whether it is published on a day."""
        return self.published <= day and not (self.withdrawn and self.withdrawn <= day)

    def refreshed(self, day: date) -> date:
        """Return the last day, up to `day`, on which its rows changed."""
        return self.published + timedelta(
            days=(day - self.published).days // self.every * self.every
        )


def datasets(seed: int, town: Town, day: date) -> list[Dataset]:
    """Return what is on line on a day, the oldest first."""
    return [one for one in _all(seed, town) if one.on_line(day)]


@lru_cache(maxsize=16)
def _all(seed: int, town: Town) -> tuple[Dataset, ...]:
    """Return every dataset: as many before the start as the town had, then a steady flow."""
    dated = [*_before(seed, town), *_after(seed, town)]
    return tuple(_dataset(seed, town, number, *dates) for number, dates in enumerate(dated))


def _before(seed: int, town: Town) -> Iterator[tuple[date, date | None]]:
    first = date(2018, 3, 5)
    span = (START - first).days - 7
    for number in range(town.datasets):
        shift = span * number // max(1, town.datasets)
        withdrawn = None
        if unit(seed, town.id, "withdrawn", number) < 0.17:
            withdrawn = _CLEANINGS[number % len(_CLEANINGS)]
        yield first + timedelta(days=shift), withdrawn


def _after(seed: int, town: Town) -> Iterator[tuple[date, date | None]]:
    day, end = START, date(2036, 1, 1)
    while day < end:
        gap = 365 / town.datasets_a_year
        day += timedelta(days=max(2, round(gap * 2 * unit(seed, town.id, "gap", day))))
        yield day, None


def _dataset(
    seed: int, town: Town, number: int, published: date, withdrawn: date | None
) -> Dataset:
    random = dice(seed, town.id, "dataset", number)
    subject, theme = _SUBJECTS[number % len(_SUBJECTS)]
    edition = number // len(_SUBJECTS)
    frequency = random.choice(_FREQUENCIES)
    lateness = 1 if random.random() < _PUNCTUAL else random.randrange(3, 7)
    return Dataset(
        id=f"{town.handle}-{number + 1:03d}-{_slug(subject)}",
        uid=f"da_{random.getrandbits(30):06x}",
        title=f"{subject} ({2018 + edition})" if edition else subject,
        theme=theme,
        frequency=frequency,
        every=_EVERY[frequency] * lateness,
        published=published,
        withdrawn=withdrawn,
        records=random.randrange(12, 4000),
        closed=random.random() < 0.08,
    )


def _slug(title: str) -> str:
    plain = title.lower().translate(str.maketrans("éèêàôç", "eeeaoc"))
    return "-".join("".join(char if char.isalnum() else " " for char in plain).split())


def cards(seed: int, town: Town, now: datetime) -> list[dict[str, Any]]:
    """Return the catalogue cards that anyone sees at an instant."""
    return [_card(town, one, now.date()) for one in datasets(seed, town, now.date())]


def _card(town: Town, dataset: Dataset, day: date) -> dict[str, Any]:
    return {
        "visibility": "domain",
        "dataset_id": dataset.id,
        "dataset_uid": dataset.uid,
        "has_records": True,
        "data_visible": not dataset.closed,
        "features": ["analyze"],
        "attachments": [],
        "alternative_exports": [],
        "fields": [
            {
                "name": name,
                "label": name.capitalize(),
                "type": kind,
                "description": None,
                "annotations": {},
            }
            for name, kind in (("identifiant", "text"), ("libelle", "text"), ("valeur", "double"))
        ],
        "metas": {
            "default": _default_metas(town, dataset, day),
            "dcat": {"accrualperiodicity": dataset.frequency, "creator": None, "spatial": None},
            "dublin-core": {},
            "inspire": {},
        },
    }


def _default_metas(town: Town, dataset: Dataset, day: date) -> dict[str, Any]:
    refreshed = datetime.combine(dataset.refreshed(day), time(4, 30), UTC)
    # A date kept by hand: older than the data on one card in three.
    modified = (
        refreshed if len(dataset.title) % 3 else datetime.combine(dataset.published, time(9), UTC)
    )
    return {
        "title": dataset.title,
        "description": f"<p>{dataset.title}, ville de {town.name}.</p>",
        "theme": [dataset.theme],
        "keyword": None if len(dataset.title) % 4 == 0 else [town.name.lower()],
        "license": "Licence Ouverte v2.0 (Etalab)",
        "license_url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
        "language": "fr",
        "metadata_languages": ["fr"],
        "timezone": None,
        "modified": _stamp(modified),
        "modified_updates_on_metadata_change": False,
        "modified_updates_on_data_change": modified == refreshed,
        "data_processed": _stamp(refreshed),
        "metadata_processed": _stamp(refreshed + timedelta(seconds=1)),
        "geographic_reference": None,
        "territory": [town.name],
        "publisher": f"Ville de {town.name}",
        "references": None,
        "records_count": dataset.records,
        "attributions": None,
        "federated": False,
        "parent_domain": None,
        "update_frequency": dataset.frequency,
    }


def _stamp(instant: datetime) -> str:
    return instant.isoformat(timespec="microseconds")


@lru_cache(maxsize=64)
def rows(seed: int, dataset_id: str, how_many: int) -> list[dict[str, Any]]:
    """Return a dataset's rows."""
    return [
        {
            "identifiant": f"{number:05d}",
            "libelle": f"Élément {number}",
            "valeur": round(100 * unit(seed, dataset_id, number), 2),
        }
        for number in range(1, how_many + 1)
    ]
