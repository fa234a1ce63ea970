"""The composition root: builds the parts, wires them, runs them and takes them down in reverse."""
