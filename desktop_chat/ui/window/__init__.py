"""The main window: its commands, notices and dialogs."""
