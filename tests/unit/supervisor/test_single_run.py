"""One run at a time, and a run cut short leaves nothing in the way."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from arobase.errors import ServiceFailed
from arobase.supervisor import processes
from arobase.supervisor.single_run import FILE, single_run


def test_a_second_run_is_refused_and_told_who_runs(tmp_path):
    with single_run(tmp_path, "first"):
        refused = pytest.raises(ServiceFailed, match=rf"runs already .*pid {os.getpid()}")
        with refused, single_run(tmp_path, "second"):
            pass

    with single_run(tmp_path, "third") as left:
        assert left == 0


def test_what_a_run_cut_short_left_is_ended(tmp_path):
    (tmp_path / FILE).write_text("999999 cut-short")
    orphan = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"],
        env={**os.environ, processes.RUN_VARIABLE: "cut-short"},
        start_new_session=True,
    )

    with single_run(tmp_path, "next") as left:
        assert left == 1
        assert processes.of_run("cut-short") == []

    assert orphan.wait(timeout=5) != 0
