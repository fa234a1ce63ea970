"""What the window looks like: theme, palette, style sheet, fonts, icons, focus rings."""
