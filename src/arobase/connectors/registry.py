"""Every connector, by source id: a new one is one line here."""

from __future__ import annotations

from collections.abc import Mapping

from arobase.connectors.base import Connector

CONNECTORS: Mapping[str, Connector] = {}
