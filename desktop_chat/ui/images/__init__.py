"""Images: decoding in a thread, caching, and the viewer."""
