"""Opens batches for the window, with the API and the prices of their connections."""

from __future__ import annotations

from desktop_chat.core.batch_job import BatchJob
from desktop_chat.core.connections import Connections
from desktop_chat.core.errors import NoConnection
from desktop_chat.core.hosts import host_of
from desktop_chat.core.prices import PriceEntry
from desktop_chat.services.batch.folder_documents import FolderDocuments
from desktop_chat.services.batch.open_batch import OpenBatch
from desktop_chat.ui.text.price_list import price_table


async def open_batch(
    connections: Connections,
    documents: FolderDocuments,
    job: BatchJob,
    runs: bool,
    *,
    own_prices: tuple[PriceEntry, ...] = (),
) -> OpenBatch:
    """See `core.batch_port.OpenBatchFunction`. The user's own prices come before the shipped ones."""
    connection = connections.get(job.connection_id)
    if connection is None:
        raise NoConnection
    prices, host = price_table(own_prices), host_of(connection.base_url)
    return await OpenBatch.opened(
        job,
        connection.api,
        default_model=connection.default_model,
        price_of=lambda model: prices.price_of(host, model),
        documents=documents,
        keeps_output=runs,
    )
