"""The row of tabs: their widths, state marks and close buttons, and renaming in place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRegularExpression, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QTabBar, QToolButton

from desktop_chat.ui.commands import Scope, command_of
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.tabs.tab_parts import CloseButton, TabEditor, TabLabel
from desktop_chat.ui.text.tab_state import TabState, state_text
from desktop_chat.ui.text.translation import tr
from desktop_chat.ui.widgets.retranslation import Retranslated

MAX_WIDTH, MIN_WIDTH, HEIGHT = 220, 112, 44


class TabBar(Retranslated, QTabBar):
    """Tabs addressed by the id of a conversation or batch. They share the width, and scroll when it is too little."""

    close_asked = Signal(str)
    renamed = Signal(str, str)
    rename_asked = Signal(str)
    left = Signal()
    """Editing a title ended, so the tab bar no longer needs the focus."""
    menu_requested = Signal(str, QPoint)
    """Conversation id and global position."""
    chosen = Signal(str)
    """The current tab changed, by mouse, keyboard or code."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._room = 0
        self._labels: dict[str, TabLabel] = {}
        self._editor: TabEditor | None = None
        self._hovered = -1
        self.setMovable(True)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setDrawBase(False)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setSelectionBehaviorOnRemove(QTabBar.SelectionBehavior.SelectRightTab)
        self.setStyleSheet("QToolButton { margin: 4px 0; border-radius: 0; }")  # so that the arrows cover the tabs
        self._connect()
        self.retranslate()

    @property
    def ids(self) -> list[str]:
        """The conversation ids in tab order."""
        return [str(self.tabData(index)) for index in range(self.count())]

    @property
    def current_id(self) -> str:
        """The id of the current tab's conversation; empty without tabs."""
        return str(self.tabData(self.currentIndex()) or "")

    def add(self, conversation_id: str, title: str, place: int) -> None:
        """Insert a tab at an index without activating it."""
        blocked = self.blockSignals(True)
        current = self.current_id
        index = self.insertTab(place, "")
        self.setTabData(index, conversation_id)
        label = self._labels[conversation_id] = TabLabel(self._theme, title, self)
        self.setTabButton(index, QTabBar.ButtonPosition.LeftSide, label)
        self.setTabButton(index, QTabBar.ButtonPosition.RightSide, self._close_button(conversation_id))
        self._describe(conversation_id)
        for arrow in self.findChildren(QToolButton, QRegularExpression("^Scroll")):
            arrow.raise_()
        if current:
            self.setCurrentIndex(self.ids.index(current))
        self.blockSignals(blocked)
        self._lay_out()
        self._show_chosen()

    def take(self, conversation_id: str) -> None:
        """Remove a tab; its right neighbour becomes current."""
        self.finish_renaming()
        self.removeTab(self.ids.index(conversation_id))
        self._labels.pop(conversation_id).deleteLater()
        self._lay_out()

    def choose(self, conversation_id: str) -> None:
        """Make a tab current."""
        self.setCurrentIndex(self.ids.index(conversation_id))

    def refresh(self) -> None:
        """Highlight the current tab after it changed with signals blocked."""
        self._show_chosen()
        self.update()

    def title(self, conversation_id: str) -> str:
        """Return the title of a tab."""
        return self._labels[conversation_id].title

    def set_title(self, conversation_id: str, title: str) -> None:
        self._labels[conversation_id].show_title(title)
        self._describe(conversation_id)

    def set_state(self, conversation_id: str, state: TabState) -> None:
        """Show the state of a tab."""
        self._labels[conversation_id].show_state(state)
        self._describe(conversation_id)

    def set_room(self, width: int) -> None:
        """Distribute `width` pixels among the tabs."""
        if width != self._room:
            self._room = width
            self._lay_out()

    @property
    def is_crowded(self) -> bool:
        """Whether the tabs do not all fit."""
        return self.count() * self._theme.px(MIN_WIDTH) > self._room

    def rename(self, conversation_id: str) -> None:
        """Edit a tab's title in place."""
        index = self.ids.index(conversation_id)
        self.finish_renaming()
        self._editor = TabEditor(conversation_id, self._labels[conversation_id].title, self)
        place = self.tabRect(index).adjusted(2, 5, -2, -5)
        place.setWidth(min(max(place.width(), self._theme.px(MAX_WIDTH)), self.width()))
        place.moveLeft(max(0, min(place.left(), self.width() - place.width())))
        self._editor.setGeometry(place)
        self._editor.finished.connect(self._on_renamed)
        self._editor.show()
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def finish_renaming(self) -> None:
        """Finish editing a title, if any, and keep the new one."""
        if self._editor is not None:
            self._editor.finish(keep=True)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Tabs"))
        for conversation_id in self.ids:
            self._describe(conversation_id)

    def tabSizeHint(self, _index: int) -> QSize:
        px = self._theme.px
        share = self._room // max(1, self.count())
        return QSize(min(px(MAX_WIDTH), max(px(MIN_WIDTH), share)), px(HEIGHT))

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(MIN_WIDTH), self._theme.px(HEIGHT))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.tabAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton and index >= 0:
            self.close_asked.emit(str(self.tabData(index)))
        else:
            super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.tabAt(event.position().toPoint()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if command_of(event, Scope.TAB_BAR) == "close_this_tab":
            self.close_asked.emit(self.current_id)
        else:
            super().keyPressEvent(event)

    def tabLayoutChange(self) -> None:
        super().tabLayoutChange()
        self._show_chosen()

    def _connect(self) -> None:
        self.currentChanged.connect(self._on_current_changed)
        self.tabBarDoubleClicked.connect(self._rename_at)
        self.customContextMenuRequested.connect(self._request_menu)
        self._theme.changed.connect(self._lay_out)

    def _on_current_changed(self, index: int) -> None:
        self._show_chosen()
        if index >= 0:
            self.finish_renaming()
            self.chosen.emit(str(self.tabData(index)))

    def _rename_at(self, index: int) -> None:
        if index >= 0:
            self.rename_asked.emit(str(self.tabData(index)))

    def _on_renamed(self, conversation_id: str, title: str) -> None:
        editor, self._editor = self._editor, None
        if editor is not None and editor.hasFocus():
            self.left.emit()
        if title and conversation_id in self.ids:
            self.renamed.emit(conversation_id, title)

    def _request_menu(self, place: QPoint) -> None:
        index = self.tabAt(place)
        if index >= 0:
            self.menu_requested.emit(str(self.tabData(index)), self.mapToGlobal(place))

    def _describe(self, conversation_id: str) -> None:
        """Give the state mark a text for the tooltip and screen readers."""
        label, index = self._labels[conversation_id], self.ids.index(conversation_id)
        state = state_text(label.state)
        text = tr("{title}, {state}", title=label.title, state=state) if state else label.title
        self.setTabToolTip(index, text)
        self.setAccessibleTabName(index, text)

    def _close_button(self, conversation_id: str) -> CloseButton:
        button = CloseButton(self._theme, self)
        button.clicked.connect(lambda: self.close_asked.emit(conversation_id))
        button.fit()
        return button

    def _button(self, index: int) -> CloseButton | None:
        button = self.tabButton(index, QTabBar.ButtonPosition.RightSide)
        return button if isinstance(button, CloseButton) else None

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self._show_chosen()

    def _show_chosen(self) -> None:
        """Highlight the current tab; only it and the hovered tab show a close button."""
        for index, conversation_id in enumerate(self.ids):
            label, button = self._labels.get(conversation_id), self._button(index)
            if label is not None and button is not None:
                offered = index in {self.currentIndex(), self._hovered}
                label.show_chosen(index == self.currentIndex(), beside_button=offered)
                button.offer(offered)

    def _lay_out(self) -> None:
        """Update the sizes of all tabs."""
        size = self.tabSizeHint(0)
        for index, conversation_id in enumerate(self.ids):
            button = self._button(index)
            if button is not None:
                button.fit()
                self._labels[conversation_id].fit(size.width(), button.width())
        self.setElideMode(self.elideMode())  # forces a new layout even if unchanged
        self.updateGeometry()
