"""The accessibility declaration. Honest: nothing is claimed before an audit."""

from __future__ import annotations

from dash import html

from dashboards.components.base import section
from dashboards.pages import PageView
from dashboards.pages.head import page_head
from dashboards.view_models.context import Context


def accessibility_page(context: Context) -> PageView:
    """Write the declaration that the law asks for (article 47 of law 2005-102)."""
    t = context.t
    title = t("Accessibility declaration")
    head = page_head(context, title, t("Accessibility: not compliant"))
    body = [
        section(
            t("State of compliance"),
            [html.P(text, className="prose") for text in _state(context)],
            anchor="etat",
        ),
        section(
            t("What is checked at each change"),
            [html.Ul([html.Li(text) for text in _checks(context)], className="prose")],
            anchor="verifie",
        ),
        section(
            t("What is known to be imperfect"),
            [html.Ul([html.Li(text) for text in _limits(context)], className="prose")],
            anchor="limites",
        ),
        section(
            t("Tell us, and remedies"),
            [html.P(text, className="prose") for text in _contact(context)],
            anchor="contact",
        ),
    ]
    return PageView(title, [head, html.Div(body, className="wide narrow")], has_controls=False)


def _state(context: Context) -> tuple[str, ...]:
    t = context.t
    return (
        t(
            "The town commits to making its sites accessible, in accordance with article 47 of law"
            " no. 2005-102 of 11 February 2005. This declaration applies to the Arobase dashboard."
        ),
        t(
            "This dashboard is not compliant with the general accessibility framework (RGAA),"
            " version 4.1.2: no audit has been carried out yet. The page will say otherwise"
            " after one."
        ),
    )


def _checks(context: Context) -> tuple[str, ...]:
    t = context.t
    return (
        t(
            "No error found by axe-core, on every page, in both colour schemes, on a wide"
            " and a narrow screen."
        ),
        t("Contrast of every text and of every line of a chart, computed from the colours."),
        t("Every chart has a name, a sentence and a table with the same values."),
        t("Everything works from the keyboard; nothing appears only when a pointer hovers."),
        t("No sideways scrolling of the page from 320 pixels on."),
    )


def _limits(context: Context) -> tuple[str, ...]:
    t = context.t
    return (
        t(
            "An automatic tool only finds part of the defects: no test with a screen reader"
            " has been recorded."
        ),
        t(
            "The value that appears when a pointer hovers a chart is not reachable by"
            " keyboard: use the table."
        ),
        t("Texts that come from sources and documents keep the language they were written in."),
    )


def _contact(context: Context) -> tuple[str, ...]:
    t = context.t
    return (
        t(
            "If you cannot reach a content or a service, write to the person named on the"
            " indicator's sheet"
            " to be directed to an accessible alternative or to get the content in another form."
        ),
        t(
            "If you report a defect and get no satisfactory answer, you may write to the"
            " Défenseur des droits"
            " (rights ombudsman): online form, regional delegate, or free letter to"
            " Défenseur des droits,"
            " Libre réponse 71120, 75342 Paris CEDEX 07."
        ),
    )
