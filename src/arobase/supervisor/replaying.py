"""The replay of history, in a process of its own while other services start."""

from __future__ import annotations

import os
import subprocess
import time

import orjson

from arobase.errors import ServiceFailed
from arobase.supervisor import services, texts
from arobase.supervisor.fleet import Fleet
from arobase.supervisor.narrator import Narrator

SAY_EVERY = 12
"""On a plain output, one line a year is enough."""


class Replaying:
    """Follows the lines that `python -m arobase.replay` writes."""

    def __init__(self, fleet: Fleet, narrator: Narrator) -> None:
        self._fleet = fleet
        self._narrator = narrator
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""
        self._started_at = 0.0
        self._summary = ""

    def start(self) -> None:
        """Start the process."""
        self._started_at = time.monotonic()
        self._process = self._fleet.run(services.replay(), stdout=subprocess.PIPE)
        if self._process.stdout:
            os.set_blocking(self._process.stdout.fileno(), False)

    def follow(self) -> None:
        """Say what the process wrote since the last look."""
        if self._process is None or self._process.stdout is None:
            return
        *lines, self._unread = (self._unread + (self._process.stdout.read() or b"")).split(b"\n")
        for line in lines:
            self._say(orjson.loads(line))

    def is_over(self) -> bool:
        """Return whether history is published.

        Raises:
            ServiceFailed: the process failed.
        """
        if self._process is None or self._process.poll() is None:
            return False
        self.follow()
        if self._process.returncode:
            raise ServiceFailed(
                f"the replay of history failed (exit code {self._process.returncode});"
                f" its last lines:\n{self._fleet.last_lines('replay')}"
            )
        seconds = round(time.monotonic() - self._started_at)
        self._narrator.done(texts.REPLAYED.format(seconds=seconds, summary=self._summary))
        return True

    def _say(self, progress: dict[str, object]) -> None:
        match progress:
            case {"done": int(done), "total": int(total), "label": label}:
                if self._narrator.console.is_terminal or done % SAY_EVERY == 0 or done == total:
                    self._narrator.doing(
                        texts.REPLAYING.format(done=done, total=total, label=label)
                    )
            case {"step": "refresh"}:
                self._narrator.doing(texts.PUBLISHING.format())
            case {"summary": str(summary)}:
                self._summary = summary
