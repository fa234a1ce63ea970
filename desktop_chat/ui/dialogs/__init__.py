"""What opens above the window: settings, the trash, shortcuts, about, and the report of a bug."""
