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


def sandbox(
    *,
    port: Port = None,
    seed: Annotated[int, typer.Option(help="Same seed and clock, same answers.")] = 2020,
    live_drop_seconds: Annotated[
        float | None, typer.Option(min=1, help="Drop a small family-portal file this often.")
    ] = None,
) -> None:
    """Serve the stand-ins of the services the towns use."""
    from arobase.sandbox.server import serve

    serve(port, seed=seed, live_drop_seconds=live_drop_seconds)


def events(*, port: Port = None) -> None:
    """Serve the gateway alone: files in, figures out."""
    import uvicorn

    from arobase.events import create_app
    from arobase.settings import settings

    # One process, no access log: what matters is in the answers and in the product's own log.
    uvicorn.run(
        create_app(),
        host="127.0.0.1",
        port=port or settings().gateway_port,
        log_level="warning",
        access_log=False,
    )


def dashboard(*, port: Port = None) -> None:
    """Serve the dashboard alone."""
    import os
    import sys

    from arobase.settings import settings
    from arobase.supervisor.services import dashboard_command

    command = dashboard_command(port or settings().dashboard_port)
    os.execv(sys.executable, command)
