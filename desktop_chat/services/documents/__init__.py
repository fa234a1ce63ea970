"""Reading attached documents: in a helper process, because they are untrusted and their parsers large."""
