"""Project rules that no existing tool checks; failures list the violations."""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from desktop_chat.core import errors
from desktop_chat.core.settings import Settings
from desktop_chat.ui.commands import COMMANDS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "desktop_chat"
LONGEST_FILE = 420

BLOCKING_CALLS = {"exec", "exec_", "processEvents"}
BLOCKING_STATICS = {
    "QMessageBox": {"about", "aboutQt", "critical", "information", "question", "warning"},
    "QInputDialog": {"getDouble", "getInt", "getItem", "getMultiLineText", "getText"},
    "QFileDialog": {"getExistingDirectory", "getOpenFileName", "getOpenFileNames", "getSaveFileName"},
    "QColorDialog": {"getColor"},
    "QFontDialog": {"getFont"},
}
MAY_BLOCK = {
    "ui/widgets/async_dialog.py",
    "ui/transcript/selection/drag_out.py",
    "ui/sidebar/drag_out.py",
    "app/loop.py",
}
MAY_PRINT = {"__main__.py", "app/arguments.py", "app/self_test.py"}

KEY_LITERAL = re.compile(r"\bKey_\w+|\bStandardKey\b|\bQKeySequence\(|[\"'](Ctrl|Alt|Shift|Meta)\+")
MAY_NAME_KEYS = {
    "ui/commands.py",
    "ui/shortcut_text.py",  # writes keys for people
    "ui/widgets/ime_inputs.py",  # leaves keys to the input method, whatever they mean otherwise
    "app/self_test.py",  # presses Enter as a person does
}

OF_ONE_MACHINE = [
    re.compile(r"https?://[^\s\"']*(pypi|pythonhosted|/simple\b)"),
    re.compile(r"--(extra-)?index-url|--find-links|\[\[tool\.uv\.index"),
    re.compile(r"(?<![\w$}])/(root|workspace|work|Users)/\w"),
    re.compile(r"(?<![\w$}])/home/\w"),
    re.compile(r"(?<![\w$}])/opt/(wheels|pypi)"),
]

REPEATED_GROUP = re.compile(r"(?<!\\)(?:\\\\)*\)(?:[*+?]|\{\d*,?\d*\})\+")
"""The end of a group followed by a possessive quantifier."""


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def product() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_in_package(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))


def tracked_files() -> list[Path]:
    """Return the files tracked by git or, without git, those in the project's folders."""
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]
    folders = (ROOT / name for name in ("desktop_chat", "resources", "scripts", "tests"))
    return [path for folder in folders for path in folder.rglob("*.*") if path.is_file() and path.suffix != ".pyc"]


