"""The built-in demo: a server on this computer whose replies are canned, and say so."""
