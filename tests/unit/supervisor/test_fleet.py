"""Children are restarted when they die, and none is left when the run ends, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable

import psutil
import pytest

from arobase.errors import ServiceFailed
from arobase.supervisor import processes
from arobase.supervisor.fleet import Fleet, Service


def _python(name: str, code: str) -> Service:
    return Service(name, [sys.executable, "-c", textwrap.dedent(code)])


def _until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    """A zombie has ended: whoever inherits it has not looked yet."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


STUBBORN = """
    import os, signal, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if os.fork() == 0:
        os.setsid()  # another session, another group: only the environment still tells whose it is
    print("ready", flush=True)
    time.sleep(600)
"""


def test_a_child_that_dies_is_restarted_after_a_wait_and_it_is_said(tmp_path):
    said = []
    with Fleet(tmp_path, on_restart=lambda *what: said.append(what), first_wait_s=0.2) as fleet:
        fleet.start(_python("page", "import time; print('up', flush=True); time.sleep(600)"))
        _until(lambda: "up" in fleet.last_lines("page"))
        (first,) = processes.of_run(fleet.run_id)
        first.kill()

        _until(lambda: fleet.watch() or fleet.last_lines("page").count("up") == 2)

        (second,) = processes.of_run(fleet.run_id)
        assert second.pid != first.pid
        assert said == [("page", -signal.SIGKILL, 0.2)]


def test_a_child_that_keeps_dying_stops_the_run_with_its_last_lines(tmp_path):
    with Fleet(tmp_path, first_wait_s=0.01) as fleet:
        fleet.start(_python("page", "raise SystemExit('no such table')"))

        with pytest.raises(ServiceFailed, match=r"(?s)page stopped 3 times.*no such table"):
            _until(fleet.watch)


def test_ending_a_run_ends_those_who_ignore_it_and_those_in_another_session(tmp_path):
    with Fleet(tmp_path) as fleet:
        fleet.start(_python("airflow", STUBBORN))
        _until(lambda: fleet.last_lines("airflow").count("ready") == 2)
        assert len(fleet.processes()) == 2

        fleet.stop(grace_s=0.3)

        assert processes.of_run(fleet.run_id) == []


RETITLED = """
    import os, time
    from setproctitle import setproctitle
    worker = os.fork()
    # Longer than the command: it is written over the environment.
    setproctitle(("gunicorn: worker " if worker == 0 else "gunicorn: master ") + "x" * 5000)
    print("ready", flush=True)
    time.sleep(600)
"""


def test_ending_a_run_ends_those_whose_environment_can_no_longer_be_read(tmp_path):
    with Fleet(tmp_path) as fleet:
        fleet.start(_python("page", RETITLED))
        _until(lambda: fleet.last_lines("page").count("ready") == 2)
        assert processes.of_run(fleet.run_id) == []
        pids = [process.pid for process in fleet.processes()]
        assert len(pids) == 2

        fleet.stop()

        assert not any(_lives(pid) for pid in pids)


def test_a_run_does_not_wait_for_idle_workers_when_its_services_have_ended(tmp_path):
    worker_ignores = """
        import os, signal, time
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("ready", flush=True)
        time.sleep(600)
    """
    with Fleet(tmp_path) as fleet:
        fleet.start(_python("airflow", worker_ignores))
        _until(lambda: fleet.last_lines("airflow").count("ready") == 2)
        start = time.monotonic()

        fleet.stop(grace_s=30)

        assert time.monotonic() - start < 10
        assert processes.of_run(fleet.run_id) == []


@pytest.mark.parametrize("code", [STUBBORN, RETITLED], ids=["stubborn", "retitled"])
def test_nothing_survives_the_supervisor_even_when_it_is_killed(tmp_path, code):
    supervisor = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path), code],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert supervisor.stdout
    pids = [int(pid) for pid in supervisor.stdout.readline().split()]
    assert len(pids) == 2

    os.kill(supervisor.pid, signal.SIGKILL)
    supervisor.wait()

    _until(lambda: not any(_lives(pid) for pid in pids), seconds=30)


KILLED = """
    import sys, textwrap, time
    from pathlib import Path
    from arobase.supervisor.fleet import Fleet, Service
    with Fleet(Path(sys.argv[1])) as fleet:
        code = textwrap.dedent(sys.argv[2])
        fleet.start(Service("airflow", [sys.executable, "-c", code]))
        while fleet.last_lines("airflow").count("ready") < 2:
            time.sleep(0.05)
        print(*(process.pid for process in fleet.processes()), flush=True)
        time.sleep(600)
"""


def test_a_log_that_has_grown_large_is_set_aside(tmp_path, monkeypatch):
    monkeypatch.setattr("arobase.supervisor.fleet.LARGEST_LOG_BYTES", 10)
    (tmp_path / "page.log").write_text("a former run wrote this")

    with Fleet(tmp_path) as fleet:
        fleet.run(_python("page", "print('new')")).wait()

    assert (tmp_path / "page.log").read_text() == "new\n"
    assert (tmp_path / "page.log.1").read_text() == "a former run wrote this"
