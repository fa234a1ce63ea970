"""Find in a conversation: what is searched, by which slices, and how the hits are shown."""
