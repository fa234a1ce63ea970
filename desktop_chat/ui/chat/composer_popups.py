"""The popups of the composer's buttons: model picker, connection menu, tool picker and conversation options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from desktop_chat.core.entities import ConnectionKind
from desktop_chat.core.session import ChatSession
from desktop_chat.ui.chat.composer import Composer
from desktop_chat.ui.chat.connection_menu import ConnectionMenu
from desktop_chat.ui.chat.options_popup import OptionsPopup
from desktop_chat.ui.chat.presenter import ChatPresenter
from desktop_chat.ui.connections.model_picker import ModelPicker
from desktop_chat.ui.context import Context

if TYPE_CHECKING:
    from desktop_chat.ui.chat.tool_picker import ToolPicker


class ComposerPopups(QObject):
    """The popups of one tab, created when first opened; choices go to the presenter."""

    def __init__(
        self, context: Context, session: ChatSession, presenter: ChatPresenter, composer: Composer, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._session = session
        self._presenter = presenter
        self._composer = composer
        self._parent = parent
        presenter.model_wanted.connect(self.open_models)
        presenter.image_guard.model_wanted.connect(partial(self.open_models, for_images=True))
        composer.model_requested.connect(self.open_models)
        composer.connection_requested.connect(self.open_connections)
        composer.options_requested.connect(self.open_options)
        composer.tools_requested.connect(self.open_tools)

    def open_models(self, then: Callable[[str, str], None] | None = None, *, for_images: bool = False) -> None:
        """Let the user choose this conversation's model; with `then`, pass the choice to it instead. `for_images` lists
        models that read images first."""
        options = self._session.conversation.options
        button = self._composer.model_button
        self._picker.open_for(button, options.connection_id, options.model, then, for_images=for_images)

    def open_options(self) -> None:
        """Show the conversation's options."""
        session = self._session
        self._options.open_for(self._composer.options_button, session.conversation.options, session.left_out)

    def open_tools(self) -> None:
        """Let the user choose the tools that the model may call in this conversation."""
        options = self._session.conversation.options
        connection = self._context.connections.get(options.connection_id)
        demo = connection is not None and connection.kind is ConnectionKind.DEMO
        self._tools.open_for(self._composer.tools_button, options.tools, demo=demo)

    def open_connections(self) -> None:
        """Show the connections; choosing one opens its models, unless it has a default."""
        chosen = self._session.conversation.options.connection_id
        menu = ConnectionMenu(self._context.theme, self._context.connections.all(), chosen, self._parent)
        menu.chosen.connect(self._choose_connection)
        menu.all_requested.connect(partial(self._context.navigator.open_settings, "connections"))
        button = self._composer.connection_button
        menu.open_at(button.mapToGlobal(QPoint(0, -menu.card_size().height())))

    def _choose_tools(self, ids: tuple[str, ...]) -> None:
        self._presenter.set_options(replace(self._session.conversation.options, tools=ids))

    def _choose_connection(self, connection_id: str) -> None:
        if connection_id != self._session.conversation.options.connection_id:
            self._presenter.choose(connection_id)

    @cached_property
    def _picker(self) -> ModelPicker:
        picker = ModelPicker(self._context, self._parent)
        picker.chosen.connect(self._presenter.choose)
        return picker

    @cached_property
    def _tools(self) -> ToolPicker:
        from desktop_chat.ui.chat.tool_picker import ToolPicker  # noqa: PLC0415  (most conversations have no tools)

        picker = ToolPicker(self._context, self._parent)
        picker.chosen.connect(self._choose_tools)
        return picker

    @cached_property
    def _options(self) -> OptionsPopup:
        popup = OptionsPopup(self._context.theme, self._parent)
        popup.changed.connect(self._presenter.set_options)
        return popup
