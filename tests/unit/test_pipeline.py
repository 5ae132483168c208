from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("arobase.transform", reason="the models are not built in this checkout")

from arobase import pipeline
from arobase.audit import AuditReport
from arobase.errors import RowsUnaccounted, SourceUnavailable
from arobase.inbox import ClaimReport
from arobase.ingest import IngestReport
from arobase.load import LoadReport
from arobase.publish import PublishReport
from arobase.published import published
from arobase.transform import TransformReport
from tests.marts import NOW

LOADED = LoadReport(
    batches=1,
    rows_in=10,
    rows_loaded=7,
    rows_quarantined=2,
    rows_deduplicated=1,
    touched=frozenset({"brevo"}),
)


@pytest.fixture
def steps(monkeypatch):
    """Stand in for the four steps, and note the order in which they run."""
    ran: list[str] = []

    def noted(name: str, report: object):
        def step(*_: object, **options: object) -> object:
            ran.append(name + (" full" if options.get("full") else ""))
            return report

        return step

    monkeypatch.setattr(pipeline.loading, "load", noted("load", LOADED))
    built = TransformReport(models_built=3, seconds=1.0)
    monkeypatch.setattr(pipeline.transforming, "transform", noted("transform", built))
    monkeypatch.setattr(pipeline.auditing, "audit", noted("audit", AuditReport(7, 0, 1, 0)))
    monkeypatch.setattr(pipeline.publishing, "publish", noted("publish", PublishReport(4, 7)))
    return ran


def test_a_refresh_runs_each_step_once_in_order_and_reports_them(steps):
    report = pipeline.refresh(now=NOW)

    assert steps == ["load", "transform", "audit", "publish"]
    assert (report.load, report.publish) == (LOADED, PublishReport(4, 7))


def test_a_full_refresh_builds_judges_and_publishes_everything(steps):
    pipeline.refresh(full=True, now=NOW)

    assert steps == ["load", "transform full", "audit full", "publish full"]


def test_nothing_is_built_from_a_load_that_lost_rows(steps, monkeypatch):
    lost = replace(LOADED, rows_loaded=6)
    monkeypatch.setattr(pipeline.loading, "load", lambda: lost)

    with pytest.raises(RowsUnaccounted, match=r"10 rows came in.*\+1"):
        pipeline.refresh(now=NOW)

    assert steps == []


def test_a_run_goes_on_when_a_source_fails_and_says_which(steps, monkeypatch):
    def ingest(source_id: str, **_: object) -> IngestReport:
        if source_id == "brevo":
            raise SourceUnavailable("brevo: 503")
        return IngestReport(source_id, landed=1, unchanged=0, failed={"montrouge": "401"})

    monkeypatch.setattr(pipeline.ingest, "due", lambda _: ["brevo", "instagram"])
    monkeypatch.setattr(pipeline.ingest, "ingest", ingest)
    claimed = ClaimReport(landed=[], refused=[])
    monkeypatch.setattr(pipeline.inbox, "claim", lambda **_: claimed)

    report = pipeline.run(now=NOW)

    assert [each.source_id for each in report.ingested] == ["instagram"]
    assert report.failed == {"brevo": "brevo: 503", "instagram montrouge": "401"}
    assert steps[-1] == "publish"


def test_the_real_chain_publishes_and_a_second_refresh_changes_nothing(home):
    first = pipeline.refresh(now=NOW)
    second = pipeline.refresh(now=NOW)

    assert first.publish.version == 1
    assert second.publish.version is None
    headlines = published().headlines("cachan")
    assert len(headlines) >= 9
    assert {each.trust for each in headlines} == {"none"}
