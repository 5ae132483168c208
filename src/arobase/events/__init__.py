"""The gateway: files from authorised people in, published figures out. Aggregates only."""

from arobase.events.app import create_app

__all__ = ["create_app"]
