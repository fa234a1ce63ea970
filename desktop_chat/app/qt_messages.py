"""Redirects Qt's messages to the log, which redacts keys, instead of to a terminal that nobody reads."""

from __future__ import annotations

import logging

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

logger = logging.getLogger(__name__)

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class QtMessages:
    """Installed while open. The previous handler is still called, and restored on close."""

    def __init__(self) -> None:
        self._previous = qInstallMessageHandler(self._handle)
        self._closed = False

    def close(self) -> None:
        """May be called twice."""
        if not self._closed:
            self._closed = True
            qInstallMessageHandler(self._previous)

    def _handle(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        """Log a message. Never raises: Qt calls it from anywhere, on any thread."""
        logger.log(_LEVELS.get(kind, logging.WARNING), "Qt (%s): %s", context.category or "default", message)
        if self._previous is not None:
            self._previous(kind, context, message)
