"""How one block of a message is laid out and painted: text, lists, code, tables, footnotes, and what surrounds them."""
