"""The desktop session: its message bus, and what it says about motion, contrast and screen readers."""
