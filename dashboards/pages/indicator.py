"""The sheet of one indicator."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboards.components.base import (
    badge,
    facts,
    icon,
    link,
    outside_link,
    section,
)
from dashboards.components.card import (
    change_line,
    claim_line,
    notice_line,
    target_line,
    value_line,
)
from dashboards.components.chart import chart
from dashboards.i18n import Texts
from dashboards.pages import PageView
from dashboards.pages.head import page_head
from dashboards.pages.not_found import not_found_page
from dashboards.view_models.context import Context
from dashboards.view_models.indicator import Fact, FindingView, Sheet, sheet


def indicator_page(context: Context, indicator_id: str = "") -> PageView:
    """Write the sheet of an indicator for the town on the page."""
    if indicator_id not in context.indicators:
        return not_found_page(context)
    view, t = sheet(context, indicator_id), context.t
    main = html.Div(
        [_evolution(t, view), *_meaning(t, view), _claims(t, view), _findings(t, view)],
        className="sheet-main",
    )
    aside = html.Div(
        [_identity(t, view), _provenance(t, view), _history(t, view)], className="sheet-aside"
    )
    title = t("%(indicator)s, %(city)s", indicator=view.title, city=context.city["name"])
    head = page_head(context, view.title, view.sentence, below=(_breadcrumb(context),))
    body = html.Div([_figure(t, view), main, aside], className="wide sheet")
    return PageView(title, [head, body])


def _breadcrumb(context: Context) -> Component:
    back = link(
        [icon("back"), context.t("All headline figures")], context.link("/"), class_name="chip"
    )
    return html.Div(back, className="chips-line")


def _figure(t: Texts, view: Sheet) -> Component:
    card = view.card
    state = [badge(card.trust, prefix=t("Figure is "))]
    if card.freshness is not None:
        state.insert(0, badge(card.freshness, prefix=t("Source is ")))
    parts = [
        value_line(card),
        html.P(card.period, className="kpi-period") if card.period else None,
        change_line(t, card.change) if card.value else None,
        notice_line(card),
        target_line(t, card.target),
        html.Div(state, className="kpi-foot"),
    ]
    inner = html.Div([part for part in parts if part is not None], className="kpi")
    return section(t("The figure"), [inner], anchor="le-chiffre")


def _evolution(t: Texts, view: Sheet) -> Component:
    spans = html.Ul(
        [
            html.Li(
                link(
                    each.text, each.href, class_name="pill", **_current(is_current=each.is_current)
                )
            )
            for each in view.spans
        ],
        className="pills",
        **{"aria-label": t("Period shown")},
    )
    return section(t("Over time"), [spans, chart(t, view.series)], anchor="evolution")


def _current(*, is_current: bool) -> dict[str, str]:
    return {"aria-current": "true"} if is_current else {}


def _meaning(t: Texts, view: Sheet) -> list[Component]:
    caveats = (
        [html.Ul([html.Li(text) for text in view.caveats], className="prose")]
        if view.caveats
        else []
    )
    return [
        section(
            t("Definition"),
            [
                html.P(view.definition, className="prose"),
                html.H3(t("How it is computed")),
                html.P(view.formula, className="prose"),
                html.H3(t("What would make it surprising")),
                html.P(view.plausible, className="prose"),
            ],
            anchor="definition",
        ),
        section(
            t("Read with care"), caveats or [html.P(t("No caveat recorded."))], anchor="prudence"
        ),
    ]


def _claims(t: Texts, view: Sheet) -> Component:
    lines = [claim_line(t, each, where=each.document) for each in view.claims]
    return section(
        t("What documents say"),
        lines or [html.P(t("No document quotes this figure at this date."), className="quiet")],
        anchor="documents",
    )


def _findings(t: Texts, view: Sheet) -> Component:
    if not view.findings:
        return section(
            t("Controls"),
            [html.P(t("No control found anything."), className="quiet")],
            anchor="controles",
        )
    lines = html.Ul([_finding(t, each) for each in view.findings], className="watched")
    return section(t("Controls"), [lines], anchor="controles")


def _finding(t: Texts, each: FindingView) -> Component:
    state = t("open") if each.is_open else t("closed")
    detail = [html.P(each.detail)] if each.detail else []
    seen = html.P(f"{state}, {each.seen}", className="quiet")
    return html.Li([badge(each.badge), html.Div([html.P(each.text), *detail, seen])])


def _identity(t: Texts, view: Sheet) -> Component:
    return section(t("Identity card"), [facts(_linked(view.facts))], anchor="identite")


def _provenance(t: Texts, view: Sheet) -> Component:
    return section(t("Where it comes from"), [facts(_linked(view.provenance))], anchor="provenance")


def _history(t: Texts, view: Sheet) -> Component:
    lines = [
        html.Li([html.Strong(each.version), f", {each.since}. ", each.text])
        for each in view.history
    ]
    return section(
        t("History of the definition"), [html.Ol(lines, className="plain")], anchor="historique"
    )


def _linked(entries: tuple[Fact, ...]) -> list[tuple[str, Component | str]]:
    return [
        (fact.name, outside_link(fact.value, fact.href) if fact.href else fact.value)
        for fact in entries
    ]
