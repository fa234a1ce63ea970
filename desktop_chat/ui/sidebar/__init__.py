"""The sidebar: the list of conversations and its search."""
