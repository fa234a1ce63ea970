"""Conversations on disk: one SQLite file behind the `Store` port."""
