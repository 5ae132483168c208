"""Headers of every response: what the browser may load, and for how long it may keep it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, request

PERMANENT = "public, max-age=31536000, immutable"
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg+xml")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def content_security_policy(script_hashes: Sequence[str]) -> str:
    """Return the policy: no script but ours; styles inline, as Mantine and plotly need them."""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' " + " ".join(script_hashes),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def protect(server: Flask, script_hashes: Sequence[str]) -> None:
    """Put the headers on every response, and let assets be compressed and kept."""
    policy = content_security_policy(script_hashes)

    @server.after_request
    def _headers(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers["Content-Security-Policy"] = policy
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.path.startswith("/assets/"):
            _let_compress(response)
            if request.args.get("m"):
                response.headers["Cache-Control"] = PERMANENT
        return response


def _let_compress(response: Response) -> None:
    # Flask-Compress leaves streamed files alone; our assets are small enough to be read whole.
    if (response.mimetype or "").startswith(COMPRESSIBLE) and response.status_code == 200:
        response.direct_passthrough = False
        response.set_data(response.get_data())
