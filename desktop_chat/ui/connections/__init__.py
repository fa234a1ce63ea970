"""Adding and editing connections: the form, its fields, and the list of providers."""
