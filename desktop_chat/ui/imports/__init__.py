"""The window's import: what would come, what comes, and what could not be read."""
