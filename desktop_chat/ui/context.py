"""The objects shared by all parts of the window: core objects, ports and the theme."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_chat.core.batch_runs import BatchRuns
from desktop_chat.core.connections import Connections
from desktop_chat.core.entities import Connection
from desktop_chat.core.library import Library
from desktop_chat.core.listeners import Listeners
from desktop_chat.core.model_cache import ModelCache
from desktop_chat.core.ports import ImageLoader, LocalServers, Providers, Secrets
from desktop_chat.core.settings import Preferences
from desktop_chat.core.tasks import Tasks
from desktop_chat.core.write_behind import WriteBehind
from desktop_chat.ui.style.theme import Theme

if TYPE_CHECKING:
    from desktop_chat.core.added_beside import AddedBeside
    from desktop_chat.core.approvals import Approvals
    from desktop_chat.core.attachment_reading import AttachmentReader
    from desktop_chat.core.batch_port import OpenBatchFunction
    from desktop_chat.core.budget_watch import BudgetWatch
    from desktop_chat.core.crash_guard import CrashGuard
    from desktop_chat.core.exchanges import Exchange
    from desktop_chat.core.exporting import Exporter
    from desktop_chat.core.highlighting import Highlighting
    from desktop_chat.core.import_port import Importer
    from desktop_chat.core.installation import Installation
    from desktop_chat.core.local_endpoint import LocalEndpoint
    from desktop_chat.core.open_sessions import OpenSessions
    from desktop_chat.core.ports import Blobs
    from desktop_chat.core.prices import Price
    from desktop_chat.core.snapshots import Snapshots
    from desktop_chat.core.tool_servers import AllTools
    from desktop_chat.core.usage_ledger import UsageLedger
    from desktop_chat.core.usage_view import Days
    from desktop_chat.ui.images.image_cache import ImageCache
    from desktop_chat.ui.navigator import Navigator


@dataclass(frozen=True)
class Context:
    """Created once by the application and passed down from the main window; each part takes what it needs."""

    library: Library
    write_behind: WriteBehind
    preferences: Preferences
    connections: Connections
    providers: Providers
    secrets: Secrets
    make_local_servers: Callable[[], LocalServers]
    window: Callable[[], Navigator]
    """Returns the window, once it exists."""
    make_snapshots: Callable[[], Snapshots]
    check_certificates: Callable[[Path], Awaitable[str]]
    """Checks that a file contains certificates, and returns its fingerprint. Raises CertificateError."""
    trust_certificates: Callable[[str, str], Awaitable[None]]
    """Trusts the certificates in a file from now on, as long as it has this fingerprint; the user agreed to it."""
    log_folder: Path
    find_installation: Callable[[], Installation]
    """Returns where this copy of the application came from."""
    tasks: Tasks
    theme: Theme
    make_image_loader: Callable[[], ImageLoader]
    crash_guard: CrashGuard
    make_highlighting: Callable[[], Highlighting]
    make_blobs: Callable[[], Blobs]
    make_attachment_reader: Callable[[], AttachmentReader]
    make_toolbox: Callable[[], AllTools]
    make_exporter: Callable[[], Exporter]
    make_ledger: Callable[[], UsageLedger]
    price_of: Callable[[str, str], Price | None]
    """Returns the price of a model at a host; None if unknown."""
    save_usage: Callable[[Days, Path, bool, Callable[[int], None]], Awaitable[int]]
    """Writes the usage of some days to a CSV file, with a byte order mark or without, and returns how many requests
    there are; hears how many are written. Raises StoreError, ExportError."""
    make_importer: Callable[[], Importer]
    make_endpoint: Callable[[], LocalEndpoint]
    read_kept_exchanges: Callable[[str, str], Awaitable[list[Exchange]]]
    """Returns what was kept on disk of the requests for a reply, by the ids of its conversation and the reply."""
    open_batch: OpenBatchFunction
    """Opens a batch, to run it or only to look at it."""
    batch_runs: BatchRuns = field(default_factory=BatchRuns)
    """The batches that run."""
    removing: Listeners[int] = field(default_factory=Listeners)
    """Notified of the number of deleted conversations that are still to be removed from disk."""
    index_added: Callable[[], None] = lambda: None
    """Has the texts indexed that another process has added to the database."""
    models: ModelCache = field(default_factory=ModelCache)
    dismissed_key_bars: set[str] = field(default_factory=set)
    """Ids of connections for which the bar about a key in memory was closed."""

    @property
    def navigator(self) -> Navigator:
        """Navigates to other places in the window."""
        return self.window()

    def connection_of(self, conversation_id: str) -> Connection | None:
        """Return a conversation's connection."""
        return self.connections.get(self.library[conversation_id].options.connection_id)

    @cached_property
    def sessions(self) -> OpenSessions:
        """The open conversations."""
        from desktop_chat.core.open_sessions import OpenSessions  # noqa: PLC0415  (not before the first paint)

        return OpenSessions(
            library=self.library,
            write_behind=self.write_behind,
            providers=self.providers,
            connections=self.connections,
            preferences=self.preferences,
            blobs=self.blobs,
            toolbox=self.toolbox,
            approvals=self.approvals,
        )

    @cached_property
    def blobs(self) -> Blobs:
        """The contents of attachments."""
        return self.make_blobs()

    @cached_property
    def attachment_reader(self) -> AttachmentReader:
        """Reads files to attach."""
        return self.make_attachment_reader()

    @cached_property
    def toolbox(self) -> AllTools:
        """The tools that models may call."""
        return self.make_toolbox()

    @cached_property
    def endpoint(self) -> LocalEndpoint:
        """The local endpoint; made when it is first switched on, or its settings are shown."""
        return self.make_endpoint()

    @cached_property
    def approvals(self) -> Approvals:
        """Which tool calls run without asking."""
        from desktop_chat.core.approvals import Approvals  # noqa: PLC0415  (not before the first paint)

        return Approvals(self.preferences)

    @cached_property
    def added_beside(self) -> AddedBeside:
        """Shows what another process has added."""
        from desktop_chat.core.added_beside import AddedBeside  # noqa: PLC0415  (rarely needed)

        return AddedBeside(self.library, self.tasks, lambda: self.sessions.ids, self.index_added)

    @cached_property
    def ledger(self) -> UsageLedger:
        """What requests used and cost."""
        return self.make_ledger()

    @cached_property
    def importer(self) -> Importer:
        """Imports conversations."""
        return self.make_importer()

    @cached_property
    def budgets(self) -> BudgetWatch:
        """What was spent of each budget."""
        from desktop_chat.core.budget_watch import BudgetWatch  # noqa: PLC0415  (only with budgets)

        return BudgetWatch(self.ledger, self.preferences, self.price_of)

    @cached_property
    def exporter(self) -> Exporter:
        """Exports conversations."""
        return self.make_exporter()

    @cached_property
    def local_servers(self) -> LocalServers:
        """Searches for model servers on this computer."""
        return self.make_local_servers()

    @cached_property
    def snapshots(self) -> Snapshots:
        """The snapshots of the conversations."""
        return self.make_snapshots()

    @cached_property
    def highlighting(self) -> Highlighting:
        """Highlights the code of all tabs."""
        return self.make_highlighting()

    @cached_property
    def images(self) -> ImageCache:
        """The images loaded in this run."""
        from desktop_chat.ui.images.image_cache import ImageCache  # noqa: PLC0415  (not before the first paint)

        return ImageCache()
