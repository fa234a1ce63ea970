"""The composition root: builds the parts, wires them, runs them and takes them down in reverse."""

import os

os.environ["QT_API"] = "pyside6"  # qasync obeys it, and people set it for other programs
