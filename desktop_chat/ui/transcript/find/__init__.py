"""Find in a conversation: what is searched, in which slices, and how the hits are shown."""
