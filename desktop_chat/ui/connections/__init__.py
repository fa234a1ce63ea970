"""Adding and changing a connection: the form, its fields, and the list of providers."""
