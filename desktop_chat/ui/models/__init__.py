"""What the views show, as Qt models: rows that are always true, told precisely."""
