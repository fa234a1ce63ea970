"""Shortcuts that work in every window of the desktop, whichever way the system offers for them."""
