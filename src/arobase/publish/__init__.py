"""Publish: make the next version beside the present one from what passed, and swap it in at once.

The new file is a copy of the former version with the newer rows applied; it is built from nothing
when there is no former version, when it is damaged or of another history, or when the models were
all built again. How far a version goes is written in the version itself, so whatever stops us, the
next run starts from what readers see.
"""

from __future__ import annotations

import importlib.metadata
import json
import logging
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import duckdb

from arobase import warehouse
from arobase.errors import PublicationError
from arobase.publish import publication as sql
from arobase.published.versions import Versions
from arobase.settings import PROJECT_ROOT, current_time, settings

log = logging.getLogger(__name__)

FORMERS_TRIED = 2
"""How many earlier versions are tried as a base before the figures are built from nothing."""


@dataclass(frozen=True, slots=True)
class PublishReport:
    """The version made and how many figures it changes; no version when nothing changed."""

    version: int | None
    rows_changed: int


@dataclass(frozen=True, slots=True)
class _Work:
    """One attempt at a version, on one open warehouse with its former version attached."""

    connection: duckdb.DuckDBPyConnection
    versions: Versions
    former: Path | None
    now: datetime
    audited: int
    """The newest batch whose rows are audited: nothing above it is published."""

    seen: int
    """The newest batch any step went through."""

    def run(self, statement: str, **parameters: object) -> list[tuple[object, ...]]:
        """Run a statement with those of its parameters that it names."""
        named = {key: value for key, value in parameters.items() if f"${key}" in statement}
        rows: list[tuple[object, ...]] = self.connection.execute(statement, named).fetchall()
        return rows


def publish(*, now: datetime | None = None, full: bool = False) -> PublishReport:
    """Publish the audited figures as a new version, unless nothing changed.

    Args:
        now: the product's instant, the version's date.
        full: build the version from nothing, even if the former one holds.

    Raises:
        PublicationError: the version could not be built; readers keep the present one.
    """
    versions = Versions(settings().published)
    at = now or current_time()
    for former in [*versions.newest_first()][:FORMERS_TRIED]:
        try:
            return _attempt(versions, former, at, full=full)
        except duckdb.Error as error:
            # Also how a damaged file shows: what it holds is made again from the warehouse.
            log.warning("%s: not usable as a base (%s)", former, error)
    try:
        return _attempt(versions, None, at, full=True)
    except duckdb.Error as error:
        raise PublicationError(
            f"{versions.folder}: the next version could not be built ({error}); readers keep the"
            " present one. Run `arobase refresh`; if it fails again, `arobase refresh --full`"
        ) from error


def _attempt(
    versions: Versions, former: Path | None, now: datetime, *, full: bool
) -> PublishReport:
    with warehouse.writer() as connection, _attached(connection, former):
        (audited, seen), *_ = connection.execute(sql.MARKS).fetchall()
        work = _Work(connection, versions, former, now, audited, seen)
        _find_withheld(work)
        record = work.run(sql.FORMER) if former is not None else []
        mark, content = record[0] if record else (-1, "")
        present_content = _content(work)
        if not record or full or _is_redefined(work, content, present_content):
            return _rebuilt(work, mark, present_content)
        return _continued(work, mark, content, present_content)


def _is_redefined(work: _Work, former: object, present: str) -> bool:
    """Whether the models were all built again, or a definition moved, since the former version."""
    rebuilds = [json.loads(content).get("rebuild") for content in (str(former), present)]
    return rebuilds[0] != rebuilds[1] or bool(work.run(sql.REDEFINED)[0][0])


def _find_withheld(work: _Work) -> None:
    work.run(sql.CRITICAL.format(name="critical", findings="quality.findings"))
    if work.former is None:
        work.run(sql.NO_CRITICAL.format(name="former_critical"))
    else:
        work.run(sql.CRITICAL.format(name="former_critical", findings="former.findings"))
    work.run(sql.SWITCHED)


def _find_kept(work: _Work, withheld: str) -> None:
    """Find the last good values of withheld figures; looking reads the whole history of keys."""
    work.run(sql.WITHHELD.format(withheld=withheld))
    is_needed = work.former is not None and work.run("select 1 from withheld limit 1")
    work.run(sql.KEPT if is_needed else sql.NOTHING_KEPT)


def _content(work: _Work) -> str:
    """Return what tells one state of the small tables from another."""
    states = {
        name: work.run(sql.CONTENT.format(table=table), now=work.now)[0][0]
        for name, table in sql.SMALL_TABLES.items()
    }
    return json.dumps(states | {"rebuild": work.run(sql.REBUILD_NAME)[0][0]})


def _continued(work: _Work, mark: object, content: object, present: str) -> PublishReport:
    work.run(sql.CHANGED, mark=mark, audited=work.audited)
    if work.run("select count(*) from switched")[0][0]:
        work.run(sql.CHANGED_BY_FINDINGS, mark=mark)
    changed = work.connection.table("changed").count("*").fetchall()[0][0]
    if not changed and content == present:
        return PublishReport(version=None, rows_changed=0)
    _find_kept(work, sql.WITHHELD_IN_CHANGED)
    aside = work.versions.aside(copied=work.former)
    with _written(work, aside):
        if changed:
            work.run(sql.REPLACE)
            work.run(sql.VANISHED)
            work.run(sql.ADD)
        _replace_small_tables(work, "changed", mark, present)
    return _shown(work, aside, changed)


def _rebuilt(work: _Work, mark: object, content: str) -> PublishReport:
    if work.audited < 0:
        raise PublicationError("no figure is audited yet: run `arobase refresh`")
    rows = sql.EVERYTHING.format(audited=work.audited)
    _find_kept(work, "critical")
    aside = work.versions.aside()
    with _written(work, aside):
        work.run(sql.REBUILD.format(rows=rows))
        _replace_small_tables(work, rows, mark, content)
        count = work.run("select count(*) from next.indicator_values")[0][0]
    return _shown(work, aside, int(str(count)))


def _replace_small_tables(work: _Work, rows: str, mark: object, content: str) -> None:
    for name, table in sql.SMALL_TABLES.items():
        work.run(f"create or replace table next.{name} as {table}", now=work.now)
    work.run(
        sql.RECORD.format(rows=rows),
        now=work.now,
        version=work.versions.next_number(),
        code_revision=code_revision(),
        seen=work.seen,
        audited=work.audited,
        mark=mark,
        content=content,
    )


def _shown(work: _Work, aside: Path, changed: int) -> PublishReport:
    version = work.versions.next_number()
    work.versions.show(aside, version)
    return PublishReport(version=version, rows_changed=changed)


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, former: Path | None) -> Iterator[None]:
    if former is None:
        yield
        return
    connection.execute(f"attach '{_quoted(former)}' as former (read_only)")
    yield
    connection.execute("detach former")


@contextmanager
def _written(work: _Work, aside: Path) -> Iterator[None]:
    """Attach the next version as `next`, and leave it whole in its file: one commit, no journal."""
    work.run(f"attach '{_quoted(aside)}' as next")
    work.connection.begin()
    yield
    work.connection.commit()
    work.run("checkpoint next")
    work.run("detach next")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


@cache
def code_revision() -> str:
    """Return the commit this code was checked out at, or the package's version when installed."""
    git = shutil.which("git")
    if git is not None and (PROJECT_ROOT / ".git").exists():
        asked = subprocess.run(
            [git, "-C", str(PROJECT_ROOT), "rev-parse", "--short=12", "HEAD"],
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.returncode == 0:
            return asked.stdout.strip()
    return importlib.metadata.version("arobase")
