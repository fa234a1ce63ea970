"""The program without its windows: a key of the X server opens the quick window, and a tray's icon leads back."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from desk import MakeDesk
from jeepney import DBusAddress, MessageType, Properties, message_bus, new_method_call
from jeepney.io.asyncio import open_dbus_router

from desktop_chat.core.global_keys import GLOBAL_KEYS, ShortcutError
from desktop_chat.services.shortcuts.x11_grab import hold_grab

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(shutil.which("xdotool") is None, reason="needs xdotool")


async def run(*words: str) -> str:
    done = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True, check=False, timeout=30)
    return done.stdout.strip()


@asynccontextmanager
async def held(key: str, pressed: asyncio.Queue[None]) -> AsyncIterator[None]:
    holding = asyncio.create_task(hold_grab(key, lambda: pressed.put_nowait(None)))
    await asyncio.sleep(0.2)
    assert not holding.done()
    yield
    holding.cancel()
    await asyncio.wait({holding})


@pytest.mark.parametrize("key", GLOBAL_KEYS)
async def test_a_key_is_held_for_one_program_until_it_lets_go(key: str) -> None:
    pressed: asyncio.Queue[None] = asyncio.Queue()
    written = key.replace("_", "+")
    async with held(key, pressed):
        with pytest.raises(ShortcutError) as refused:
            await hold_grab(key, lambda: None)
        assert refused.value.refused.is_taken
        for locks in ((), ("Num_Lock",), ("Caps_Lock",)):
            await run("xdotool", *(word for lock in locks for word in ("key", lock)), "key", written)
            async with asyncio.timeout(5):
                await pressed.get()
            await run("xdotool", *(word for lock in locks for word in ("key", lock)))
    async with held(key, pressed):
        assert pressed.empty()


async def test_the_key_opens_the_quick_window_and_a_taken_one_is_reported(make_desk: MakeDesk, data_dir: Path) -> None:
    (data_dir / "settings.toml").write_text('language = "en"\nquick_key = "ctrl_alt_space"\n')
    desk = make_desk()
    await desk.open()
    await asyncio.sleep(0.3)
    await run("xdotool", "key", "ctrl+alt+space")
    await desk.until(desk.application.quick.window.isActiveWindow)
    desk.application.preferences.update(quick_key="off")
    async with held("ctrl_alt_q", asyncio.Queue()):
        desk.application.preferences.update(quick_key="ctrl_alt_q")
        await desk.until(lambda: desk.sees_text("Another program already uses the key"))


WATCHER = """
import asyncio, sys
from jeepney import HeaderFields, MessageType, message_bus, new_method_return
from jeepney.io.asyncio import open_dbus_connection

async def main():
    connection = await open_dbus_connection("SESSION")
    await connection.send(message_bus.RequestName("org.kde.StatusNotifierWatcher"))
    print("ready", flush=True)
    while True:
        message = await connection.receive()
        if message.header.message_type is not MessageType.method_call:
            continue
        match message.header.fields[HeaderFields.member]:
            case "Get":
                await connection.send(new_method_return(message, "v", (("b", True),)))
            case "RegisterStatusNotifierItem":
                await connection.send(new_method_return(message))
                print("item", message.header.fields[HeaderFields.sender], message.body[0], flush=True)
asyncio.run(main())
"""
"""What a desktop's panel does for its tray (https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/)."""


async def line_of(process: asyncio.subprocess.Process) -> list[str]:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        return (await process.stdout.readline()).decode().split()


async def visible_windows() -> set[str]:
    found = await run("xdotool", "search", "--onlyvisible", "--name", "^Desktop Chat$")
    return set(found.split())


async def managed_windows() -> str:
    """Return the windows that the window manager lists, minimised ones among them."""
    return await run("xprop", "-root", "_NET_CLIENT_LIST")


async def until_windows(count: int) -> str:
    async with asyncio.timeout(60):
        while len(found := await visible_windows()) != count:  # noqa: ASYNC110  (observes the screen)
            await asyncio.sleep(0.1)
    return next(iter(found), "")


@pytest.mark.parametrize("hidden", [(), ("--hidden",)], ids=["shown", "hidden"])
async def test_a_window_in_the_tray_comes_back_and_quit_quits(data_dir: Path, hidden: tuple[str, ...]) -> None:
    (data_dir / "settings.toml").write_text('language = "en"\ntray = "close"\n')
    watcher = await asyncio.create_subprocess_exec(sys.executable, "-c", WATCHER, stdout=asyncio.subprocess.PIPE)
    assert await line_of(watcher) == ["ready"]
    before, listed = await visible_windows(), await managed_windows()
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "desktop_chat", "--data-dir", str(data_dir), *hidden, cwd=ROOT
    )
    _, sender, _service = await line_of(watcher)
    async with open_dbus_router("SESSION") as router:
        item = DBusAddress("/StatusNotifierItem", bus_name=sender, interface="org.kde.StatusNotifierItem")
        tip = await router.send_and_get_reply(Properties(item).get("ToolTip"))
        assert tip.body[0][1][2] == "Desktop Chat"
        if hidden:
            assert await managed_windows() == listed
        else:
            window = await until_windows(len(before) + 1)
            await asyncio.sleep(1)
            await run("xdotool", "windowactivate", "--sync", window, "key", "alt+F4")
        await until_windows(len(before))
        assert program.returncode is None
        await router.send(new_method_call(item, "Activate", "ii", (0, 0)))
        await until_windows(len(before) + 1)
        menu = DBusAddress("/MenuBar", bus_name=sender, interface="com.canonical.dbusmenu")
        layout = await router.send_and_get_reply(new_method_call(menu, "GetLayout", "iias", (0, -1, [])))
        assert layout.header.message_type is MessageType.method_return
        entries = {entry[1][1].get("label", ("s", ""))[1]: entry[1][0] for entry in layout.body[1][2]}
        assert {"Show Desktop Chat", "New tab", "Quick question", "Quit"} <= set(entries)
        click = (entries["Quit"], "clicked", ("i", 0), 0)
        await router.send(new_method_call(menu, "Event", "isvu", click))
        async with asyncio.timeout(60):
            assert await program.wait() == 0
        await router.send(message_bus.ReleaseName("org.kde.StatusNotifierWatcher"))
    watcher.kill()
    await watcher.wait()
