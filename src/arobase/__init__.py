"""Arobase: an event-driven data platform for the digital life of French towns."""

__version__ = "0.1.0"
