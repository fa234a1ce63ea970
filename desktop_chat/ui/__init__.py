"""The window and all its words: the only folder, besides ``app``, that knows Qt."""
