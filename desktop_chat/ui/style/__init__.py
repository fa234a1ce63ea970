"""The appearance of the window: theme, palette, style sheet, fonts, icons and focus rings."""
