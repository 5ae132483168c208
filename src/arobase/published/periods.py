"""Which rows of a flow are one civil period, and which are a total since the start; as SQL."""

from __future__ import annotations

IS_CUMULATED = """
(
    i.kind = 'flow'
    and (
        date_trunc(i.cadence, v.period_start)::date <> v.period_start
        or date_trunc(i.cadence, v.period_end)::date <> v.period_start
        or date_trunc(i.cadence, v.period_end + 1)::date <> v.period_end + 1
    )
)
"""
"""True for a flow's row that is not one day, week, month, quarter or year.

Reads `v` (the values) and `i` (the indicators).
"""
