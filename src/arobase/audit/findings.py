"""What audits found, over time: first seen, last seen, resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import duckdb

from arobase.audit.candidates import Candidates


@dataclass(frozen=True, slots=True)
class Found:
    """One row that does not meet one rule."""

    model: str
    rule: str
    city_id: str
    indicator_id: str
    period_start: date | None
    period_end: date | None
    severity: str
    why_fr: str
    why_en: str
    observed: str
    expected: str


_TYPES = {
    field.name: "date" if field.name.startswith("period") else "varchar" for field in fields(Found)
}

_SAME = """
    f.model = found.model
    and f.rule = found.rule
    and f.city_id is not distinct from found.city_id
    and f.indicator_id is not distinct from found.indicator_id
    and f.period_start is not distinct from found.period_start
    and f.period_end is not distinct from found.period_end
    and f.resolved_at is null
"""

# Lists, one for each column: row by row, a hundred thousand findings would take minutes.
_FILL = f"""
create or replace temporary table found as
select {", ".join(f"unnest(${name}::{kind}[]) as {name}" for name, kind in _TYPES.items())}
"""

_SEEN_AGAIN = f"""
update quality.findings as f
set
    run_id = $run_id,
    run_at = $now,
    last_seen = $now,
    severity = found.severity,
    why_fr = found.why_fr,
    why_en = found.why_en,
    observed = found.observed,
    expected = found.expected
from found
where {_SAME}
"""

_SEEN_FIRST = f"""
insert into quality.findings by name
select
    $run_id as run_id,
    $now as run_at,
    found.*,
    1 as unexpected_count,
    $now as first_seen,
    $now as last_seen,
    null as resolved_at
from found
where not exists (select 1 from quality.findings as f where {_SAME})
"""

_RESOLVED = f"""
update quality.findings as f
set resolved_at = $now
where
    f.model = $model
    and f.resolved_at is null
    and not exists (select 1 from found where {_SAME})
    and {{is_judged}}
"""

_IS_JUDGED = """
exists (
    select 1 from quality.{table} as judged
    where
        f.city_id is not distinct from judged.city_id
        and f.indicator_id is not distinct from judged.indicator_id
        and f.period_start is not distinct from judged.period_start
        and f.period_end is not distinct from judged.period_end
)
"""


def found_in(model: str, unmet: Sequence[Any]) -> Iterator[Found]:
    """Yield a finding for each row of each unmet expectation (`arobase.audit.gx_duckdb.Unmet`)."""
    for each in unmet:
        for row in each.rows:
            yield _found(model, each.severity, each.meta, row)


def record(
    connection: duckdb.DuckDBPyConnection,
    candidates: Candidates,
    found: Sequence[Found],
    *,
    run_id: str,
    now: datetime,
    full: bool,
) -> None:
    """Store the findings about the judged rows, inside the caller's transaction.

    A finding seen again keeps its first date; one whose row was judged and passes is resolved. When
    all was judged, what was not seen is resolved even if its row is gone.
    """
    columns = {name: [getattr(each, name) for each in found] for name in _TYPES}
    connection.execute(_FILL, columns)
    connection.execute(_SEEN_AGAIN, {"run_id": run_id, "now": now})
    connection.execute(_SEEN_FIRST, {"run_id": run_id, "now": now})
    is_judged = "true" if full else _IS_JUDGED.format(table=candidates.table)
    resolve = _RESOLVED.format(is_judged=is_judged)
    connection.execute(resolve, {"now": now, "model": candidates.model})


def _found(model: str, severity: str, meta: Mapping[str, Any], row: Mapping[str, Any]) -> Found:
    why = meta["reasons"].get(row["indicator_id"], meta["why"])
    return Found(
        model=model,
        rule=meta["rule"],
        city_id=row["city_id"],
        indicator_id=row["indicator_id"],
        period_start=row["period_start"],
        period_end=row["period_end"],
        severity=severity,
        why_fr=why["fr"],
        why_en=why["en"],
        observed=meta["observed"].format_map(row),
        expected=meta["expected"].format_map(row),
    )
