"""The texts of the application, and functions that turn values into sentences. No Qt."""
