"""Tools that models may call: built-in ones, and those of tool servers."""
