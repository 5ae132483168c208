"""Ten years of figures, written in SQL where the pipeline would have put them."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from arobase import warehouse
from arobase.catalog import catalog
from arobase.published.versions import Versions
from arobase.settings import current_time, settings

# As years of refreshes leave them: day after day, each day in a batch of its own.
_BATCHES = """
insert into raw.batches by name
select
    newest + 1 + day as _batch_id,
    'history-' || lpad(day::varchar, 6, '0') as batch,
    'facebook_page' as source_id,
    'cachan' as city_id,
    $now::timestamptz - to_days({days} - day) as received_at,
    received_at as loaded_at,
    'loaded' as status,
    1 as pages, 1 as rows_in, 1 as rows_loaded, 0 as rows_quarantined, 0 as rows_deduplicated
from range({days}) as days(day), (select max(_batch_id) as newest from raw.batches)
"""

# Numbered so that both orders come out without a sort: the warehouse's, day after day, and the
# published file's, figure after figure.
_NUMBERED = {
    "warehouse": """
        select
            number // ({towns} * {indicators}) as day,
            number // {indicators} % {towns} as town,
            number % {indicators} as indicator
        from range({rows}) as numbers(number)
    """,
    "published": """
        select
            number % {days} as day,
            number // ({days} * {indicators}) as town,
            number // {days} % {indicators} as indicator
        from range({rows}) as numbers(number)
    """,
}

_VALUES = """
select
    ($towns::varchar[])[town + 1] as city_id,
    ($indicators::varchar[])[indicator + 1] as indicator_id,
    $now::date - ({days} - day)::integer as period_start,
    period_start as period_end,
    1000 + (town * 17 + indicator * 29) % 5000 + day * 0.05 as value,
    'measured' as origin,
    'published' as status,
    'facebook_page' as source_id,
    period_start::timestamptz as as_of,
    1 as definition_version
"""

_TO_WAREHOUSE = f"""
insert into marts.indicator_values by name
{_VALUES}, (select max(_batch_id) from raw.batches) - {{days}} + 1 + day as _batch_id
from ({_NUMBERED["warehouse"]})
"""

_TO_PUBLISHED = f"insert into indicator_values by name {_VALUES} from ({_NUMBERED['published']})"

_MARKS = """
update meta.marks set _batch_id = (select max(_batch_id) from raw.batches)
where step in ('transform', 'audit.indicator_values', 'audit.batches')
"""


_PUBLISHED_MARK = """
update publication
set _batch_id = _batch_id + {days}, batch = 'history-' || lpad(({days} - 1)::varchar, 6, '0')
"""


@dataclass(frozen=True, slots=True)
class History:
    """How much there is: the catalogue's towns and indicators come first, others are made up."""

    towns: int
    indicators: int
    days: int = 3653

    @property
    def rows(self) -> int:
        """Return the number of figures."""
        return self.towns * self.indicators * self.days

    def write(self) -> None:
        """Write it into the warehouse and the newest published version of the present home.

        The home must have been refreshed once, so that every table is there.
        """
        known = catalog()
        values = {
            "now": current_time(),
            "towns": _named("town", [*known.cities], self.towns),
            "indicators": _named("indicator", [*known.indicators], self.indicators),
        }
        with warehouse.writer() as connection:
            connection.execute(self._sized(_BATCHES), {"now": values["now"]})
            connection.execute(self._sized(_TO_WAREHOUSE), values)
            connection.execute(_MARKS)
        with duckdb.connect(str(Versions(settings().published).link.resolve())) as connection:
            connection.execute("set enable_progress_bar = false")
            # In place, as nobody reads: a publication of everything would sort it for minutes.
            connection.execute(self._sized(_TO_PUBLISHED), values)
            connection.execute(self._sized(_PUBLISHED_MARK))

    def _sized(self, statement: str) -> str:
        sizes = {"towns": self.towns, "indicators": self.indicators, "days": self.days}
        return statement.format(rows=self.rows, **sizes)


def _named(kind: str, known: list[str], count: int) -> list[str]:
    """Return `count` names, the known ones first."""
    return [*known, *(f"{kind}_{number}" for number in range(count))][:count]
