"""Usage and cost in the window."""
