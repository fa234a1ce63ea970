"""Text to blocks, and blocks to plain descriptions that a window can show. Knows no Qt."""
