"""The transcript for screen readers: invisible widgets that mirror it, and announcements."""
