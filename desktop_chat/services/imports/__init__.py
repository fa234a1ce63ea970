"""Reads the exports of other programs and our own: one module for each format, docs/formats.md describes them."""
