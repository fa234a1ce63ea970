"""A list model that shows search hits in place of its rows, which go on following their changes meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject

from desktop_chat.core.ports import SearchHit


class ListOrHits(QAbstractListModel):
    """Announces changes of the list only while it is shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[SearchHit] | None = None

    @property
    def searching(self) -> bool:
        """Whether the rows are search hits."""
        return self._hits is not None

    def _begin_insert(self, first: int, last: int) -> None:
        if self._hits is None:
            self.beginInsertRows(QModelIndex(), first, last)

    def _end_insert(self) -> None:
        if self._hits is None:
            self.endInsertRows()

    def _begin_remove(self, first: int, last: int) -> None:
        if self._hits is None:
            self.beginRemoveRows(QModelIndex(), first, last)

    def _end_remove(self) -> None:
        if self._hits is None:
            self.endRemoveRows()

    def _begin_reset(self) -> None:
        if self._hits is None:
            self.beginResetModel()

    def _end_reset(self) -> None:
        if self._hits is None:
            self.endResetModel()
