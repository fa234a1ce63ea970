"""The entry points: command line, window and `ask`. Builds, connects, runs and shuts down all parts."""

import os

os.environ["QT_API"] = "pyside6"  # qasync honours it, and users may have set it for other programs
