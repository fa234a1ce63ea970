"""What can be pressed, by pointer and by keyboard, and what comes of it."""
