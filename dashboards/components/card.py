"""A headline figure, as one card."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboards.components.base import Child, badge, hidden, icon, link
from dashboards.components.sparkline import sparkline
from dashboards.i18n import Texts
from dashboards.view_models.card import Card, ClaimView, TargetView
from dashboards.view_models.change import Change


def kpi_card(t: Texts, card: Card) -> Component:
    """Return the card: what is measured, its move and target, and what it is worth."""
    parts = [
        _head(t, card),
        value_line(card),
        html.P(card.period, className="kpi-period") if card.period else None,
        change_line(t, card.change) if card.value else None,
        sparkline(card.spark),
        notice_line(card),
        target_line(t, card.target) if card.value or card.target else None,
        claim_line(t, card.claim, where=card.claim.publisher) if card.claim else None,
        _foot(t, card),
    ]
    return html.Li(
        html.Article([part for part in parts if part is not None], className="kpi"),
        id=f"carte-{card.indicator_id}",
    )


def value_line(card: Card) -> Component:
    """Return the value in large, or the reason why there is none."""
    if card.value is None:
        return html.P(card.empty, className="kpi-empty")
    return html.P(card.value, className="kpi-value")


def notice_line(card: Card) -> Component | None:
    """Return what the reader must know before using the figure, if anything."""
    if not card.notice:
        return None
    tone = "warn" if card.is_alarming else "neutral"
    return html.P(card.notice, className=f"kpi-notice tone-{tone}")


def change_line(t: Texts, change: Change | None) -> Component:
    """Return the move since the reference, with its verdict in words."""
    if change is None:
        return html.P(t("no comparison yet"), className="kpi-change tone-neutral")
    return html.P(
        [
            icon(change.icon),
            html.Span(change.text),
            html.Span(change.word, className="verdict"),
        ],
        className=f"kpi-change tone-{change.tone}",
    )


def target_line(t: Texts, target: TargetView | None) -> Component:
    """Return the target and how much of it is reached."""
    if target is None:
        return html.P(t("No target set"), className="kpi-target quiet")
    if target.share is None:
        return html.P(target.text, className="kpi-target")
    progress = dmc.Progress(
        value=target.share,
        size="sm",
        radius="xl",
        **{"aria-label": f"{target.text}, {target.share_text}"},
    )
    words = html.P([html.Span(target.text), html.Span(target.share_text, className="share")])
    return html.Div([words, progress], className="kpi-target")


def claim_line(t: Texts, claim: ClaimView, *, where: str) -> Component:
    """Return what a document printed, beside what was measured that day."""
    measured = t("measured: %(value)s", value=claim.measured) if claim.measured else t("no measure")
    return html.Div(
        [
            html.P(["« ", html.Q(claim.sentence, lang="fr"), " »"], className="claim-said"),
            html.P(f"{where}, {claim.said_on}", className="claim-where"),
            html.P(
                [html.Span(measured), badge(claim.badge, prefix=t("The document's figure is "))],
                className="claim-verdict",
            ),
        ],
        className="claim",
    )


def definition_button(t: Texts, title: str, definition: str) -> Component:
    """Return a button that shows the definition; it opens by click or key, never by hovering."""
    return html.Details(
        [
            html.Summary(
                icon("question"), **{"aria-label": t("Definition: %(title)s", title=title)}
            ),
            html.Div(html.P(definition), className="definition-text"),
        ],
        className="definition",
    )


def _head(t: Texts, card: Card) -> Component:
    return html.Div(
        [
            html.Div(
                [
                    html.P(card.theme, className="kpi-theme"),
                    html.H3(link(card.title, card.href, class_name="kpi-title")),
                ]
            ),
            definition_button(t, card.title, card.definition),
        ],
        className="kpi-head",
    )


def _foot(t: Texts, card: Card) -> Component:
    children: list[Child] = [hidden(t("Source: ")), html.Span(card.source, className="source")]
    if card.freshness is not None:
        children.append(badge(card.freshness, prefix=t("Source is ")))
    children.append(badge(card.trust, prefix=t("Figure is ")))
    return html.Div(children, className="kpi-foot")
