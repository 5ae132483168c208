"""`arobase new`: the first files of a source, an indicator or a town, from `templates/`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from arobase.errors import UsageError

if TYPE_CHECKING:
    from arobase.catalog import Catalog, Source

Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Name = Annotated[str, typer.Option(help="Name people read; the id when not given.")]


def city(
    city_id: Annotated[str, typer.Argument(metavar="ID", help="Id, such as val_de_bievre.")],
    *,
    insee: Annotated[str, typer.Option(help="INSEE code: five characters.")],
    name: Name = "",
    as_json: Json = False,
) -> None:
    """Write the file of a town, with every source it could have."""
    from arobase.catalog import catalog

    known = catalog()
    _check_new(city_id, known.cities)
    values = {
        "id": city_id,
        "id_upper": city_id.upper(),
        "name": name or city_id.replace("_", " ").title(),
        "insee": insee,
        "sources": "\n".join(_source_lines(known)),
    }
    written = _write({_catalog_folder() / "cities" / f"{city_id}.yml": "city.yml"}, values)
    _say(written, ["uncomment the town's sources", "run: arobase catalog check"], as_json=as_json)


def indicator(
    indicator_id: Annotated[str, typer.Argument(metavar="ID", help="Id, such as website_visits.")],
    *,
    source: Annotated[str, typer.Option(help="Id of the source it is computed from.")],
    name: Name = "",
    as_json: Json = False,
) -> None:
    """Write the entry and the model of an indicator of a known source."""
    from arobase.catalog import catalog
    from arobase.catalog.names import known_source
    from arobase.settings import current_time, settings

    known = catalog()
    _check_new(indicator_id, known.indicators)
    entry = known_source(known, source)
    values = {
        "id": indicator_id,
        "name": name or indicator_id.replace("_", " ").capitalize(),
        "source": source,
        "theme": entry.theme,
        "cadence": entry.cadence.every,
        "staging": f"stg_{source}__{next(iter(entry.streams))}",
        "today": f"{current_time():%Y-%m-%d}",
    }
    models = settings().project / "dbt_project/models/marts/indicators"
    written = _write(
        {
            _catalog_folder() / "indicators" / f"{indicator_id}.yml": "indicator.yml",
            models / f"ind_{indicator_id}.sql": "indicator.sql",
        },
        values,
    )
    _say(
        written,
        [
            f"describe ind_{indicator_id} and its unit test in {models}/_indicators__models.yml",
            f"add to {models}/indicator_values.sql the line that names ref('ind_{indicator_id}')",
            "run: arobase catalog check, then: arobase refresh --full",
        ],
        as_json=as_json,
    )


def source(
    source_id: Annotated[str, typer.Argument(metavar="ID", help="Id, such as mastodon.")],
    *,
    arrival: Annotated[
        Literal["pull", "drop"], typer.Option(help="Fetched by us, or files dropped by people.")
    ] = "pull",
    theme: Annotated[str, typer.Option(help="Theme, such as audience.")] = "audience",
    name: Name = "",
    as_json: Json = False,
) -> None:
    """Write the entry, the staging models and, for a pull, the connector of a source."""
    from arobase.catalog import catalog

    _check_new(source_id, catalog().sources)
    pulled = arrival == "pull"
    values = {
        "id": source_id,
        "name": name or source_id.replace("_", " ").capitalize(),
        "class_name": "".join(part.capitalize() for part in source_id.split("_")),
        "theme": theme,
        "arrival": arrival,
        "address": "base_url: https://api.example.org\n" if pulled else "",
        "cadence": "day" if pulled else "month",
        "streams": _template(f"source_streams_{'json' if pulled else 'table'}.yml").rstrip(),
    }
    written = _write(_source_files(source_id, pulled=pulled), values)
    steps = ["say in the entry who publishes it, under which licence, and what it holds"]
    if pulled:
        steps.append(f"add to CONNECTORS in src/arobase/connectors/registry.py: {source_id!r}")
        steps.append(f"record an answer in tests/fixtures/{source_id}/ok/, for the contract tests")
    steps.append(f"add {source_id} to the towns that have it, in catalog/cities/")
    steps.append("run: arobase catalog check")
    _say(written, steps, as_json=as_json)


def _source_files(source_id: str, *, pulled: bool) -> dict[Path, str]:
    from arobase.settings import settings

    project = settings().project
    staging = project / "dbt_project/models/staging" / source_id
    wanted = {
        _catalog_folder() / "sources" / f"{source_id}.yml": "source.yml",
        staging / f"stg_{source_id}__records.sql": "staging.sql",
        staging / f"_{source_id}__sources.yml": "staging_sources.yml",
        staging / f"_{source_id}__models.yml": "staging_models.yml",
    }
    if pulled:
        wanted[project / "src/arobase/connectors" / f"{source_id}.py"] = "connector.py.txt"
    return wanted


def _source_lines(known: Catalog) -> list[str]:
    """Return each source as a commented line; the national ones are taken as had."""
    from arobase.catalog import SourceScope

    return [
        f"  {'' if each.scope is SourceScope.national else '# '}{each.id}: {_example_keys(each)}"
        for each in known.sources.values()
    ]


def _example_keys(entry: Source) -> str:
    shown = (
        f'{key}: ["{described.example}"]' if described.many else f'{key}: "{described.example}"'
        for key, described in entry.keys.items()
    )
    return "{" + ", ".join(shown) + "}"


def _catalog_folder() -> Path:
    """Return the folder new entries go to: the last, the town's own when it has one."""
    from arobase.settings import settings

    return settings().catalog[-1]


def _check_new(entry_id: str, known: Mapping[str, object]) -> None:
    from pydantic import TypeAdapter, ValidationError

    from arobase.catalog.models import Id

    try:
        TypeAdapter(Id).validate_python(entry_id)
    except ValidationError as error:
        raise UsageError(
            f"{entry_id!r} is not an id: a letter, then lower-case letters, digits and _"
        ) from error
    if entry_id in known:
        raise UsageError(f"{entry_id!r} exists already")


def _write(wanted: Mapping[Path, str], values: Mapping[str, str]) -> list[Path]:
    if existing := [path for path in wanted if path.exists()]:
        raise UsageError(f"{existing[0]} exists already; nothing was written")
    for path, template in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        content = _IdTemplate(_template(template)).substitute(values)
        path.write_text(content.rstrip() + "\n", encoding="utf-8")
    return list(wanted)


class _IdTemplate(Template):
    """`$id__records` means the id followed by `__records`: names end at a double underscore."""

    idpattern = r"[a-z]+(?:_[a-z]+)*"


def _template(name: str) -> str:
    return files("arobase.cli").joinpath("templates", name).read_text(encoding="utf-8")


def _say(written: list[Path], next_steps: list[str], *, as_json: bool) -> None:
    from arobase.cli.output import report

    lines = [f"written  {path}" for path in written]
    lines += ["", "Next:", *(f"  {number}. {step}" for number, step in enumerate(next_steps, 1))]
    report({"written": written, "next": next_steps}, as_json=as_json, text="\n".join(lines))
