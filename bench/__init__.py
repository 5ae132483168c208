"""Repeatable measurements: each a ratio against a floor taken in the same run, never a time alone."""
