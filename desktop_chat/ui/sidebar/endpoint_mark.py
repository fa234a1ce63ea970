"""The sign at the bottom of the sidebar that the local endpoint is on, or has failed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_chat.core.local_endpoint import EndpointState, EndpointStatus
from desktop_chat.ui.context import Context
from desktop_chat.ui.style.icons import icon
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.qt_tasks import until_gone
from desktop_chat.ui.widgets.retranslation import Retranslated
from desktop_chat.ui.widgets.tooltips import plain_tooltip


class EndpointMark(Retranslated, QPushButton):
    """A button that leads to the endpoint's settings; hidden while the endpoint is off."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self.setProperty("flat", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the focus in the composer
        self.clicked.connect(lambda: context.navigator.open_settings("endpoint"))
        until_gone(self, context.endpoint.changed.add(self._show_status))
        context.theme.changed.connect(self._fit)
        self._fit()
        self.retranslate()

    def retranslate(self) -> None:
        self._show_status(self._context.endpoint.status)

    def _show_status(self, status: EndpointStatus) -> None:
        failed = status.state is EndpointState.FAILED
        self.setVisible(status.state is not EndpointState.OFF)
        self.setIcon(icon("endpoint", "danger" if failed else "accent" if status.url else "muted", beside_text=True))
        words = {
            EndpointState.OFF: "",
            EndpointState.STARTING: tr("The local endpoint is starting"),
            EndpointState.RUNNING: tr("Local endpoint: {address}", address=status.url),
            EndpointState.FAILED: tr("The local endpoint does not run"),
        }[status.state]
        self.setToolTip(plain_tooltip(words))
        self.setAccessibleName(words)

    def _fit(self) -> None:
        side = self._context.theme.px(18)
        self.setIconSize(QSize(side, side))
