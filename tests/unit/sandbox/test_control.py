from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

CARD = "/opendatasoft/cachan/api/explore/v2.1/catalog/datasets?limit=0"


def test_the_clock_can_be_set_and_given_back(sandbox: Any) -> None:
    before = sandbox.get(CARD).content

    moved = sandbox.post("/_control/clock", json={"now": "2024-05-02T08:00:00+02:00"}).json()
    there = sandbox.get(CARD).content
    sandbox.post("/_control/clock", json={"now": None})

    assert moved["now"] == "2024-05-02T06:00:00+00:00"
    assert there != before
    assert sandbox.get(CARD).content == before


def test_a_drop_writes_files_then_markers_and_says_which(sandbox: Any, tmp_path: Path) -> None:
    answer = sandbox.post("/_control/drop", json={"city": "cachan", "inbox": str(tmp_path)}).json()

    names = [file["name"] for file in answer["files"]]
    assert names == [
        "comptes_2020-10-01.csv",
        "demarches_2020-10-01.csv",
        "reservations_2020-10-01.csv",
    ]
    assert {path.name for path in tmp_path.iterdir()} == {
        *names,
        *(f"{name}.ready" for name in names),
    }


def test_the_next_drop_starts_where_the_last_one_ended(sandbox: Any, tmp_path: Path) -> None:
    order = {"city": "cachan", "inbox": str(tmp_path)}
    first = sandbox.post("/_control/drop", json=order).json()

    sandbox.post("/_control/clock", json={"now": "2020-11-01T07:00:00+00:00"})
    second = sandbox.post("/_control/drop", json=order).json()

    assert second["files"][1]["name"] == "demarches_2020-11-01.csv"
    assert second["files"][1]["size_bytes"] < first["files"][1]["size_bytes"] / 2


def test_without_an_inbox_the_files_go_where_arobase_looks(sandbox: Any, home: Path) -> None:
    sandbox.post("/_control/drop", json={"city": "saint_aubin_les_etangs"})

    folder = home / "inbox" / "family_portal" / "saint_aubin_les_etangs"
    assert (folder / "DEMANDES_2020-10-01.txt.ready").exists()


@pytest.mark.parametrize("kind", ["encoding", "columns", "half", "dates"])
def test_a_broken_file_is_dropped_when_asked_for(sandbox: Any, tmp_path: Path, kind: str) -> None:
    order = {"city": "montrouge", "inbox": str(tmp_path), "broken": kind}

    (file,) = sandbox.post("/_control/drop", json=order).json()["files"]

    assert file["name"] == f"demarches_{kind}_2020-10-01.csv"
    assert file["size_bytes"] > 100


@pytest.mark.parametrize(
    ("path", "order", "named"),
    [
        ("clock", {"now": "tomorrow"}, "tomorrow"),
        ("faults", {"source": "matomo", "fault": "down"}, "facebook_page"),
        ("faults", {"source": "brevo", "fault": "tired"}, "html_login"),
        ("faults", {"source": "brevo", "fault": "down", "count": 0}, "count"),
        ("drop", {"city": "paris"}, "cachan"),
        ("drop", {"city": "cachan", "broken": "ink"}, "encoding"),
        ("drop", [], "object"),
    ],
)
def test_an_order_that_makes_no_sense_says_what_would(
    sandbox: Any, path: str, order: Any, named: str
) -> None:
    answer = sandbox.post(f"/_control/{path}", json=order)

    assert answer.status_code == 400
    assert named in answer.json()["error"]


def test_the_state_shows_the_faults_still_active(sandbox: Any) -> None:
    sandbox.post("/_control/faults", json={"source": "brevo", "fault": "down", "count": 2})

    sandbox.get("/brevo/v3/contacts/lists/3")
    state = sandbox.get("/_control/state").json()

    assert state["faults"] == {"brevo": {"fault": "down", "count": 1}}
