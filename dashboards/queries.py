"""Every SQL statement the pages run, on one pinned published version. No Dash here."""

from __future__ import annotations

from datetime import date

from arobase.published import Reader, Row
from arobase.published.periods import IS_CUMULATED

CITIES = """
select city_id, name, insee_code, timezone, population, stratum_fr, stratum_en
from cities
order by name
"""

INDICATORS = """
select *
from indicators
order by headline nulls last, indicator_id
"""

SOURCES = """
select *
from sources
order by source_id
"""

CITY_SOURCES = """
select city_id, source_id
from city_sources
order by city_id, source_id
"""

_MONTHLY = """
select v.indicator_id, v.period_start, v.period_end, v.value, v.status
from indicator_values as v
inner join indicators as i using (indicator_id)
where
    v.city_id = $city_id
    and i.headline is not null
    and v.value is not null
    and v.period_end between $since and $until
    and {is_cumulated} = (i.kind = 'flow' and i.headline_period = 'cumulated')
qualify row_number() over (
    partition by v.indicator_id, date_trunc('month', v.period_end)
    order by v.period_end desc, v.period_start desc
) = 1
order by v.indicator_id, v.period_end
"""
MONTHLY_HEADLINES = _MONTHLY.format(is_cumulated=IS_CUMULATED)
"""For each headline figure, the last value of each month: what the small curves draw."""

CLAIMS = """
select *
from claims
where city_id = $city_id
order by said_on desc, claim_id
"""

LAST_BATCHES = """
select
    b._batch_id, b.source_id, b.city_id, b.received_at, b.status, b.error,
    b.rows_in, b.rows_loaded, b.rows_quarantined, b.rows_deduplicated
from batches as b
order by b._batch_id desc
limit $limit
"""

ORIGIN_BATCH = """
select b._batch_id, b.batch, b.received_at
from batches as b
where b.source_id = $source_id and b.city_id in ($city_id, '_national') and b.status = 'loaded'
order by b._batch_id desc
limit 1
"""

QUARANTINE = """
select
    q._batch_id, q.source_id, q.city_id, q.file, q.line, q.column_name, q.reason_fr, q.reason_en,
    q.value, q.received_at
from quarantine as q
order by q.received_at desc, q._batch_id desc, q.line
limit $limit
"""

NOTICES = """
select n.source_id, n.city_id, n.severity, n.message_fr, n.message_en, n.received_at
from notices as n
order by n.received_at desc, n._batch_id desc
limit $limit
"""

COUNTS = """
select
    (select count(*) from quarantine) as quarantined,
    (select count(*) from notices) as notices,
    (select count(*) from batches) as batches
"""


def cities(reader: Reader) -> list[Row]:
    """Return the towns, by name."""
    return reader.query(CITIES)


def indicators(reader: Reader) -> dict[str, Row]:
    """Return the indicators by id, headline figures first."""
    return {row["indicator_id"]: row for row in reader.query(INDICATORS)}


def sources(reader: Reader) -> dict[str, Row]:
    """Return the sources by id."""
    return {row["source_id"]: row for row in reader.query(SOURCES)}


def sources_of_cities(reader: Reader) -> dict[str, list[str]]:
    """Return the sources that each town has."""
    found: dict[str, list[str]] = {}
    for row in reader.query(CITY_SOURCES):
        found.setdefault(row["city_id"], []).append(row["source_id"])
    return found


def monthly_headlines(
    reader: Reader, city_id: str, *, since: date, until: date
) -> dict[str, list[Row]]:
    """Return each headline figure's last value of each month, oldest first, by indicator."""
    found: dict[str, list[Row]] = {}
    days = {"city_id": city_id, "since": since, "until": until}
    for row in reader.query(MONTHLY_HEADLINES, days):
        found.setdefault(row["indicator_id"], []).append(row)
    return found


def claims(reader: Reader, city_id: str) -> list[Row]:
    """Return what documents said about a town, latest first."""
    return reader.query(CLAIMS, {"city_id": city_id})


def last_batches(reader: Reader, limit: int) -> list[Row]:
    """Return the batches received last, with the fate of their lines."""
    return reader.query(LAST_BATCHES, {"limit": limit})


def origin_batch(reader: Reader, source_id: str, city_id: str) -> Row | None:
    """Return the last batch loaded from a source for a town, or for the whole country."""
    rows = reader.query(ORIGIN_BATCH, {"source_id": source_id, "city_id": city_id})
    return rows[0] if rows else None


def quarantine(reader: Reader, limit: int) -> list[Row]:
    """Return the lines refused last, each with its reason."""
    return reader.query(QUARANTINE, {"limit": limit})


def notices(reader: Reader, limit: int) -> list[Row]:
    """Return what the readers of sources noticed last."""
    return reader.query(NOTICES, {"limit": limit})


def counts(reader: Reader) -> Row:
    """Return how many refused lines, notices and batches this version keeps."""
    return reader.query(COUNTS)[0]
