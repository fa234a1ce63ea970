"""How many examples a slow property test looks at: few each time, and in a nightly run more in the same proportion."""

from __future__ import annotations

from hypothesis import settings

USUAL = 100
"""Examples that Hypothesis looks at where nothing else is said."""


def examples(usual: int) -> int:
    """Return how many to look at in this run where it is `usual` otherwise."""
    return usual * settings.default.max_examples // USUAL
