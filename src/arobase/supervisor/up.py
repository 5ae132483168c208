"""`arobase up`: check, start, replay, pull, show, and stay until told to stop."""

from __future__ import annotations

import os
import secrets
import signal
from threading import Event
from types import FrameType

from arobase.catalog import catalog
from arobase.errors import ServiceFailed
from arobase.settings import settings
from arobase.supervisor import ports
from arobase.supervisor.fleet import Fleet
from arobase.supervisor.narrator import Narrator
from arobase.supervisor.run import Run, ToldToStop
from arobase.supervisor.services import wanted_ports
from arobase.supervisor.single_run import single_run
from arobase.supervisor.texts import LEFT, PORT_TAKEN, RESTARTED, STOPPED, STOPPING


def up(*, sandbox: bool, language: str) -> int:
    """Run a whole Arobase until Ctrl-C or SIGTERM; return the exit code.

    Raises:
        ServiceFailed: a port is taken, another run goes on here, or a service does not stay up.
    """
    catalog()
    narrator = Narrator(language)
    stop = _told_by_signals()
    # Children must agree on where state is, whatever folder they start in.
    os.environ["AROBASE_HOME"] = str(settings().home)
    run_id = secrets.token_hex(8)
    with single_run(settings().home, run_id) as left:
        if left:
            narrator.done(LEFT.format(count=left))
        _refuse_taken_ports(language, sandbox=sandbox)
        fleet = Fleet(
            settings().home / "logs",
            run_id=run_id,
            on_restart=lambda name, code, wait: narrator.done(
                RESTARTED.format(name=name, code=code, wait=f"{wait:.0f}")
            ),
        )
        try:
            with fleet:
                _run_until_told(fleet, narrator, stop, sandbox=sandbox)
        finally:
            narrator.quiet()
        narrator.done(STOPPED.format())
    return 0


def _run_until_told(fleet: Fleet, narrator: Narrator, stop: Event, *, sandbox: bool) -> None:
    try:
        Run(fleet, narrator, settings(), stop, sandbox=sandbox).go()
    except ToldToStop:
        narrator.doing(STOPPING.format())


def _refuse_taken_ports(language: str, *, sandbox: bool) -> None:
    taken = ports.taken(wanted_ports(settings(), sandbox=sandbox))
    if taken:
        raise ServiceFailed(
            "\n".join(
                PORT_TAKEN.format(
                    port=each.port,
                    service=each.service,
                    holder=ports.holder(each.port) or "?",
                    variable=each.variable,
                    example=ports.free_port(),
                ).in_language(language)
                for each in taken
            )
        )


def _told_by_signals() -> Event:
    """Return what Ctrl-C and its like set.

    An exception raised by a signal can be lost in whatever runs at that instant (a finalizer, a
    library's callback): an event that the run looks at cannot.
    """
    told = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        told.set()

    # SIGINT too: a shell that starts a command in the background has it ignored.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
    return told
