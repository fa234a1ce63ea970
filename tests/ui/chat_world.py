"""A small environment for chats: real core, real widgets, and the shared fakes at its edge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from fake_exporter import FakeExporter
from fake_importer import FakeImporter
from fake_reader import FakeReader
from fakes import (
    FakeEndpoint,
    FakeImages,
    FakeLocalServers,
    FakeNavigator,
    FakeProviders,
    FakeSnapshots,
    MemorySecrets,
    MemoryStore,
    ScriptedProvider,
)
from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from session_parts import FakeToolbox

from desktop_chat.app.batch_opening import open_batch
from desktop_chat.app.image_preparing import ImagePreparer
from desktop_chat.core.connections import Connections
from desktop_chat.core.crash_guard import CrashGuard, CrashGuardRecord
from desktop_chat.core.entities import Connection, ConnectionKind
from desktop_chat.core.exchanges import Exchange
from desktop_chat.core.installation import Installation, InstalledFrom
from desktop_chat.core.library import Library
from desktop_chat.core.ports import LocalServer
from desktop_chat.core.settings import Preferences, Settings
from desktop_chat.core.tasks import Tasks
from desktop_chat.core.usage_view import Days
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.batch.folder_documents import FolderDocuments
from desktop_chat.services.certificates import check_certificates
from desktop_chat.services.exports.usage_file import write_usage
from desktop_chat.services.highlight_process import HighlightProcess
from desktop_chat.services.memory_blobs import MemoryBlobs
from desktop_chat.services.sqlite.usage_store import UsageStore
from desktop_chat.ui.context import Context
from desktop_chat.ui.languages import Languages
from desktop_chat.ui.navigator import Navigator
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.text.price_list import shipped_prices

OPENAI = Connection("openai", "OpenAI", "https://api.openai.com/v1", default_model="gpt-5.5")
LOCAL = Connection("local", "Ollama", "http://127.0.0.1:11434/v1")
DEMO = Connection("demo", "Demo (no AI)", "http://127.0.0.1:9/v1", default_model="demo", kind=ConnectionKind.DEMO)

W = TypeVar("W", bound=QWidget)


class World:
    """The parts of the context that tests need, with their real types."""

    def __init__(self, app: QApplication, connections: Sequence[Connection], servers: Sequence[LocalServer]) -> None:
        self.theme = Theme(app)
        self.theme.set_scheme("light")
        self.languages = Languages(app)
        self.languages.set_language("en")
        self.store = MemoryStore()
        self.write_behind = WriteBehind(self.store)
        self.library = Library(self.store, self.write_behind)
        self.preferences = Preferences(Settings(connections=tuple(connections)))
        self.providers = FakeProviders()
        self.secrets = MemorySecrets()
        self.local_servers = FakeLocalServers(*servers)
        self.tasks = Tasks()
        self.images = FakeImages()
        self.snapshots = FakeSnapshots(self.store)
        self.highlighting = HighlightProcess()
        self.blobs = MemoryBlobs()
        self.toolbox = FakeToolbox()
        self.exporter = FakeExporter()
        self.importer = FakeImporter()
        self.endpoint = FakeEndpoint()
        self.reader = FakeReader(self.blobs)
        self.batch_images = ImagePreparer()
        self.batch_documents = FolderDocuments(self.batch_images.prepare)
        self.kept_exchanges: list[Exchange] = []
        self.noted: list[CrashGuardRecord] = []
        self.installation = Installation(InstalledFrom.SOURCE)
        self.crash_guard = CrashGuard(CrashGuardRecord(), self._note)
        self.navigator = FakeNavigator()
        self.window: Navigator | None = None
        """What navigates in place of the fake."""
        self.context = Context(
            library=self.library,
            write_behind=self.write_behind,
            preferences=self.preferences,
            connections=Connections(self.preferences, (DEMO,)),
            providers=self.providers,
            secrets=self.secrets,
            make_local_servers=lambda: self.local_servers,
            window=lambda: self.window or self.navigator,
            make_snapshots=lambda: self.snapshots,
            check_certificates=check_certificates,
            trust_certificates=self.trust_certificates,
            log_folder=Path("/nowhere/logs"),
            find_installation=lambda: self.installation,
            tasks=self.tasks,
            theme=self.theme,
            make_image_loader=lambda: self.images,
            crash_guard=self.crash_guard,
            make_highlighting=lambda: self.highlighting,
            make_blobs=lambda: self.blobs,
            make_toolbox=lambda: self.toolbox,
            make_exporter=lambda: self.exporter,
            make_ledger=self._make_ledger,
            price_of=shipped_prices().price_of,
            save_usage=self._save_usage,
            make_importer=lambda: self.importer,
            make_attachment_reader=lambda: self.reader,
            make_endpoint=lambda: self.endpoint,
            read_kept_exchanges=self._read_kept,
            open_batch=partial(open_batch, Connections(self.preferences, (DEMO,)), self.batch_documents),
        )
        self.shown: list[QWidget] = []
        self.ledger: UsageStore | None = None

    async def _read_kept(self, _conversation_id: str, reply_id: str) -> list[Exchange]:
        return [exchange for exchange in self.kept_exchanges if exchange.reply_id == reply_id]

    def _make_ledger(self) -> UsageStore:
        self._ledger_folder = TemporaryDirectory()
        self.ledger = UsageStore(self._usage_file)
        return self.ledger

    async def _save_usage(self, days: Days, file: Path, with_bom: bool, told: Callable[[int], None]) -> int:
        await self.context.ledger.flush()
        count = await asyncio.to_thread(write_usage, self._usage_file, days, file, with_bom=with_bom)
        told(count)
        return count

    @property
    def _usage_file(self) -> Path:
        return Path(self._ledger_folder.name) / "usage.sqlite3"

    async def aclose_ledger(self) -> None:
        """Close the ledger, if any part of the window used it."""
        if self.ledger is not None:
            await self.ledger.aclose()
            self._ledger_folder.cleanup()

    async def _note(self, record: CrashGuardRecord) -> None:
        self.noted.append(record)

    @property
    def provider(self) -> ScriptedProvider:
        return self.providers.provider

    async def trust_certificates(self, file: str, fingerprint: str) -> None:
        """Record what the user confirmed."""
        self.secrets.fingerprint = fingerprint
        self.preferences.update(ca_file=file)

    def show(self, widget: W) -> W:
        """Show a widget as a window; it is closed at the end of the test."""
        self.shown.append(widget)
        widget.resize(900, 600)
        widget.show()
        widget.activateWindow()
        return widget


async def until(condition: Callable[[], object]) -> None:
    """Wait until `condition` holds; time out otherwise."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 -- Qt has no events for most of this
            await asyncio.sleep(0.002)


@asynccontextmanager
async def world(
    app: QApplication, connections: Sequence[Connection] = (OPENAI,), servers: Sequence[LocalServer] = ()
) -> AsyncIterator[World]:
    """A world that is torn down to the last task and widget."""
    here = World(app, connections, servers)
    try:
        yield here
    finally:
        await here.context.sessions.aclose()
        await here.tasks.aclose()
        await here.write_behind.aclose()
        await here.aclose_ledger()
        here.highlighting.close()
        here.batch_documents.close()
        here.batch_images.close()
        await here.crash_guard.aclose()
        for widget in here.shown:
            widget.close()
            widget.deleteLater()
        here.theme.deleteLater()
        here.languages.set_language("en")
        here.languages.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        app.setStyleSheet("")
        app.setPalette(QPalette())
        app.setFont(QFont())
