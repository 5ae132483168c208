"""A published version written by hand, for tests of what reads one."""

from __future__ import annotations

from pathlib import Path

import duckdb

TABLES = """
create table publication as select
    {version}::bigint as version,
    timestamptz '2020-10-01 08:00:00+02' as published_at,
    'test' as code_revision,
    '{{}}' as high_water_marks,
    1.5::double as event_latency_p50_s,
    2.5::double as event_latency_p95_s;
create table cities as from (values
    ('cachan', 'Cachan', '94016', 'Europe/Paris', 30526, 'urban'),
    ('montrouge', 'Montrouge', '92049', 'Europe/Paris', null, null)
) t (city_id, name, insee_code, timezone, population, stratum);
create table indicators as from (values
    ('facebook_followers', 'public'),
    ('instagram_followers', 'public'),
    ('open_datasets', 'internal')
) t (indicator_id, sensitivity);
alter table indicators add column title_fr varchar default 'Abonnés';
alter table indicators add column title_en varchar default 'Followers';
alter table indicators add column theme varchar default 'audience';
alter table indicators add column kind varchar default 'stock';
alter table indicators add column unit varchar default 'count';
alter table indicators add column decimals integer default 0;
alter table indicators add column direction varchar default 'up';
alter table indicators add column definition_fr varchar default 'Définition';
alter table indicators add column definition_en varchar default 'Definition';
alter table indicators add column formula_fr varchar default 'Formule';
alter table indicators add column formula_en varchar default 'Formula';
alter table indicators add column sources varchar[] default ['facebook_page'];
alter table indicators add column definition_version integer default 1;
create table indicator_values as
select
    city_id, indicator_id, day as period_start, day as period_end, value,
    null::double as numerator, null::double as denominator,
    'measured' as origin, 'published' as status, 'facebook_page' as source_id,
    day::timestamptz as as_of, 1 as definition_version
from (values
    ('cachan', 'facebook_followers', date '2020-10-01', 2554.0),
    ('cachan', 'instagram_followers', date '2020-10-01', 1221.0),
    ('cachan', 'open_datasets', date '2020-10-01', 40.0),
    ('montrouge', 'facebook_followers', date '2020-10-01', 5000.0)
) t (city_id, indicator_id, day, value);
"""


def publish_by_hand(home: Path, version: int = 1, more: str = "") -> Path:
    """Write a version, make it the current one, and return its path."""
    path = home / "published" / "versions" / f"marts-{version:06d}.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLES.format(version=version))
        if more:
            connection.execute(more)
    link = home / "published" / "marts.duckdb"
    link.with_suffix(".next").symlink_to(path)
    link.with_suffix(".next").replace(link)
    return path
