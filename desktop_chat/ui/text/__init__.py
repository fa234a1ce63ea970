"""The words of the program and what turns values into sentences. No Qt."""
