"""Pictures: asked for, decoded on a thread, kept in memory, painted in their place."""
