"""The open tabs and the tab strip."""
