"""What can be activated in a transcript, by pointer and by keyboard, and what it does."""
