"""Which part of the transcript is in view, and how it scrolls."""
