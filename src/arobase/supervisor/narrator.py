"""What `arobase up` says while it works: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

from rich.console import Console, RenderableType
from rich.status import Status

from arobase.catalog import Text


class Narrator:
    """Speaks one language on one console."""

    def __init__(self, language: str, console: Console | None = None) -> None:
        self.language = language
        # On a terminal rich finds the width; elsewhere a table must not be cut at 80 columns.
        self.console = console or Console(highlight=False, soft_wrap=False)
        if not self.console.is_terminal:
            self.console.width = max(self.console.width, 120)
        self._status: Status | None = None
        self._last_said = ""

    def doing(self, text: Text) -> None:
        """Say what goes on now; it stays in sight until something else is said."""
        said = text.in_language(self.language)
        if said == self._last_said:
            return
        self._last_said = said
        if not self.console.is_terminal:
            self.console.print(said, markup=False)
        elif self._status is None:
            self._status = self.console.status(said)
            self._status.start()
        else:
            self._status.update(said)

    def done(self, text: Text) -> None:
        """Say that something is finished, for good."""
        self.quiet()
        self.console.print(text.in_language(self.language), markup=False)

    def show(self, content: RenderableType) -> None:
        """Show a table."""
        self.quiet()
        self.console.print(content)

    def quiet(self) -> None:
        """Take the moving line away."""
        if self._status:
            self._status.stop()
            self._status = None
            self._last_said = ""
