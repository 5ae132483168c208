"""Faithful stand-ins of the services Arobase reads, for the demonstration and for tests.

Answers are a pure function of the seed and the clock. Nothing here imports a connector, nor the
reverse: otherwise one misunderstanding would make both agree.
"""

from arobase.sandbox.environment import environment

__all__ = ["environment"]
