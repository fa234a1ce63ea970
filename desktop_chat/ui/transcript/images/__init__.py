"""Images in a transcript: laid out, painted, and requested on a click."""
