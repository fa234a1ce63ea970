"""The dialogs of the window: trash, restore, shortcuts, about, and crash reports."""
