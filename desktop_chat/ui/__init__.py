"""The user interface, with all its texts: besides `app`, the only package that imports Qt."""
