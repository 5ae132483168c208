"""Serving the sandbox on this machine."""

from __future__ import annotations

import uvicorn

from arobase.sandbox.app import SEED, create_app
from arobase.settings import settings


def serve(
    port: int | None = None, *, seed: int = SEED, live_drop_seconds: float | None = None
) -> None:
    """Serve the sandbox on 127.0.0.1 until interrupted.

    Args:
        port: where to listen; `AROBASE_SANDBOX_PORT` when not given.
        seed: see `create_app`.
        live_drop_seconds: see `create_app`.
    """
    app = create_app(seed, live_drop_seconds=live_drop_seconds)
    uvicorn.run(app, host="127.0.0.1", port=port or settings().sandbox_port, log_level="warning")
