"""The page that lists what the gateway offers: plain HTML, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

router = APIRouter(include_in_schema=False)

STYLE = """\
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
article { border-top: 1px solid; padding: .5rem 0; }
code, pre { font-family: ui-monospace, monospace; }
pre { overflow-x: auto; padding: .5rem; border: 1px solid; white-space: pre-wrap; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; }
"""
PAGE = """\
<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} : interface de programmation</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<main>
<h1>{title} : interface de programmation</h1>
{description}
<p><a href="/api/v1/openapi.json">OpenAPI {openapi}</a></p>
{operations}
</main>
</body>
</html>
"""
OPERATION = """\
<article>
<h2><code>{method} {path}</code></h2>
<p><strong>{summary}</strong></p>
{description}
{parameters}
<p>Réponses / Answers: {answers}</p>
<pre tabindex="0">{example}</pre>
</article>
"""


@router.get("/docs", response_class=HTMLResponse)
def page(request: Request) -> HTMLResponse:
    """Return the page, written from the OpenAPI description."""
    schema = request.app.openapi()
    base = str(request.base_url).rstrip("/")
    return HTMLResponse(
        PAGE.format(
            title=escape(schema["info"]["title"]),
            description=_paragraphs(schema["info"]["description"]),
            openapi=escape(schema["openapi"]),
            operations="\n".join(_operations(schema, base)),
        )
    )


@router.get("/docs.css")
def style() -> Response:
    """Return the page's style."""
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


def _operations(schema: Mapping[str, Any], base: str) -> Iterator[str]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield OPERATION.format(
                method=method.upper(),
                path=escape(path),
                summary=escape(operation.get("summary", "")),
                description=_paragraphs(operation.get("description", "")),
                parameters=_parameters(operation.get("parameters", [])),
                answers=escape(", ".join(operation["responses"])),
                example=escape(_example(method, f"{base}{path}", operation)),
            )


def _paragraphs(text: str) -> str:
    return "\n".join(
        f"<p>{escape(part.strip())}</p>" for part in text.split("\n\n") if part.strip()
    )


def _parameters(parameters: list[Mapping[str, Any]]) -> str:
    # Headers are the business of the client's library, not of a person reading this page.
    shown = [each for each in parameters if each["in"] != "header"]
    if not shown:
        return ""
    rows = "\n".join(
        f'<tr><th scope="row"><code>{escape(each["name"])}</code></th>'
        f"<td>{'obligatoire / required' if each.get('required') else ''}</td>"
        f"<td>{escape(each.get('description', ''))} {escape(_allowed(each['schema']))}</td></tr>"
        for each in shown
    )
    return f"<table><caption>Paramètres / Parameters</caption>\n{rows}\n</table>"


def _allowed(schema: Mapping[str, Any]) -> str:
    return ", ".join(str(value) for value in schema.get("enum", ()))


def _example(method: str, address: str, operation: Mapping[str, Any]) -> str:
    filled = (
        address.replace("{city_id}", "cachan")
        .replace("{source}", "family_portal")
        .replace("{city}", "cachan")
    )
    if method == "post":
        return (
            'curl -H "Authorization: Bearer $AROBASE_INBOX_TOKEN" --data-binary @export.csv'
            f" '{filled}?name=export.csv'"
        )
    if any(each["name"] == "format" for each in operation.get("parameters", ())):
        filled += "?indicator=facebook_followers&from=2020-01-01&format=csv"
    return f"curl '{filled}'"
