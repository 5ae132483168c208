"""Killed anywhere and started again, the pipeline publishes what an undisturbed run does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from arobase.connectors.base import Page
from arobase.landing import Landing
from tests.e2e.chain import OFFLINE, STEPS, Chain
from tests.e2e.running import copied, drop, dump, living_in, pull_due

pytestmark = pytest.mark.xdist_group("e2e")

NOVEMBER = datetime(2020, 11, 1, 8, tzinfo=UTC)
BAD_LINES = (
    "Id demande;Date de dépôt;Canal;Etat\n"
    "K1;05/10/2020;Internet;Traitée\n"
    "K2;31/02/2020;Internet;Traitée\n"
    "K3;06/10/2020;Pigeon;Traitée\n"
)
SHARES = tuple(sorted(Random(20201101).uniform(0.02, 0.98) for _ in range(6)))


@pytest.fixture(scope="module")
def before_pull(october, sandbox, tmp_path_factory):
    """A month later: files wait in the inbox, and pulls are due."""
    waiting = copied(october, tmp_path_factory.mktemp("november") / "home")
    sandbox.at(NOVEMBER)
    for city_id in ("cachan", "montrouge"):
        sandbox.drop(waiting, city_id, **{"from": "2020-10-01"})
    drop(waiting, "saint_aubin_les_etangs", "demarches.csv", BAD_LINES)
    yield waiting
    sandbox.at(None)


@pytest.fixture(scope="module")
def waiting(before_pull, sandbox, tmp_path_factory):
    """The pulls landed too, one of them with a figure nobody can believe."""
    pulled = copied(before_pull, tmp_path_factory.mktemp("pulled") / "home")
    with living_in(pulled, sandbox.environ):
        assert pull_due(NOVEMBER) == {}
    zero = Page(
        stream="account",
        url="https://graph.example/account",
        body=b'{"id": "1784140000092049", "followers_count": 0, "media_count": 0}',
        media_type="application/json",
        fetched_at=NOVEMBER,
    )
    Landing(pulled / "landing").land("instagram", "montrouge", NOVEMBER, [zero])
    return pulled


@pytest.fixture(scope="module")
def chain(waiting, sandbox):
    return Chain(sandbox.environ, NOVEMBER)


@pytest.fixture(scope="module")
def undisturbed(chain, waiting, tmp_path_factory):
    """What is published when nothing happens."""
    ran = copied(waiting, tmp_path_factory.mktemp("undisturbed") / "home")
    chain.run(ran)
    published = dump(ran)
    assert published["indicator_values"] != dump(waiting)["indicator_values"]
    assert len(published["quarantine"]) == 2
    assert "critical" in {cell for finding in published["findings"] for cell in finding}
    return published


def test_killed_between_any_two_steps_it_publishes_the_same(chain, undisturbed, waiting, tmp_path):
    ran = copied(waiting, tmp_path / "home")

    for step in OFFLINE:
        chain.killed_after(ran, step)
    chain.run(ran)

    assert dump(ran) == undisturbed


@pytest.mark.parametrize("step", OFFLINE)
def test_killed_at_several_instants_of_a_step_it_publishes_the_same(
    chain, undisturbed, waiting, tmp_path, step
):
    ran = copied(waiting, tmp_path / "home")

    killed = [chain.killed_during(ran, step, share) for share in (0.2, 0.55, 0.9)]
    chain.run(ran)

    assert any(killed)
    assert dump(ran) == undisturbed


def test_killed_at_random_instants_it_publishes_the_same(chain, undisturbed, waiting, tmp_path):
    whole = replace(chain, seconds={"claim": sum(chain.seconds.values())})

    for number, share in enumerate(SHARES):
        ran = copied(waiting, tmp_path / f"home_{number}")
        whole.killed_during(ran, "claim", share)
        chain.run(ran)
        assert dump(ran) == undisturbed, f"killed at {share:.0%} of a run"


def test_killed_while_pulling_it_publishes_the_same(before_pull, sandbox, tmp_path):
    chain = Chain(sandbox.environ, NOVEMBER, steps=tuple(STEPS))
    undisturbed, ran = (copied(before_pull, tmp_path / name) for name in ("one", "two"))
    chain.run(undisturbed)

    killed = [chain.killed_during(ran, "pull", share) for share in (0.1, 0.4, 0.8)]
    chain.run(ran)

    assert any(killed)
    assert dump(ran) == dump(undisturbed)
