"""A crash leaves no copy of the memory, which contains keys, unless a developer asks for one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from desktop_chat.app.core_dumps import ALLOW

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="told by a POSIX exit status")

BEGINNING = (
    "import os, resource, subprocess, sys\n"
    "from desktop_chat.app import core_dumps\n"
    "hard = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
    "resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))\n"
)
CRASH = "import faulthandler; faulthandler.disable(); os.abort()\n"


def run(folder: Path, script: str, **world: str) -> int:
    """Run a script in its own process and return its exit status, as from `os.wait`."""
    child = os.fork()
    if child == 0:  # pragma: no cover  (in the child process)
        os.chdir(folder)
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **world}
        os.execve(sys.executable, [sys.executable, "-c", BEGINNING + script], environment)
    return os.waitpid(child, 0)[1]


@pytest.fixture
def dumping_folder(tmp_path: Path) -> Path:
    """A folder in which a crash on this system would leave a dump."""
    if not os.WCOREDUMP(run(tmp_path, CRASH)):
        pytest.skip("this system dumps nothing anyway")
    for file in tmp_path.iterdir():
        file.unlink()
    return tmp_path


def test_a_crash_leaves_no_dump(dumping_folder: Path) -> None:
    status = run(dumping_folder, "core_dumps.forbid_core_dumps()\n" + CRASH)
    assert os.WIFSIGNALED(status)
    assert not os.WCOREDUMP(status)
    assert list(dumping_folder.iterdir()) == []


def test_if_the_process_cannot_be_made_undumpable_the_limit_is_set(dumping_folder: Path) -> None:
    refuse = "core_dumps._is_made_undumpable = lambda: False\n"
    assert not os.WCOREDUMP(run(dumping_folder, refuse + "core_dumps.forbid_core_dumps()\n" + CRASH))


def test_a_developer_can_allow_dumps(dumping_folder: Path) -> None:
    assert os.WCOREDUMP(run(dumping_folder, "core_dumps.forbid_core_dumps()\n" + CRASH, **{ALLOW: "1"}))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have the inherited limit alone")
def test_child_processes_are_unaffected(dumping_folder: Path) -> None:
    start = f"child = subprocess.run([sys.executable, '-c', {'import os; ' + CRASH!r}])\n"
    told = "sys.exit(0 if child.returncode == -6 and any(n.startswith('core') for n in os.listdir('.')) else 1)\n"
    if run(dumping_folder, start + told):
        pytest.skip("this system puts dumps elsewhere")
    for file in dumping_folder.iterdir():
        file.unlink()
    assert run(dumping_folder, "core_dumps.forbid_core_dumps()\n" + start + told) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="read where Linux shows it")
def test_the_program_is_undumpable_before_it_reads_a_key(data_dir: Path) -> None:
    """PR_GET_DUMPABLE is 3."""
    script = (
        "import ctypes\n"
        "from desktop_chat.app import ask\n"
        "import desktop_chat.__main__ as program\n"
        "ask.ask = lambda _: ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)\n"
        "sys.exit(program._run(['ask', 'hi']))\n"
    )
    assert run(data_dir, script) == 0
