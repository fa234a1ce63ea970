"""Images: decoded off the window's thread, kept in memory, shown large, copied and saved."""
