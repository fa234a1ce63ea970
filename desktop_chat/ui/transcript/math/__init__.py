"""Formulas: typeset on a thread, kept as outlines, painted in the lines of the text and on lines of their own."""
