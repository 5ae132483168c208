"""Commands that start something and keep running."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Port, on 127.0.0.1.")]


def up(
    *,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Start the stand-ins too, with their four towns.")
    ] = False,
    language: Annotated[
        Literal["fr", "en"], typer.Option("--lang", help="Language of what is printed.")
    ] = "fr",
) -> None:
    """Start everything, run the pipelines once, show the figures, and keep running until Ctrl-C."""
    from arobase.supervisor.up import up as run_everything

    raise typer.Exit(run_everything(sandbox=sandbox, language=language))


def sandbox(*, port: Port = None) -> None:
    """Serve the stand-ins of the services the towns use."""
    from arobase.sandbox import create_app
    from arobase.settings import settings

    _serve(create_app(), port or settings().sandbox_port)


def events(*, port: Port = None) -> None:
    """Serve the gateway alone: files in, figures out."""
    from arobase.events import create_app
    from arobase.settings import settings

    _serve(create_app(), port or settings().gateway_port)


def dashboard(*, port: Port = None) -> None:
    """Serve the dashboard alone."""
    import os
    import sys

    from arobase.settings import settings
    from arobase.supervisor.services import dashboard_command

    command = dashboard_command(port or settings().dashboard_port)
    os.execv(sys.executable, command)


def _serve(app: object, port: int) -> None:
    import uvicorn

    # One process, no access log: what matters is in the answers and in the product's own log.
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)  # type: ignore[arg-type]
