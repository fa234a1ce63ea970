"""The built-in demo: a local server with canned replies that say so."""
