"""Loads the packages of the SDK's types only when one of their types is used.

`import openai` loads 390 modules that describe all requests and responses of OpenAI. This application builds its own
requests and reads its own streams, so it needs hardly any of them: without them the SDK loads in half the time and uses
9 MB less. The modules themselves are loaded as usual; only the packages, whose `__init__` would import all of them,
wait.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from threading import RLock
from types import ModuleType
from typing import Any

_TYPES = "openai.types"
_LOADING = RLock()


def load_types_lazily() -> None:
    """Have the packages wait; call it before the SDK is imported. May be called twice."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _LazyPackage(ModuleType):
    """A package whose `__init__` runs when a name is missing in it. Submodules can be imported before."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__all__":  # what Python's own import looks for
            raise AttributeError(name)
        with _LOADING:
            loader = self.__dict__.pop("_lazy", None)
            if loader is not None:
                loader.exec_module(self)
                self.__class__ = ModuleType  # type: ignore[assignment]  # it is like any other from now on
        try:
            return self.__dict__[name]
        except KeyError:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}") from None


class _Waiting(Loader):
    """Creates a package without running its `__init__`."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _LazyPackage(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["_lazy"] = self._loader


class _Finder(MetaPathFinder):
    """Finds what the others find, and has packages of types wait."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _TYPES and not fullname.startswith(f"{_TYPES}."):
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and spec.loader is not None and spec.submodule_search_locations is not None:
            spec.loader = _Waiting(spec.loader)
        return spec
