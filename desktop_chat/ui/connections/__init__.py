"""Connections: the form that adds and edits them, its fields, the list of providers, and choosing a model."""
