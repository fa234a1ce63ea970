"""The transcript for screen readers: invisible widgets, and announcements."""
