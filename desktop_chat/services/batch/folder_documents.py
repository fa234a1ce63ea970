"""Reads the documents and images of a folder for batches, like attachments, each when its row is asked.

Until then only the digest of a document's bytes is known, so that a folder is looked through quickly, and rows that
have answers are known again without reading their documents.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_chat.core.attachment_errors import AttachmentError, FileTooLarge
from desktop_chat.core.attachment_reading import PreparedImage, ReadOptions
from desktop_chat.core.batch_errors import BatchProblem, BatchRefused
from desktop_chat.core.image_files.formats import attachable_format
from desktop_chat.core.prompt import PromptImage
from desktop_chat.core.prompt_size import MAX_IMAGE_TOKENS, tokens_in, tokens_of_image
from desktop_chat.services.attached_files import read_file

if TYPE_CHECKING:
    from desktop_chat.services.documents.document_process import DocumentProcess

UNREAD = "unread"
"""Stands for the digest of a file that could not be opened."""
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FolderDocument:
    """What was read of a document, its text and the images of pages without text, or an image. `tokens`: about how many
    these are."""

    text: str
    images: tuple[PromptImage, ...]
    tokens: int


class FolderDocuments:
    """Reads documents in a helper process, which takes one at a time and starts with the first. `prepare` makes of an
    image's bytes what is sent, or raises AttachmentError. Remembers how long all are, for estimates."""

    def __init__(self, prepare: Callable[[bytes], Awaitable[PreparedImage]]) -> None:
        self._prepare = prepare
        self._process: DocumentProcess | None = None
        self._tokens: dict[str, int] = {}

    async def read(self, path: Path, digest: str) -> FolderDocument:
        """Read the document or image whose bytes have a digest. Raises AttachmentError for one that cannot be read or
        is longer than what is read of documents, and BatchRefused if the file has changed."""
        content = await asyncio.to_thread(read_file, path)
        if digest != digest_of(content):
            raise BatchRefused(BatchProblem.INPUT_CHANGED, str(path))
        is_image = attachable_format(content)
        document = await (self._image(content) if is_image else self._document(path.name, content))
        self._tokens[digest] = document.tokens
        return document

    async def _image(self, content: bytes) -> FolderDocument:
        image = await self._prepare(content)
        tokens = tokens_of_image(image.width, image.height)
        return FolderDocument("", (PromptImage(image.media_type, image.content),), tokens)

    async def _document(self, name: str, content: bytes) -> FolderDocument:
        from desktop_chat.services.documents.document_process import DocumentProcess  # noqa: PLC0415  (when needed)
        from desktop_chat.services.documents.document_text import Asked  # noqa: PLC0415

        if self._process is None:
            self._process = DocumentProcess()
        found = await self._process.read(content, Asked.of(name, ReadOptions()), lambda _: None)
        if found.letters_left_out or found.pages_left_out:
            raise FileTooLarge  # an answer about a part would look like one about the whole
        text, images = found.text.decode(), tuple(PromptImage("image/jpeg", page) for page in found.page_images)
        return FolderDocument(text, images, tokens_in([text]) + MAX_IMAGE_TOKENS * len(images))

    async def learn_tokens(self, path: Path, digest: str) -> None:
        """Read a document for an estimate; one that cannot be read has no tokens. Raises BatchRefused."""
        if digest not in self._tokens:
            try:
                await self.read(path, digest)
            except AttachmentError:
                self._tokens[digest] = 0

    def tokens(self, digest: str) -> int | None:
        """Return about how many tokens a document has; None until it was read."""
        return self._tokens.get(digest)

    def close(self) -> None:
        """End the helper process. Returns at once."""
        if self._process is not None:
            self._process.close()


def digest_of(content: bytes) -> str:
    """Return what tells the bytes of a document from any other."""
    return hashlib.sha256(content).hexdigest()


def digest_of_file(path: Path) -> str:
    """Return the digest of a file that is too large for memory. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
