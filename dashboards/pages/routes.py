"""The list of pages."""

from __future__ import annotations

import re

from dashboards.pages import Route
from dashboards.pages.accessibility import accessibility_page
from dashboards.pages.indicator import indicator_page
from dashboards.pages.not_found import not_found_page
from dashboards.pages.overview import overview_page
from dashboards.pages.quality import quality_page
from dashboards.pages.sitemap import sitemap_page

ROUTES: tuple[Route, ...] = (
    Route(re.compile(r"/"), overview_page),
    Route(re.compile(r"/indicateurs/(?P<indicator_id>[a-z0-9_]+)"), indicator_page),
    Route(re.compile(r"/qualite"), quality_page),
    Route(re.compile(r"/accessibilite"), accessibility_page),
    Route(re.compile(r"/plan-du-site"), sitemap_page),
)
NOT_FOUND = Route(re.compile(r".*"), not_found_page)
