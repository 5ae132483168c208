"""The sandbox's landing page: what this is, in French, and a link into each service."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from arobase.sandbox.towns import CACHAN, PARIS, TOWNS
from arobase.sandbox.world import World

_TOKEN = "access_token="
_SERVICES: tuple[tuple[str, str, str], ...] = (
    (
        "facebook_page",
        "Facebook (API Graph)",
        f"/facebook_page/v25.0/{CACHAN.page_id}?fields=name,followers_count&{_TOKEN}{CACHAN.secret('facebook_page')}",
    ),
    (
        "instagram",
        "Instagram (API Graph)",
        f"/instagram/v25.0/{CACHAN.account_id}?fields=username,followers_count&{_TOKEN}{CACHAN.secret('instagram')}",
    ),
    ("brevo", "Brevo (newsletter), en-tête api-key requis", "/brevo/v3/contacts/lists/3"),
    ("opendatasoft", "Portail open data", "/opendatasoft/cachan/api/explore/v2.1/catalog/datasets"),
    (
        "arcep_fibre",
        "Arcep, Ma connexion internet",
        "/arcep_fibre/fixe/maconnexioninternet/statistiques/",
    ),
    ("decidim", "Decidim (budget participatif)", "/decidim/cachan/open-data/download"),
    (
        "geo_communes",
        "geo.api.gouv.fr",
        "/geo_communes/communes?codeDepartement=94&fields=nom,code,population",
    ),
)
_STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto}
body{padding:0 1rem;color:#1b1b35}
code{background:#f0f0f7;padding:.1em .3em;border-radius:3px}li{margin:.3em 0}"""


def routes(world: World) -> list[BaseRoute]:
    """Return the addresses of the landing page and of the health check."""

    def home(request: Request) -> Response:
        return HTMLResponse(page(world))

    def health(request: Request) -> Response:
        return JSONResponse({"status": "ok", "now": world.now().isoformat()})

    return [Route("/", home), Route("/health", health)]


def page(world: World) -> str:
    """Return the page."""
    now = world.now().astimezone(PARIS)
    services = "\n".join(
        f'<li><a href="{escape(path)}">{escape(title)}</a> <code>/{source}</code></li>'
        for source, title, path in _SERVICES
    )
    towns = ", ".join(
        f"{town.name} (invention)" if town.invented else town.name for town in TOWNS.values()
    )
    return f"""<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Bac à sable Arobase</title><style>{_STYLE}</style></head>
<body><main><h1>Bac à sable Arobase</h1>
<p>Ces services imitent ceux que lit Arobase, pour la démonstration et les tests.
Aucun chiffre d'ici n'est une mesure réelle : tout est calculé à partir d'une graine ({world.seed})
et d'une horloge.</p>
<p>Horloge : <strong>{now:%d/%m/%Y %H:%M}</strong> (Paris). Villes : {escape(towns)}.</p>
<h2>Services</h2><ul>
{services}
<li>Portail famille : fichiers déposés par <code>POST /_control/drop</code></li></ul>
<h2>Commandes</h2><p><a href="/_control/state"><code>GET /_control/state</code></a>,
<code>POST /_control/clock</code>, <code>POST /_control/faults</code>,
<code>POST /_control/drop</code>.</p>
</main></body></html>
"""
