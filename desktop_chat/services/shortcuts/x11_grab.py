"""Holds a key on X11 by a passive grab, on a connection of its own, so that its errors never reach Qt's."""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product

from desktop_chat.core.global_keys import ShortcutError

_MODIFIERS = {"shift": 1, "ctrl": 4, "alt": 8}
_LOCKS = (0, 2, 16, 2 | 16)
"""Caps Lock and Num Lock, in all combinations: to the server each is another key."""
_KEYSYMS = {"space": 0x20, "q": ord("q"), "a": ord("a")}
_KEY_PRESS, _KEEP_GOING = 2, 1


class _Screens(ctypes.Structure):
    """`xcb_screen_iterator_t`."""

    _fields_ = (("data", ctypes.POINTER(ctypes.c_uint32)), ("rem", ctypes.c_int), ("index", ctypes.c_int))


class _Cookie(ctypes.Structure):
    """`xcb_void_cookie_t`."""

    _fields_ = (("sequence", ctypes.c_uint),)


async def hold_grab(key: str, pressed: Callable[[], None]) -> None:
    """Do what `hold_key` promises. Raises ShortcutError."""
    try:
        xcb, keysyms = _libraries()
    except OSError as error:
        raise ShortcutError(str(error)) from error
    with _connected(xcb) as connection:
        _grab(xcb, keysyms, connection, key)
        gone = asyncio.get_running_loop().create_future()
        with _read(xcb, connection, pressed, gone):
            await gone
    raise ShortcutError("lost the X server")


def _libraries() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    xcb, keysyms = ctypes.CDLL("libxcb.so.1"), ctypes.CDLL("libxcb-keysyms.so.1")  # both are Qt's own needs
    pointer, code = ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint8)
    xcb.xcb_connect.restype = xcb.xcb_get_setup.restype = pointer
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, pointer)
    xcb.xcb_setup_roots_iterator.restype, xcb.xcb_setup_roots_iterator.argtypes = _Screens, (pointer,)
    xcb.xcb_grab_key_checked.restype = _Cookie
    xcb.xcb_grab_key_checked.argtypes = (
        pointer,
        ctypes.c_uint8,
        ctypes.c_uint32,
        ctypes.c_uint16,
        *[ctypes.c_uint8] * 3,
    )
    xcb.xcb_request_check.restype, xcb.xcb_request_check.argtypes = pointer, (pointer, _Cookie)
    xcb.xcb_poll_for_event.restype = pointer
    for name in ("get_setup", "connection_has_error", "get_file_descriptor", "poll_for_event", "disconnect"):
        getattr(xcb, f"xcb_{name}").argtypes = (pointer,)
    keysyms.xcb_key_symbols_alloc.restype, keysyms.xcb_key_symbols_alloc.argtypes = pointer, (pointer,)
    keysyms.xcb_key_symbols_get_keycode.restype = code
    keysyms.xcb_key_symbols_get_keycode.argtypes = (pointer, ctypes.c_uint32)
    keysyms.xcb_key_symbols_free.argtypes = (pointer,)
    return xcb, keysyms


@contextmanager
def _connected(xcb: ctypes.CDLL) -> Iterator[int]:
    connection = xcb.xcb_connect(None, None)
    try:
        if xcb.xcb_connection_has_error(connection):
            raise ShortcutError("cannot reach the X server")
        yield connection
    finally:
        xcb.xcb_disconnect(connection)


def _grab(xcb: ctypes.CDLL, keysyms: ctypes.CDLL, connection: int, key: str) -> None:
    *names, last = key.split("_")
    modifiers = sum(_MODIFIERS[name] for name in names)
    root = xcb.xcb_setup_roots_iterator(xcb.xcb_get_setup(connection)).data[0]
    codes = _codes(keysyms, connection, _KEYSYMS[last])
    if not codes:
        raise ShortcutError("the keyboard has no such key")
    for code, lock in product(codes, _LOCKS):
        cookie = xcb.xcb_grab_key_checked(connection, 0, root, modifiers | lock, code, _KEEP_GOING, _KEEP_GOING)
        if error := xcb.xcb_request_check(connection, cookie):
            _free(error)
            raise ShortcutError("another program holds the key", is_taken=True)


def _codes(keysyms: ctypes.CDLL, connection: int, keysym: int) -> list[int]:
    symbols = keysyms.xcb_key_symbols_alloc(connection)
    found = keysyms.xcb_key_symbols_get_keycode(symbols, keysym)
    codes: list[int] = []
    while found and found[len(codes)]:  # a zero ends the list
        codes.append(found[len(codes)])
    if found:
        _free(ctypes.cast(found, ctypes.c_void_p).value)
    keysyms.xcb_key_symbols_free(symbols)
    return codes


@contextmanager
def _read(xcb: ctypes.CDLL, connection: int, pressed: Callable[[], None], gone: asyncio.Future[None]) -> Iterator[None]:
    """Call `pressed` for each press; `gone` is done when the server is lost."""

    def read() -> None:
        while event := xcb.xcb_poll_for_event(connection):
            kind = ctypes.cast(event, ctypes.POINTER(ctypes.c_uint8))[0]
            _free(event)
            if kind & 0x7F == _KEY_PRESS:
                pressed()
        if xcb.xcb_connection_has_error(connection) and not gone.done():
            gone.set_result(None)

    loop, descriptor = asyncio.get_running_loop(), xcb.xcb_get_file_descriptor(connection)
    loop.add_reader(descriptor, read)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)


def _free(address: int | None) -> None:
    libc = ctypes.CDLL(None)
    libc.free.argtypes = (ctypes.c_void_p,)
    libc.free(address)
