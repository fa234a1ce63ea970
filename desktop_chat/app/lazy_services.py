"""Creates services that are not needed before the first paint, imports them only then, and closes them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_chat.app.attachment_files import AttachmentFiles
    from desktop_chat.app.endpoint_owner import EndpointOwner
    from desktop_chat.app.export_process import ExportProcess
    from desktop_chat.app.image_preparing import ImagePreparer
    from desktop_chat.app.import_process import ImportProcess
    from desktop_chat.app.usage_keeping import UsageKeeping
    from desktop_chat.core.added_beside import AddedBeside
    from desktop_chat.core.batch_job import BatchJob
    from desktop_chat.core.batch_port import Batch
    from desktop_chat.core.connections import Connections
    from desktop_chat.core.exchanges import ExchangeLog
    from desktop_chat.core.installation import Installation
    from desktop_chat.core.listeners import Listeners
    from desktop_chat.core.ports import ImageLoader, LocalServers, Secrets
    from desktop_chat.core.prices import Price
    from desktop_chat.core.reports import UsageNotSaved
    from desktop_chat.core.settings import Preferences, Settings
    from desktop_chat.core.tasks import Tasks
    from desktop_chat.core.usage_ledger import UsageLedger
    from desktop_chat.core.usage_view import Days
    from desktop_chat.core.write_behind import WriteBehind
    from desktop_chat.services.batch.folder_documents import FolderDocuments
    from desktop_chat.services.blobs import BlobFolder
    from desktop_chat.services.highlight_process import HighlightProcess
    from desktop_chat.services.paths import Paths
    from desktop_chat.services.provider.sdk import Sdk
    from desktop_chat.services.secrets.keys import KnownKeys
    from desktop_chat.services.sqlite.snapshot_files import Snapshots
    from desktop_chat.services.sqlite.sqlite_store import SqliteStore
    from desktop_chat.services.tools.lazy_toolbox import LazyToolbox
    from desktop_chat.services.tools.toolbox import Toolbox
    from desktop_chat.ui.context import Context


class LazyServices:
    """The services of one run that are created when first needed; each `make_...` but that for blobs is called at most
    once."""

    def __init__(
        self,
        paths: Paths,
        store: SqliteStore,
        sdk: Sdk,
        *,
        preferences: Preferences,
        secrets: Secrets,
        known_keys: KnownKeys,
        environment_keys: Mapping[str, str],
    ) -> None:
        """`environment_keys`: keys by connection id that are not in the keyring."""
        self._paths = paths
        self._store = store
        self._sdk = sdk
        self._snapshots: Snapshots | None = None
        self._highlighting: HighlightProcess | None = None
        self._blobs: BlobFolder | None = None
        self._attachments: AttachmentFiles | None = None
        self._preferences = preferences
        self._secrets = secrets
        self._known_keys = known_keys
        self._environment_keys = environment_keys
        self._toolbox: LazyToolbox | None = None
        self._endpoint: EndpointOwner | None = None
        self._usage: UsageKeeping | None = None
        self._batch_documents: FolderDocuments | None = None
        self._batch_images: ImagePreparer | None = None

    def load_search(self, tasks: Tasks) -> None:
        """Load what the first search and the first conversation need, on a thread: each would wait a tenth of a
        second."""
        _ = tasks.start(asyncio.to_thread(_load_search), "load the search")

    def make_image_loader(self) -> ImageLoader:
        """Return what fetches images from the internet."""
        from desktop_chat.services.image_fetcher import ImageFetcher  # noqa: PLC0415

        return ImageFetcher(self._sdk.ready)

    def make_highlighting(self) -> HighlightProcess:
        """Return the helper process that highlights code."""
        from desktop_chat.services.highlight_process import HighlightProcess  # noqa: PLC0415

        self._highlighting = HighlightProcess()
        return self._highlighting

    def make_snapshots(self) -> Snapshots:
        """Return the snapshots of the database."""
        from desktop_chat.services.sqlite.snapshot_files import Snapshots  # noqa: PLC0415

        self._snapshots = Snapshots(
            self._paths.database_file, self._paths.snapshot_folder, self._store, self.make_blobs()
        )
        return self._snapshots

    def make_blobs(self) -> BlobFolder:
        """Return the folder with the contents of attachments, always the same."""
        from desktop_chat.services.blobs import BlobFolder  # noqa: PLC0415

        if self._blobs is None:
            self._blobs = BlobFolder(self._paths.blob_folder)
        return self._blobs

    def make_attachment_reader(self) -> AttachmentFiles:
        """Return what reads files to attach."""
        from desktop_chat.app.attachment_files import AttachmentFiles  # noqa: PLC0415

        self._attachments = AttachmentFiles(self.make_blobs())
        return self._attachments

    def make_toolbox(self) -> LazyToolbox:
        """Return the tools that models may call."""
        from desktop_chat.services.tools.lazy_toolbox import LazyToolbox  # noqa: PLC0415

        self._toolbox = LazyToolbox(self._make_toolbox)
        return self._toolbox

    def _make_toolbox(self) -> Toolbox:
        from desktop_chat.core.tool_server_saving import ToolServerSaver  # noqa: PLC0415
        from desktop_chat.services.tools.mcp_servers import McpServers  # noqa: PLC0415
        from desktop_chat.services.tools.toolbox import Toolbox  # noqa: PLC0415

        values_of = ToolServerSaver(self._preferences, self._secrets).values_of
        servers = McpServers(self._preferences, values_of, self._known_keys, self._sdk.ready)
        return Toolbox(self._preferences, servers, self._sdk.ready)

    def make_exporter(self, write_behind: WriteBehind) -> ExportProcess:
        """Return what exports conversations."""
        from desktop_chat.app.export_process import ExportProcess  # noqa: PLC0415

        return ExportProcess(self._paths, write_behind)

    def make_importer(self, write_behind: WriteBehind, beside: AddedBeside) -> ImportProcess:
        """Return what imports conversations."""
        from desktop_chat.app.import_process import ImportProcess  # noqa: PLC0415

        return ImportProcess(self._paths, write_behind, beside)

    def make_endpoint(self, data_dir: Path | None, context: Context, saved: Listeners[Settings]) -> EndpointOwner:
        """Return the local endpoint, which follows its setting from now on."""
        from desktop_chat.app.endpoint_owner import endpoint_for  # noqa: PLC0415

        self._endpoint = endpoint_for(self._paths, data_dir, context, saved, self._environment_keys)
        return self._endpoint

    def make_ledger(self) -> UsageLedger:
        """Return what keeps what requests use and cost, always the same."""
        return self._usage_keeping().ledger

    def price_of(self, host: str, model: str) -> Price | None:
        """Implement `Context.price_of`."""
        return self._usage_keeping().price_of(host, model)

    async def save_usage(self, days: Days, file: Path, with_bom: bool, told: Callable[[int], None]) -> int:
        """Implement `Context.save_usage`."""
        from desktop_chat.app.export_process import save_usage  # noqa: PLC0415

        return await save_usage(self._paths, self.make_ledger(), days, file, with_bom=with_bom, told=told)

    def follow_usage(self, log: ExchangeLog, connections: Connections, tell: Callable[[UsageNotSaved], None]) -> None:
        """Keep what each request uses from now on, and once what was used before; tell what cannot be kept."""
        from desktop_chat.app.usage_keeping import origin_in_window  # noqa: PLC0415

        usage = self._usage_keeping()
        usage.failed.add(tell)
        usage.follow(log, origin_in_window)
        usage.fill_in(self._paths.database_file, self._paths.endpoint_file, connections)

    def _usage_keeping(self) -> UsageKeeping:
        from desktop_chat.app.usage_keeping import UsageKeeping  # noqa: PLC0415

        if self._usage is None:
            self._usage = UsageKeeping(self._paths.usage_file, self._preferences)
        return self._usage

    async def open_batch(self, connections: Connections, job: BatchJob, runs: bool) -> Batch:
        """Implement `Context.open_batch`."""
        from desktop_chat.app.batch_opening import open_batch  # noqa: PLC0415
        from desktop_chat.app.image_preparing import ImagePreparer  # noqa: PLC0415
        from desktop_chat.services.batch.folder_documents import FolderDocuments  # noqa: PLC0415

        if self._batch_documents is None:
            self._batch_images = ImagePreparer()
            self._batch_documents = FolderDocuments(self._batch_images.prepare)
        prices = self._preferences.settings.prices
        return await open_batch(connections, self._batch_documents, job, runs, own_prices=prices)

    async def end_endpoint(self) -> None:
        """End the process that serves the local endpoint."""
        if self._endpoint is not None:
            await self._endpoint.aclose()

    async def aclose(self) -> None:
        """Write what was used, and end the tool servers with all their processes."""
        if self._usage is not None:
            await self._usage.aclose()
        if self._toolbox is not None:
            await self._toolbox.aclose()

    async def end_copies(self) -> None:
        """Stop taking snapshots. Must precede closing the store: SQLite cleans up when the last connection closes, and
        a snapshot's connection cannot."""
        if self._snapshots is not None:
            await self._snapshots.aclose()

    def close(self) -> None:
        """End the helper processes and the threads that read and write attachments."""
        if self._attachments is not None:
            self._attachments.close()
        if self._batch_documents is not None:
            self._batch_documents.close()
        if self._batch_images is not None:
            self._batch_images.close()
        if self._highlighting is not None:
            self._highlighting.close()
        if self._blobs is not None:
            self._blobs.end()


def make_local_servers() -> LocalServers:
    """Return the finder of model servers on this computer."""
    from desktop_chat.services.local_servers import LocalServerFinder  # noqa: PLC0415

    return LocalServerFinder()


def _load_search() -> None:
    import desktop_chat.services.sqlite.sqlite_search  # noqa: F401, PLC0415
    from desktop_chat.markdown.parser import parser  # noqa: PLC0415

    parser()


async def check_certificates(file: Path) -> str:
    """Implement `Context.check_certificates`."""
    from desktop_chat.services.certificates import check_certificates  # noqa: PLC0415

    return await check_certificates(file)


def find_installation() -> Installation:
    """Return how this copy of the application was installed."""
    from desktop_chat.services.find_installation import find_installation  # noqa: PLC0415

    return find_installation()
