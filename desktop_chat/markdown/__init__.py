"""Splits Markdown into blocks and renders them to plain nodes that a window can show. No Qt."""
