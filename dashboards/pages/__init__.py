"""The pages, listed by hand: address, and the function that writes each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dash.development.base_component import Component

from dashboards.view_models.context import Context

Body = list[Component]


@dataclass(frozen=True, slots=True)
class PageView:
    """A page, written for one request."""

    title: str
    body: Body
    has_controls: bool = True
    """Whether the choice of town and day changes this page."""

    is_found: bool = True


@dataclass(frozen=True, slots=True)
class Route:
    """Which addresses a page answers."""

    pattern: re.Pattern[str]
    write: Callable[..., PageView]

    def matches(self, path: str) -> Mapping[str, str] | None:
        """Return the variable parts of an address, or None when it is not this page's."""
        found = self.pattern.fullmatch(path)
        return found.groupdict() if found else None


def write_page(routes: tuple[Route, ...], context: Context, path: str, missing: Route) -> PageView:
    """Return the page at an address; the page that says there is none when no route fits."""
    normal = path.rstrip("/") or "/"
    for route in routes:
        if (parts := route.matches(normal)) is not None:
            return route.write(context, **parts)
    return missing.write(context)
