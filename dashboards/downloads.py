"""The series of an indicator as CSV: for a French spreadsheet, or for a machine."""

from __future__ import annotations

from flask import Flask, Response, abort, request

from arobase.errors import NothingPublished
from dashboards.serving import Site
from dashboards.view_models.series import csv_text

VARIANTS = ("tableur", "machine")


def register(server: Flask, site: Site) -> None:
    """Add the address of downloads."""

    @server.get("/telechargements/<indicator_id>.csv")
    def series_csv(indicator_id: str) -> Response:
        variant = request.args.get("variante", "machine")
        try:
            context = site.download_context(_search_without("variante"))
        except NothingPublished:
            abort(503)
        if variant not in VARIANTS or indicator_id not in context.indicators:
            abort(404)
        text = csv_text(context, context.indicators[indicator_id], french=variant == "tableur")
        response = Response(text, mimetype="text/csv")
        name = f"{indicator_id}_{context.city['city_id']}_{variant}.csv"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.set_etag(f"{context.reader.version}-{variant}", weak=True)
        return response


def _search_without(name: str) -> str:
    kept = [
        part for part in request.query_string.decode().split("&") if not part.startswith(name + "=")
    ]
    return "?" + "&".join(kept)
