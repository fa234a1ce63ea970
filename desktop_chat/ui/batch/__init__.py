"""Batches in the window."""
