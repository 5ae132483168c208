"""Read the catalogue folders into one checked `Catalog`; a wrong file stops the load."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ValidationError

from arobase.catalog.models import City, Claim, ClaimDocument, Indicator, Source, SourceScope
from arobase.errors import CatalogError
from arobase.settings import settings

E = TypeVar("E", City, ClaimDocument, Indicator, Source)

FOLDERS: Mapping[str, type[BaseModel]] = {
    "sources": Source,
    "indicators": Indicator,
    "cities": City,
    "claims": ClaimDocument,
}


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that exists. Mappings are keyed by id and sorted by it."""

    sources: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    cities: Mapping[str, City]
    claim_documents: Mapping[str, ClaimDocument]

    def feeds(self) -> Iterator[tuple[Source, City | None]]:
        """Yield each source with each town that has it; a national source once, with no town."""
        for source in self.sources.values():
            towns = [city for city in self.cities.values() if source.id in city.sources]
            if source.scope is SourceScope.national:
                if towns:
                    yield source, None
            else:
                yield from ((source, city) for city in towns)

    def claims(self) -> Iterator[tuple[ClaimDocument, Claim]]:
        """Yield each claim with the document that makes it."""
        for document in self.claim_documents.values():
            yield from ((document, claim) for claim in document.claims)

    def headlines(self) -> tuple[Indicator, ...]:
        """Return the overview's indicators in their order."""
        ranked = [each for each in self.indicators.values() if each.headline is not None]
        return tuple(sorted(ranked, key=lambda each: (each.headline, each.id)))


@cache
def catalog() -> Catalog:
    """Return the catalogue of this process, from the folders in `AROBASE_CATALOG`."""
    return load_catalog(*settings().catalog)


def load_catalog(*folders: Path) -> Catalog:
    """Read and check the catalogue folders; a later folder adds to or overrides an earlier one.

    Raises:
        CatalogError: a folder is missing or a file is wrong; the message has each mistake found.
    """
    for folder in folders:
        if not folder.is_dir():
            raise CatalogError(f"{folder}: no such catalogue folder (see AROBASE_CATALOG)")
    sources, _ = _entries(folders, "sources", Source)
    indicators, indicator_files = _entries(folders, "indicators", Indicator)
    cities, city_files = _entries(folders, "cities", City)
    documents, document_files = _entries(folders, "claims", ClaimDocument)
    mistakes = [
        *_indicator_mistakes(indicators, indicator_files, sources),
        *_city_mistakes(cities, city_files, sources, indicators),
        *_claim_mistakes(documents, document_files, cities, indicators),
    ]
    if mistakes:
        raise CatalogError("\n".join(mistakes))
    enabled = {city_id: city for city_id, city in cities.items() if city.enabled}
    shown = {
        document_id: kept
        for document_id, document in documents.items()
        if (kept := _claims_about(document, enabled)) is not None
    }
    return Catalog(sources, indicators, enabled, shown)


def _claims_about(document: ClaimDocument, cities: Mapping[str, City]) -> ClaimDocument | None:
    claims = tuple(claim for claim in document.claims if claim.city in cities)
    return document.model_copy(update={"claims": claims}) if claims else None


def _entries(
    folders: Iterable[Path], kind: str, model: type[E]
) -> tuple[dict[str, E], dict[str, Path]]:
    entries: dict[str, E] = {}
    files: dict[str, Path] = {}
    for folder in folders:
        for path in sorted((folder / kind).glob("*.y*ml")):
            entry = _entry(path, model)
            entries[entry.id], files[entry.id] = entry, path
    return dict(sorted(entries.items())), files


def _entry(path: Path, model: type[E]) -> E:
    try:
        content = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path}: not readable as YAML: {error}") from error
    if not isinstance(content, dict):
        raise CatalogError(f"{path}: expected `key: value` lines, found {_shown(content)}")
    try:
        entry = model.model_validate(content)
    except ValidationError as error:
        raise CatalogError(_explained(path, error, model)) from error
    if entry.id != path.stem:
        raise CatalogError(f"{path}: id is {entry.id!r}, but the file is named {path.stem!r}")
    return entry


