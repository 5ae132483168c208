"""The audit's expectations against one SQL scan that counts the same things."""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from pathlib import Path

import duckdb

from arobase.catalog import load_catalog
from arobase.settings import PROJECT_ROOT
from bench.ratio import Ratio, in_turn

ROWS = int(os.environ.get("AROBASE_BENCH_AUDIT_ROWS", "5000000"))
LIMIT = 4.0

# As many towns and days as a region gathers in three years, all believable but a few.
CANDIDATES = """
create table quality.candidate_indicator_values as
select
    'town_' || (r % 200) as city_id,
    'indicator_' || (r % 60) as indicator_id,
    date '2023-01-01' + (r % 1100)::integer as period_start,
    date '2023-01-01' + (r % 1100)::integer as period_end,
    case when r % 400000 = 7 then -1 else hash(r) % 100000 end::double as value,
    (hash(r + 1) % 100000)::double as previous_value,
    0.0 as plausible_min,
    100000.0 as plausible_max,
    case when r % 3 = 0 then 0.5 end as max_change_share,
    case when r % 10 < 9 then least(value, plausible_max - value) end as critical_range_room,
    case when r % 10 = 9 then least(value, plausible_max - value) end as warning_range_room,
    max_change_share - (hash(r + 2) % 500)::double / 1000 as change_room,
    case when r % 7 = 0 then (hash(r + 3) % 100)::double end as share,
    case when r % 5 = 0 then value + 2 end as left_of_stock,
    case when r % 4 = 0 and value >= 5 then value end as persons_counted,
    date '2026-11-20' as told_on,
    told_on - period_start as days_before_told
from range({rows}) as numbers(r)
"""

FLOOR = """
select
    count(*),
    count(*) filter (critical_range_room < 0),
    count(*) filter (warning_range_room < 0),
    count(*) filter (change_room < 0),
    count(*) filter (share > 100),
    count(*) filter (left_of_stock <= 0),
    count(*) filter (persons_counted < 5),
    count(*) filter (days_before_told < 0)
from quality.candidate_indicator_values
"""


def measure() -> list[Ratio]:
    """Return the audit's time over the scan's."""
    from arobase.audit import gx_duckdb
    from expectations import SUITES

    catalog = load_catalog(PROJECT_ROOT / "catalog")
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(duckdb.connect(str(Path(folder) / "candidates.duckdb"))) as connection,
    ):
        connection.execute("create schema quality")
        connection.execute(CANDIDATES.format(rows=ROWS))

        def ours() -> None:
            suite = SUITES["indicator_values"](catalog)
            table = "candidate_indicator_values"
            found = gx_duckdb.unmet(connection, "quality", table, suite)
            if not found:
                raise AssertionError("the audit did not look: some rows are not believable")

        ours()
        seconds, floor = in_turn(ours, lambda: connection.execute(FLOOR).fetchall())
    note = f"{ROWS:,} rows, seven rules, unmet rows fetched"
    return [Ratio("audit, GX in SQL", seconds, floor, "s", LIMIT, note=note)]
