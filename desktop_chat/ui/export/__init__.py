"""Exporting from the window, and painting PDF."""