def blocks(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    owner = call.func.value.id if isinstance(call.func.value, ast.Name) else ""
    return call.func.attr in BLOCKING_CALLS or call.func.attr in BLOCKING_STATICS.get(owner, ())


def patterns(path: Path) -> Iterator[ast.Constant]:
    """Return the literals of regular expressions."""
    for call in calls(path):
        if ast.unparse(call.func).startswith("re."):
            literals = (node for node in ast.walk(call) if isinstance(node, ast.Constant))
            yield from (literal for literal in literals if isinstance(literal.value, str))


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path, modules: set[str]) -> set[str]:
    """The modules of this program that a file imports: at its top, in functions, and for type checking."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (names & modules) or {node.module}
    return (found & modules) - {module_name(path)}


def test_no_import_leads_back_to_its_file() -> None:
    """Not for type checking either: what names each other is one thing, or one of the two asks for too much."""
    modules = {module_name(path): path for path in product()}
    try:
        TopologicalSorter({name: imports(path, set(modules)) for name, path in modules.items()}).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_group_is_repeated_possessively() -> None:
    """Python before 3.11.5 misreads `(?:...)*+` if the group backtracks; an atomic group is equivalent."""
    offenders = [
        f"{name_in_package(path)}:{literal.lineno}"
        for path in product()
        for literal in patterns(path)
        if REPEATED_GROUP.search(literal.value)
    ]
    assert not offenders, offenders


def test_only_asking_waits_for_a_dialog() -> None:
    offenders = [
        f"{name_in_package(path)}:{call.lineno}"
        for path in product()
        if name_in_package(path) not in MAY_BLOCK
        for call in calls(path)
        if blocks(call)
    ]
    assert offenders == []


def test_only_the_command_line_prints() -> None:
    offenders = [
        f"{name_in_package(path)}:{call.lineno}"
        for path in product()
        if name_in_package(path) not in MAY_PRINT
        for call in calls(path)
        if isinstance(call.func, ast.Name) and call.func.id == "print"
    ]
    assert offenders == []


def test_every_file_starts_with_its_purpose() -> None:
    python_files = [path for path in tracked_files() if path.suffix == ".py"]
    silent = [str(path.relative_to(ROOT)) for path in python_files if not ast.get_docstring(tree_of(path))]
    assert silent == []


def test_every_bare_string_documents_what_is_above_it() -> None:
    """A string that neither follows an assignment nor opens a body documents nothing: a rename or a move lost it."""
    python_files = [path for path in tracked_files() if path.suffix == ".py"]
    lost = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in python_files
        for node in ast.walk(tree_of(path))
        for line in strings_that_document_nothing(getattr(node, "body", []))
    ]
    assert lost == []


def strings_that_document_nothing(body: object) -> Iterator[int]:
    """Return the lines of bare strings in a body that do not follow an assignment."""
    statements = body if isinstance(body, list) else []
    for before, after in pairwise(statements):
        is_bare = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and after.value.value is not ...
        if is_bare and not isinstance(before, ast.Assign | ast.AnnAssign):
            yield after.lineno


def test_files_stay_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in [*product(), *(ROOT / "scripts").glob("*.py"), *(ROOT / "packaging").rglob("*.py")]
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_nothing_names_a_package_index_or_a_path_of_one_machine() -> None:
    offenders = []
    for path in tracked_files():
        if path == Path(__file__) or path.suffix in {".png", ".qm", ".ico", ".icns"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if any(pattern.search(line) for pattern in OF_ONE_MACHINE):
                offenders.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert offenders == []


def test_every_setting_is_used() -> None:
    """A setting that neither the window nor the program nor the core reads is a broken promise."""
    rules = [path for path in (PACKAGE / "core").glob("*.py") if path.name != "settings.py"]
    readers = [*(PACKAGE / "ui").rglob("*.py"), *(PACKAGE / "app").rglob("*.py"), *rules]
    read = {node.attr for path in readers for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}
    assert {field.name for field in fields(Settings)} - read == set()


def test_only_the_table_of_commands_names_keys() -> None:
    offenders = [
        f"{name_in_package(path)}:{number}: {line.strip()[:80]}"
        for path in product()
        if name_in_package(path) not in MAY_NAME_KEYS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if KEY_LITERAL.search(line)
    ]
    assert offenders == []


def test_every_command_is_carried_out() -> None:
    """A command that no other file names does nothing; a name that is no command is asked for in vain."""
    others = [path for path in (PACKAGE / "ui").rglob("*.py") if path != PACKAGE / "ui/commands.py"]
    named = {node.value for path in others for node in ast.walk(tree_of(path)) if isinstance(node, ast.Constant)}
    numbered = {f"tab_{number}" for number in range(1, 9)}
    assert {command.id for command in COMMANDS} - numbered - named == set()


def all_errors() -> set[type[errors.ChatError]]:
    """Return the errors that all layers raise, those of `core`. A command's own ones carry their sentence; which of
    them are loaded depends on the tests before."""
    for file in (PACKAGE / "core").glob("*.py"):
        importlib.import_module(f"desktop_chat.core.{file.stem}")
    return kinds_of_error(errors.ChatError)


def kinds_of_error(kind: type[errors.ChatError]) -> set[type[errors.ChatError]]:
    """Return the leaves below a kind of error."""
    below = [kind for kind in kind.__subclasses__() if kind.__module__.startswith("desktop_chat.core.")]
    return set().union(*map(kinds_of_error, below)) if below else {kind}


def test_every_error_has_a_unique_code() -> None:
    codes = [kind.code for kind in all_errors()]
    assert sorted(codes) == sorted(set(codes))


def test_every_error_has_texts_in_both_languages() -> None:
    names = ("error", "attachment", "import", "endpoint", "export")
    files = [PACKAGE / f"ui/text/{name}_text.py" for name in names]
    literals = {node.value for file in files for node in ast.walk(tree_of(file)) if isinstance(node, ast.Constant)}
    codes = {kind.code for kind in all_errors()} | {errors.INTERNAL}
    assert codes - literals == set()
    for sentences in map(words_in, files):
        assert sentences, "the sentences pass through tr(), as literals"
        assert sentences - translated_to_chinese() == set()


def test_every_command_has_its_words_in_both_languages() -> None:
    words = words_in(PACKAGE / "ui/commands.py")
    assert {command.words() for command in COMMANDS} <= words
    assert words - translated_to_chinese() == set()


def words_in(path: Path) -> set[str]:
    """The literals that pass through tr()."""
    return {
        argument.value
        for call in calls(path)
        if isinstance(call.func, ast.Name) and call.func.id == "tr"
        for argument in call.args[:1]
        if isinstance(argument, ast.Constant)
    }


def translated_to_chinese() -> set[str]:
    (file,) = (ROOT / "resources/i18n").glob("*zh_CN.ts")
    done = set()
    for message in ET.parse(file).iter("message"):
        translation = message.find("translation")
        forms = [] if translation is None else [translation.text, *(form.text for form in translation)]
        if translation is not None and translation.get("type") is None and any(form and form.strip() for form in forms):
            done.add(message.findtext("source"))
    return done


def test_every_layer_has_a_coverage_floor() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    floors = settings["tool"]["desktop-chat"]["coverage"]
    assert set(floors) == {"core", "services", "markdown", "ui"}
    assert all(80 <= floor <= 100 for floor in floors.values())