def _explained(path: Path, error: ValidationError, model: type[BaseModel]) -> str:
    return "\n".join(f"{path}: {_mistake(each, model)}" for each in error.errors())


def _mistake(detail: Any, model: type[BaseModel]) -> str:
    place = ".".join(str(part) for part in detail["loc"]) or "the file"
    match detail["type"]:
        case "extra_forbidden":
            known = _known_keys(model, detail["loc"][:-1])
            return f"{place}: unknown key{_nearest(str(detail['loc'][-1]), known)}"
        case "missing":
            return f"{place}: required, but absent"
        case "enum" | "literal_error":
            expected = str(detail["ctx"]["expected"])
            values = [part.strip(" '") for part in expected.replace(" or ", ",").split(",")]
            return (
                f"{place}: found {_shown(detail['input'])}{_nearest(str(detail['input']), values)};"
                f" expected {expected}"
            )
        case _:
            return f"{place}: found {_shown(detail['input'])}: {detail['msg']}"


def _known_keys(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Return the field names of the model found by following `place` from `model`."""
    current: Any = model
    for part in place:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(str(part))
            current = _model_inside(field.annotation) if field else None
    return list(current.model_fields) if current is not None else []


def _model_inside(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inside = (_model_inside(each) for each in getattr(annotation, "__args__", ()))
    return next((each for each in inside if each is not None), None)


def _nearest(found: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(found, list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _indicator_mistakes(
    indicators: Mapping[str, Indicator], files: Mapping[str, Path], sources: Mapping[str, Source]
) -> Iterator[str]:
    for indicator in indicators.values():
        for source_id in indicator.sources:
            if source_id not in sources:
                yield (
                    f"{files[indicator.id]}: sources: unknown source {source_id!r}"
                    f"{_nearest(source_id, sources)}"
                )


def _city_mistakes(
    cities: Mapping[str, City],
    files: Mapping[str, Path],
    sources: Mapping[str, Source],
    indicators: Mapping[str, Indicator],
) -> Iterator[str]:
    seen: dict[str, str] = {}
    for city in cities.values():
        path = files[city.id]
        try:
            ZoneInfo(city.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            yield f"{path}: timezone: unknown {city.timezone!r}; expected one such as Europe/Paris"
        if city.insee_code in seen:
            yield f"{path}: insee_code: {city.insee_code} is already {seen[city.insee_code]!r}'s"
        seen[city.insee_code] = city.id
        for indicator_id in city.targets:
            if indicator_id not in indicators:
                yield (
                    f"{path}: targets: unknown indicator {indicator_id!r}"
                    f"{_nearest(indicator_id, indicators)}"
                )
        for source_id, keys in city.sources.items():
            yield from _city_source_mistakes(path, source_id, keys, sources)


def _city_source_mistakes(
    path: Path, source_id: str, keys: Mapping[str, object], sources: Mapping[str, Source]
) -> Iterator[str]:
    if source_id not in sources:
        yield f"{path}: sources: unknown source {source_id!r}{_nearest(source_id, sources)}"
        return
    expected = sources[source_id].keys
    for key in keys.keys() - expected.keys():
        yield f"{path}: sources.{source_id}: unknown key {key!r}{_nearest(key, expected)}"
    for key, described in expected.items():
        if key not in keys:
            yield (
                f"{path}: sources.{source_id}.{key}: required, but absent"
                f" (for example {described.example})"
            )
        elif described.many == isinstance(keys[key], str):
            wanted = "a list" if described.many else "one value"
            yield f"{path}: sources.{source_id}.{key}: found {_shown(keys[key])}; expected {wanted}"


def _claim_mistakes(
    documents: Mapping[str, ClaimDocument],
    files: Mapping[str, Path],
    cities: Mapping[str, City],
    indicators: Mapping[str, Indicator],
) -> Iterator[str]:
    for document in documents.values():
        for claim in document.claims:
            place = f"{files[document.id]}: claims.{claim.id}"
            if claim.city not in cities:
                yield f"{place}: unknown city {claim.city!r}{_nearest(claim.city, cities)}"
            if claim.indicator not in indicators:
                yield (
                    f"{place}: unknown indicator {claim.indicator!r}"
                    f"{_nearest(claim.indicator, indicators)}"
                )
