"""Every connector, by source id: a new one is one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from arobase.connectors.arcep_fibre import ArcepFibre
from arobase.connectors.base import Connector
from arobase.connectors.brevo import Brevo
from arobase.connectors.decidim import Decidim
from arobase.connectors.facebook_page import FacebookPage
from arobase.connectors.geo_communes import GeoCommunes
from arobase.connectors.instagram import Instagram
from arobase.connectors.opendatasoft import Opendatasoft

CONNECTORS: Mapping[str, Connector] = MappingProxyType(
    {
        "arcep_fibre": ArcepFibre(),
        "brevo": Brevo(),
        "decidim": Decidim(),
        "facebook_page": FacebookPage(),
        "geo_communes": GeoCommunes(),
        "instagram": Instagram(),
        "opendatasoft": Opendatasoft(),
    }
)
