"""A scroll area that screen readers may ask for any child at any time."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractScrollArea


class QFrame(QAbstractScrollArea):
    """Qt chooses by the name of the class how a widget is told to screen readers.

    As a scroll area, its children would be counted anew whenever its bars come and go, and one that is beyond the new
    count is read from where nothing is: a reader that asks while a tab is hidden ends the process. As a frame, its
    children are all widgets in it, and what is not there is not found. The notice and the button to the latest message
    are among them.
    """
