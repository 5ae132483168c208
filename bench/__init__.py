"""Repeatable measurements: each a ratio against a floor of the same run, never a time alone."""
