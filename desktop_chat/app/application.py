"""The composition root: builds all parts, connects them, runs them and shuts them down in reverse order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from desktop_chat.app.appearance import Appearance
from desktop_chat.app.arguments import Arguments
from desktop_chat.app.desktop_session import (
    allow_activation,
    follow_autostart,
    follow_endpoint,
    notify_of_replies,
    watch_motion,
)
from desktop_chat.app.first_paint import first_paint
from desktop_chat.app.lazy_services import (
    LazyServices,
    check_certificates,
    find_installation,
    make_local_servers,
)
from desktop_chat.app.new_version_watch import NewVersionWatch
from desktop_chat.app.qt_messages import QtMessages
from desktop_chat.app.quick_question import QuickQuestion
from desktop_chat.app.request_keeping import RequestKeeping
from desktop_chat.app.shutdown import run_in_order, uninterrupted
from desktop_chat.app.start_request import request_of
from desktop_chat.app.terminal import print_error
from desktop_chat.core.connections import Connections
from desktop_chat.core.crash_guard import CrashGuard
from desktop_chat.core.debounced_saver import DebouncedSaver
from desktop_chat.core.errors import ChatError, SettingsError, StoreError
from desktop_chat.core.library import Library
from desktop_chat.core.open_request import QUICK_WINDOW, OpenRequest
from desktop_chat.core.ports import Secrets
from desktop_chat.core.settings import Preferences
from desktop_chat.core.tasks import Tasks
from desktop_chat.core.workspace import Workspace
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.services.certificate_trust import CertificateTrust
from desktop_chat.services.environment import take_environment
from desktop_chat.services.logs import Bug, CrashHandlers, LogFile
from desktop_chat.services.paths import Paths
from desktop_chat.services.provider.provider_pool import ProviderPool
from desktop_chat.services.provider.sdk import Sdk
from desktop_chat.services.secrets.key_stamp import KeyStamp, stamped_secrets
from desktop_chat.services.secrets.keys import KnownKeys
from desktop_chat.services.settings_file import SettingsFile
from desktop_chat.services.sqlite.sqlite_store import OpenReport, SqliteStore
from desktop_chat.ui.context import Context
from desktop_chat.ui.languages import Languages
from desktop_chat.ui.style.icons import app_icon
from desktop_chat.ui.style.theme import Theme
from desktop_chat.ui.window.main_window import MainWindow

if TYPE_CHECKING:
    from desktop_chat.app.heartbeat import Heartbeat
    from desktop_chat.services.demo.demo_provider import DemoServer
    from desktop_chat.ui.chat.tab import ChatTab

logger = logging.getLogger(__name__)

LOADING_NOTICE_S = 0.3
"""How long reading the conversations may take before the window says so."""
QUIT_LIMIT_S = 1.5
"""The time limit for shutting down; whatever hangs longer is abandoned."""


class Application:
    """One run. `open` shows the window and restores everything; `close` shuts down within QUIT_LIMIT_S."""

    def __init__(
        self, app: QApplication, paths: Paths, arguments: Arguments, *, secrets: Secrets | None = None
    ) -> None:
        self._arguments = arguments
        self._keys = KnownKeys()
        self._log = LogFile(paths, self._keys)
        self._qt_messages = QtMessages()
        self._crash_handlers = CrashHandlers(paths, self._keys, self._tell_of_bug)
        self._app = app
        self._log_file = paths.log_file
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opening: asyncio.Task[None] | None = None
        self._copying: asyncio.Task[None] | None = None
        self._is_ending = False
        self._tabs_for_later: Workspace | None = None
        self._closing = asyncio.Event()
        self._demo: DemoServer | None = None
        self._heartbeat: Heartbeat | None = None
        self._files = SettingsFile(paths)
        self._build_core(paths, secrets)
        self._build_window(app, paths)

    def _build_core(self, paths: Paths, secrets: Secrets | None) -> None:
        environment = take_environment()
        for key in environment.keys.values():
            self._keys.add(key)
        settings, settings_problem = self._files.load_settings()
        self._left, workspace_problem = self._files.load_workspace()
        has_crashed = bool(self._crash_handlers.left_report)
        self._crash_guard = CrashGuard(self._files.load_shown(), self._files.save_shown, has_crashed=has_crashed)
        self._problems = [problem for problem in (settings_problem, workspace_problem) if problem is not None]
        self.preferences = Preferences(settings)
        self.connections = Connections(self.preferences)
        if environment.connection is not None:
            self.connections.add_temporary(environment.connection)
        self.secrets = secrets or stamped_secrets(self._keys, KeyStamp(paths.key_stamp_file))
        self._certificate_trust = CertificateTrust(self.secrets)
        self._sdk = Sdk(settings.ca_file, self._certificate_trust.is_confirmed)
        self.providers = ProviderPool(
            self.connections, self.secrets, environment.keys, self._sdk, known_keys=self._keys
        )
        self.store = SqliteStore(paths.database_file)
        self.write_behind = WriteBehind(self.store)
        self.library = Library(self.store, self.write_behind)
        self._lazy = LazyServices(
            paths,
            self.store,
            self._sdk,
            preferences=self.preferences,
            secrets=self.secrets,
            known_keys=self._keys,
            environment_keys=environment.keys,
        )
        self._tasks = Tasks()
        self._requests = RequestKeeping(paths.request_folder, self.preferences)

    def _build_window(self, app: QApplication, paths: Paths) -> None:
        self._theme = Theme(app)
        self._appearance = Appearance(self._theme, Languages(app))
        self._appearance.apply(self.preferences.settings)
        self._context = Context(
            library=self.library,
            write_behind=self.write_behind,
            preferences=self.preferences,
            connections=self.connections,
            providers=self.providers,
            secrets=self.secrets,
            make_local_servers=make_local_servers,
            window=lambda: self.window,
            make_snapshots=self._lazy.make_snapshots,
            check_certificates=check_certificates,
            trust_certificates=self._trust_certificates,
            log_folder=paths.log_file.parent,
            find_installation=find_installation,
            tasks=self._tasks,
            theme=self._theme,
            make_image_loader=self._lazy.make_image_loader,
            crash_guard=self._crash_guard,
            read_kept_exchanges=self._requests.read,
            open_batch=partial(self._lazy.open_batch, self.connections),
            removing=self.store.removing,
            index_added=self.store.tidy,
            make_highlighting=self._lazy.make_highlighting,
            make_blobs=self._lazy.make_blobs,
            make_toolbox=self._lazy.make_toolbox,
            make_ledger=self._lazy.make_ledger,
            price_of=self._lazy.price_of,
            save_usage=self._lazy.save_usage,
            make_exporter=lambda: self._lazy.make_exporter(self.write_behind),
            make_importer=lambda: self._lazy.make_importer(self.write_behind, self._context.added_beside),
            make_attachment_reader=self._lazy.make_attachment_reader,
            make_endpoint=lambda: self._lazy.make_endpoint(self._arguments.data_dir, self._context, self._files.saved),
        )
        self.window = MainWindow(self._context, self._left, make_tab=self._make_tab, data_folder=paths.data_dir)
        self.quick = QuickQuestion(self._context, self.window, self._left)

    async def _trust_certificates(self, file: str, fingerprint: str) -> None:
        await self._certificate_trust.confirm(fingerprint)
        self.preferences.update(ca_file=file)
        await self._sdk.decide_again()

    def _make_tab(self, conversation_id: str, parent: QWidget) -> ChatTab:
        from desktop_chat.ui.chat.tab import ChatTab  # noqa: PLC0415  (half of all modules; the window is painted first)

        return ChatTab(self._context, conversation_id, parent)

    async def run(self, when_open: Callable[[], None], when_closing: Callable[[], None]) -> int:
        """Run until the user closes the window or the system asks the process to exit; return the exit code."""
        code = 0
        try:
            code = await self._stay(when_open)
        except asyncio.CancelledError:
            logger.info("cancelled")  # by a signal or by Qt, which is equivalent to closing the window
        when_closing()
        await uninterrupted(self.close())
        return code

    async def _stay(self, when_open: Callable[[], None]) -> int:
        opening = self._opening = self._tasks.start(self.open(), "open")  # exceptions in it are reported as bugs
        closing = self._tasks.start(self._closing.wait(), "wait for the end")
        await asyncio.wait({opening, closing}, return_when=asyncio.FIRST_COMPLETED)
        if closing.done():
            return 0
        when_open()
        if not self._arguments.self_test:
            await closing
            return 0
        if opening.cancelled() or opening.exception() is not None:
            return 1
        from desktop_chat.app.self_test import run_self_test  # noqa: PLC0415  (loads Qt's test tools)

        return await run_self_test(self.window, self._arguments.screenshot)

    async def open(self) -> None:
        """Show the window first, then do everything that takes time."""
        self._begin()
        if (shown := self._show_window()) is not None:
            await first_paint(shown)
        self.window.setWindowIcon(app_icon())
        self.providers.warm_up()
        watch_motion(self._theme, self._tasks)
        self._watch_hangs()
        await self._start_demo()
        await self._open_store()
        self._requests.start(self.providers.exchanges, self.library)
        self._lazy.follow_usage(self.providers.exchanges, self.connections, self.window.tell)
        self.quick.stay_reachable(in_tray=shown is None)
        notify_of_replies(self._context, self.window)
        follow_autostart(self._context, self._arguments, self.window.tell)
        self.window.open_tabs(self._left)
        self._lazy.load_search(self._tasks)
        follow_endpoint(self._context, self.window, alone=self._arguments.quick)
        if request_of(self._arguments) != OpenRequest():
            self.open_request(request_of(self._arguments))
        for problem in self._problems:
            self.window.tell(problem)
        NewVersionWatch(self.preferences, self._tasks, self._sdk.ready, self.window.tell)

    def _show_window(self) -> QWidget | None:
        """Show the window that this start is for; None if the icon in the tray is to stand for it."""
        if self._arguments.quick:
            self.quick.open_alone(self._closing.set)
            return self.quick.window
        if not self._arguments.hidden:
            self.window.show()
        elif self.preferences.settings.tray == "off":
            self.window.showMinimized()
        else:
            return None
        return self.window

    def _begin(self) -> None:
        """Set up what needs the running loop: saving changes, reporting bugs, and closing the window."""
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._crash_handlers.handle_loop_exception)
        self._settings_saver = DebouncedSaver(self._files.save_settings, self._tell_of_error)
        self._workspace_saver = DebouncedSaver(self._save_workspace, self._tell_of_error)
        self.preferences.changed.add(self._appearance.apply)
        self.preferences.changed.add(lambda settings: self.providers.trust(settings.ca_file))
        self.preferences.changed.add(self._settings_saver.put)
        self._files.problems.add(self.window.tell)
        self.providers.unencrypted.add(self.window.tell)
        self._certificate_trust.unconfirmed.add(self.window.tell)
        self.window.workspace_changed.connect(self._keep_workspace)
        self.window.close_requested.connect(self._closing.set)
        self.quick.place_changed.add(self._workspace_saver.put)
        self._app.commitDataRequest.connect(self._save_now)

    async def close(self) -> None:
        """Stop the replies, store what they received, and close everything."""
        self._is_ending = True
        if self._loop is not None:
            await self._end(self._loop.time() + QUIT_LIMIT_S)
        self.window.allow_close()
        self.window.close()
        self.window.deleteLater()
        self.quick.close()
        if self._heartbeat is not None:
            self._heartbeat.close()
        self._crash_handlers.close()
        self._qt_messages.close()
        self._log.close()

    async def _end(self, deadline: float) -> None:
        self.window.workspace_changed.disconnect(self._keep_workspace)
        self._app.commitDataRequest.disconnect(self._save_now)
        if self._opening is not None:
            self._opening.cancel()
        self._keep_workspace()
        files = (self._workspace_saver, self._settings_saver, self._crash_guard, self._files)
        # In two sequences, so that a disk that hangs on the settings takes no time from the replies.
        await asyncio.gather(
            run_in_order((self._end_replies, self.write_behind.aclose, self._end_copies, self.store.aclose), deadline),
            run_in_order([part.aclose for part in files], deadline),
        )
        others = (self._tasks, self._lazy, self.providers, self._requests)
        await run_in_order([*(part.aclose for part in others), self._stop_demo], deadline)
        self._lazy.close()

    async def _end_copies(self) -> None:
        if self._copying is not None:
            self._copying.cancel()
        async with asyncio.timeout(QUIT_LIMIT_S / 3):
            await self._lazy.end_copies()

    async def _end_replies(self) -> None:
        """Stop the replies and batches, leaving most of the time for storing them."""
        try:
            self.window.finish()
            self.quick.finish()
        finally:
            async with asyncio.timeout(QUIT_LIMIT_S / 3):
                context, end_endpoint = self._context, self._lazy.end_endpoint
                await asyncio.gather(context.sessions.aclose(), context.batch_runs.aclose(), end_endpoint())

    def open_request(self, request: OpenRequest) -> None:
        """Show what this start, a later one, or a link asked for."""
        if request.imported:
            self._context.added_beside.look()
            return
        allow_activation(request.activation or "")
        (self.quick.open if request.window == QUICK_WINDOW else self.window.open_request)(request)

    def _watch_hangs(self) -> None:
        from desktop_chat.app.heartbeat import Heartbeat  # noqa: PLC0415  (after the first paint)

        if (stream := self._crash_handlers.crash_stream) is not None:
            self._heartbeat = Heartbeat(self.window, stream)

    async def _start_demo(self) -> None:
        from desktop_chat.services.demo.demo_provider import DemoServer  # noqa: PLC0415  (after the first paint)

        demo = DemoServer()
        try:
            self.connections.add_temporary(await demo.start())
        except OSError as error:
            logger.warning("the demo is unavailable: %s", error)  # no loopback; everything else works
        else:
            self._demo = demo

    async def _stop_demo(self) -> None:
        if self._demo is not None:
            await self._demo.aclose()

    async def _open_store(self) -> None:
        """Read the conversations; one can write meanwhile. Without a store, the window works and shows the error."""
        slow = asyncio.get_running_loop().call_later(LOADING_NOTICE_S, self.window.wait_for_conversations)
        try:
            report = await self._read_conversations()
        except StoreError as error:
            logger.warning("could not open the store: %s: %s", error.code, error.detail)
            self._tabs_for_later = self._left
            self.window.tell(error)
            report = OpenReport()
        else:
            from desktop_chat.core.snapshots import keep_snapshots  # noqa: PLC0415  (after the first paint)

            keeping = keep_snapshots(self._context.snapshots, self.preferences)
            self._copying = self._tasks.start(keeping, "keep snapshots")
            if report.unchecked:
                _ = self._tasks.start(self._check_store(), "check the database")
        finally:
            slow.cancel()
        from desktop_chat.core.reports import DatabaseRecovered, UnexpectedExit  # noqa: PLC0415

        if report.set_aside:
            self.window.tell(DatabaseRecovered(report.set_aside, report.salvaged))
        end = UnexpectedExit(self._crash_handlers.left_report, len(report.recovered_replies))
        if end != UnexpectedExit():
            self.window.tell(end)

    async def _read_conversations(self) -> OpenReport:
        report = await self.store.open()
        await self.library.load()
        return report

    async def _check_store(self) -> None:
        """Check the whole file after an unclean exit, which takes seconds, while the window is in use."""
        from desktop_chat.core.reports import DatabaseDamaged  # noqa: PLC0415

        try:
            is_intact = await self.store.check()
        except StoreError as error:
            logger.warning("could not check the database: %s: %s", error.code, error.detail)
        else:
            if not is_intact:
                self.window.tell(DatabaseDamaged())

    def _keep_workspace(self) -> None:
        self._workspace_saver.put(None)

    async def _save_workspace(self, _now: None) -> None:
        """Save the window's state; with the previous tabs if their conversations could not be read."""
        now, before = replace(self.window.workspace(), **self.quick.place), self._tabs_for_later
        if before is not None:
            now = replace(now, tabs=before.tabs, active=before.active, closed=before.closed)
        await self._files.save_workspace(now)

    def _save_now(self) -> None:
        """Store everything, since the desktop session may be about to end; never objects to that."""
        self._keep_workspace()
        _ = self._tasks.start(self._flush(), "save for the end of the session")

    async def _flush(self) -> None:
        with suppress(StoreError):  # the data is kept in memory, the error reported, and saving retried
            await self.write_behind.flush()

    def _tell_of_error(self, error: ChatError) -> None:
        logger.warning("could not save: %s: %s", error.code, error.detail)
        self.window.tell(SettingsError(error.detail))

    def _tell_of_bug(self, bug: Bug) -> None:
        """Report a bug; thread-safe. Without a window, use the terminal. It has already been logged."""
        if self._loop is None:
            print_error(
                f"Desktop Chat could not start because of an internal error: {bug.summary}. "
                f"See {self._log_file} for details."
            )
        elif not self._is_ending and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.window.show_crash, f"{bug.summary}\n\n{bug.details}")
