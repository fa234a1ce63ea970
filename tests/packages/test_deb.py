"""The .deb as people meet it: installed by apt-get, started by a double-click, updated, and removed without a trace."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

from hostile_server import HostileServer
from package_system import PACKAGE, apt, built, call, files_of_the_system, purge
from person import Person

from desktop_chat import APP_ID, __version__
from desktop_chat.core.hosts import host_of

KEY = "sk-kept-in-the-keyring-0123456789"


def open_demo(person: Person) -> None:
    """Double-click the menu entry, and choose the demo."""
    person.double_click(APP_ID)
    person.window()
    person.until_seen("Try the demo")
    person.press("Start demo")
    person.until_seen("Message")


def ask_and_stop(person: Person, prompt: str) -> str:
    """Type a prompt, watch the reply stream, stop it, and return what was kept."""
    person.fill("Message", prompt)
    person.until_seen(prompt)
    person.key("Return")
    person.until_seen("Part 1")
    person.key("Escape")
    person.until_seen("Stopped")
    person.until(lambda: any(status == "cancelled" for _, status, _ in person.messages()), "the stored reply")
    return next(text for role, status, text in person.messages() if status == "cancelled")


def test_an_update_keeps_the_conversations(bare_system: set[str], older_deb: Path, deb: Path, person: Person) -> None:
    apt("install", older_deb)
    assert "0.0.1" in call("dpkg-query", "-W", PACKAGE)
    open_demo(person)
    kept = ask_and_stop(person, "Write something long")
    assert len(kept) > 20
    person.screenshot("demo-stopped")
    person.leave()

    apt("install", deb)
    assert __version__ in call("dpkg-query", "-W", PACKAGE)
    person.double_click(APP_ID)
    person.window()
    person.until_seen("Part 1")
    assert [(role, status) for role, status, _ in person.messages()] == [
        ("user", "complete"),
        ("assistant", "cancelled"),
    ]


def test_what_desktops_read_of_it_is_right(installed: None, person: Person) -> None:
    listed = call("dpkg", "-L", PACKAGE).split("\n")
    assert {path.split("/")[1] for path in listed if path.count("/") > 1} == {"usr"}
    entry = f"/usr/share/applications/{APP_ID}.desktop"
    call("desktop-file-validate", entry)
    assert "Validation was successful" in call(
        "appstreamcli", "validate", "--no-net", f"/usr/share/metainfo/{APP_ID}.metainfo.xml"
    )
    assert (
        person.run("xdg-mime", "query", "default", "x-scheme-handler/desktop-chat").stdout.strip()
        == f"{APP_ID}.desktop"
    )
    for place in ("scalable", "16x16", "48x48", "256x256"):
        (icon,) = [path for path in listed if f"/icons/hicolor/{place}/apps/{APP_ID}." in path]
        assert Path(icon).stat().st_size > 0
    assert person.run("desktop-chat", "--version").stdout == f"desktop-chat {__version__}\n"


def test_a_second_start_hands_over_to_the_first_window(installed: None, person: Person) -> None:
    open_demo(person)
    (pid,) = person.pids()
    assert person.run("desktop-chat", "a question from elsewhere").returncode == 0
    person.until_seen("a question from elsewhere")
    person.double_click(APP_ID)
    person.until(lambda: person.pids() == [pid], "the end of the second start")


def test_a_window_that_is_open_during_an_update_goes_on(installed: None, person: Person) -> None:
    """What it has not loaded yet is read from the program that was started, not from the one in its place."""
    open_demo(person)
    program = Path("/usr/lib/desktop-chat/desktop-chat")
    kept = program.rename(program.with_suffix(".kept"))
    program.write_bytes(b"another version")
    try:
        person.key("ctrl+comma")
        person.until_seen("Match system")
        person.key("Escape")
        ask_and_stop(person, "Write something long")
        person.leave()
    finally:
        kept.replace(program)


def test_a_window_at_rest_takes_little_memory(installed: None, person: Person) -> None:
    """118 MB after a minute where this was written; how much of the fonts is shared differs between machines."""
    del person._environment["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"]
    person.start("desktop-chat", "--demo")
    person.window()
    (pid,) = person.pids()
    time.sleep(45)
    pss = pss_mb(pid)
    print(f"PSS with one tab: {pss:.0f} MB")
    assert pss < 125


def pss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


async def test_a_key_goes_into_the_real_keyring(installed: None, person: Person, server: HostileServer) -> None:
    import asyncio  # noqa: PLC0415

    import secretstorage  # noqa: PLC0415  (Linux alone has it)

    await asyncio.to_thread(give_key, person, server.base_url)
    with closing(secretstorage.dbus_init()) as bus:
        items = list(secretstorage.search_items(bus, {"service": APP_ID}))
        assert [item.get_secret().decode() for item in items] == [f"{host_of(server.base_url)} {KEY}"]
        for item in items:
            item.delete()
    settings = person.home / ".config/desktop-chat/settings.toml"
    assert server.base_url in settings.read_text()
    written = [path for path in person.home.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert written == []


def give_key(person: Person, address: str) -> None:
    """Give a key in the window."""
    person.double_click(APP_ID)
    person.window()
    person.until_seen("Enter API key...")
    person.press("Enter API key...")
    person.until_seen("API key")
    person.fill("Address", address)
    person.fill("API key", KEY)
    person.press("Save")
    settings = person.home / ".config/desktop-chat/settings.toml"
    person.until(lambda: settings.exists() and address in settings.read_text(), "the saved connection")


def test_an_older_version_meets_a_newer_database_with_a_sentence(installed: None, person: Person) -> None:
    open_demo(person)
    ask_and_stop(person, "Write something long")
    person.leave()
    file = person.home / ".local/share/desktop-chat/history.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA user_version = 999")
    before = file.read_bytes()
    person.double_click(APP_ID)
    person.window()
    person.until_seen("saved by a newer version of Desktop Chat")
    person.leave()
    assert file.read_bytes() == before


def test_two_users_do_not_meet(installed: None, public_place: Path) -> None:
    two = [Person(public_place / str(uid), uid) for uid in (12_345, 12_346)]
    for person in two:
        person.start("desktop-chat", "--demo")
    windows = [person.window() for person in two]
    assert len(set(windows)) == 2
    for person in two:
        assert (person.home / ".local/share/desktop-chat").stat().st_mode & 0o777 == 0o700
        assert person.run("desktop-chat", "mine").returncode == 0
        assert len(person.pids()) == 1
        person.leave()


def test_purging_leaves_nothing_but_the_persons_own_data(bare_system: set[str], deb: Path, person: Person) -> None:
    apt("install", deb)
    person.start("desktop-chat", "--demo")
    data = person.home / ".local/share/desktop-chat/history.db"
    person.until(data.exists, "the person's data")
    person.leave()
    purge()
    assert sorted(path for path in files_of_the_system() - bare_system if "desktop" in path.lower()) == []
    assert data.exists()


def test_the_sizes_are_within_reach(deb: Path) -> None:
    sizes = {file.name: file.stat().st_size / 1e6 for file in (deb, built("*.rpm"), built("*.tar.zst"))}
    print({name: f"{size:.1f} MB" for name, size in sizes.items()})
    assert max(sizes.values()) < 60
    installed = int(call("dpkg-deb", "-f", deb, "Installed-Size")) * 1024 / 1e6
    print(f"installed: {installed:.0f} MB")
    assert installed < 200


def test_about_knows_the_package(installed: None) -> None:
    note = json.loads(Path("/usr/lib/desktop-chat/_internal/desktop_chat/build.json").read_text())
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    assert note["kind"] == "deb"
    assert not head or note["commit"].rstrip("+") == head
