"""Colours, for both schemes: the Mantine theme and the CSS variables are made from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LIGHT: Mapping[str, str] = {
    "paper": "#f6f5f0",
    "card": "#ffffff",
    "ink": "#17172b",
    "ink-soft": "#4b4c62",
    "line": "#e0ded4",
    "control": "#76778c",
    "brand": "#2b2a86",
    "link": "#2b2a86",
    "wash": "#eeedfa",
    "good": "#2f2e9e",
    "good-wash": "#e9e9fb",
    "bad": "#8f3700",
    "bad-wash": "#fdeade",
    "warn": "#7a4300",
    "warn-wash": "#fcf0d8",
    "neutral": "#4b4c62",
    "neutral-wash": "#efeee8",
    "series": "#4542c4",
    "series-soft": "#c9c8f2",
    "band": "#1f1e63",
    "band-ink": "#ffffff",
    "band-soft": "#d3d3f5",
    "focus": "#b34700",
}

DARK: Mapping[str, str] = {
    "paper": "#11111b",
    "card": "#1b1b2a",
    "ink": "#f2f1fa",
    "ink-soft": "#bcbcd1",
    "line": "#313146",
    "control": "#8a8aa8",
    "brand": "#a9aaff",
    "link": "#b6b7ff",
    "wash": "#262642",
    "good": "#b6b7ff",
    "good-wash": "#2a2a52",
    "bad": "#ffb27d",
    "bad-wash": "#40261a",
    "warn": "#f5c97a",
    "warn-wash": "#3a2e17",
    "neutral": "#bcbcd1",
    "neutral-wash": "#28283a",
    "series": "#9a9bff",
    "series-soft": "#43437e",
    "band": "#1a1a4b",
    "band-ink": "#ffffff",
    "band-soft": "#cfcff6",
    "focus": "#ffb27d",
}

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "paper"),
    ("ink", "card"),
    ("ink-soft", "paper"),
    ("ink-soft", "card"),
    ("ink", "wash"),
    ("link", "paper"),
    ("link", "card"),
    ("link", "wash"),
    ("good", "good-wash"),
    ("good", "card"),
    ("bad", "bad-wash"),
    ("bad", "card"),
    ("warn", "warn-wash"),
    ("neutral", "neutral-wash"),
    ("neutral", "card"),
    ("band-ink", "band"),
    ("band-soft", "band"),
)
"""Text over background: 4.5 to 1 at least. A test reads this; axe cannot see into charts."""

GRAPHIC_PAIRS: tuple[tuple[str, str], ...] = (
    ("series", "card"),
    ("series", "paper"),
    ("control", "card"),
    ("control", "paper"),
    ("focus", "card"),
    ("focus", "paper"),
    ("brand", "card"),
)
"""Lines, controls and focus rings over background: 3 to 1 at least."""

FONT = "'Bricolage Grotesque', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"

INDIGO = (
    "#f0f0fd", "#dfdffa", "#c3c3f4", "#a5a5ee", "#8988e6",
    "#6f6dde", "#5856d0", "#4542c4", "#3735a6", "#2b2a86",
)  # fmt: skip

MANTINE_THEME: Mapping[str, Any] = {
    "primaryColor": "indigo",
    "primaryShade": {"light": 9, "dark": 3},
    "colors": {"indigo": list(INDIGO)},
    "autoContrast": True,
    "luminanceThreshold": 0.3,
    "fontFamily": FONT,
    "headings": {"fontFamily": FONT},
    "defaultRadius": "md",
    "respectReducedMotion": True,
}


def css_variables() -> str:
    """Return the style sheet that gives each colour a variable, in both schemes and on paper."""
    return (
        f":root{{{_variables(LIGHT)}--font:{FONT};}}"
        f"[data-mantine-color-scheme='dark']{{{_variables(DARK)}}}"
        f"@media print{{:root,[data-mantine-color-scheme='dark']{{{_variables(LIGHT)}}}}}"
    )


def _variables(colours: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in colours.items())
