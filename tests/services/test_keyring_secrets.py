"""Keys in a keyring that works, is locked, refuses, hangs or is missing; the bad ones are real D-Bus services."""

from __future__ import annotations

import asyncio
import gc
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import secretstorage
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection

from desktop_chat import APP_ID
from desktop_chat.core.key_errors import (
    KeyForOtherHost,
    KeyInvalid,
    KeyringLocked,
    KeyringRejected,
    KeyringTimedOut,
    KeyringUnavailable,
    KeyWithoutHost,
    SecretError,
)
from desktop_chat.core.ports import KeyLocation, Secrets, SecretState, SecretStatus
from desktop_chat.services.secrets.key_stamp import KeyStamp
from desktop_chat.services.secrets.keyring_backends import find_backend
from desktop_chat.services.secrets.keyring_secrets import KeyringSecrets
from desktop_chat.services.secrets.keys import KnownKeys

KEY = "sk-0123456789abcdefgh"
HOST = "https://api.example.org:443"
FOREVER = 3600.0
NOW = 0.0


class Drawer:
    """A keyring in memory that can be made to misbehave."""

    name = "Drawer"

    def __init__(self) -> None:
        self.keys: dict[tuple[str, str], str] = {}
        self.locked = False
        self.forgetful = False
        self.stubborn = False
        self.gate = threading.Event()
        self.gate.set()
        self.threads: set[str] = set()

    def is_locked(self) -> bool:
        return self.locked

    def holds(self, service: str, user: str) -> bool:
        return (service, user) in self.keys

    def get(self, service: str, user: str) -> str | None:
        self.threads.add(threading.current_thread().name)
        self.gate.wait()
        return self.keys.get((service, user))

    def put(self, service: str, user: str, key: str) -> None:
        if not self.forgetful:
            self.keys[service, user] = key

    def remove(self, service: str, user: str) -> None:
        if not self.stubborn:
            del self.keys[service, user]


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    drawer = Drawer()
    yield drawer
    drawer.gate.set()


@pytest.fixture
def known() -> KnownKeys:
    return KnownKeys()


@pytest.fixture
def secrets(drawer: Drawer, known: KnownKeys) -> KeyringSecrets:
    return KeyringSecrets(known, find=lambda: drawer, waiting_after_s=FOREVER, give_up_after_s=FOREVER)


def heard_by(secrets: KeyringSecrets) -> list[SecretStatus]:
    heard: list[SecretStatus] = []
    secrets.listen(heard.append)
    return heard


async def test_a_key_is_stored_returned_and_removed(secrets: KeyringSecrets, drawer: Drawer, known: KnownKeys) -> None:
    fulfilled: Secrets = secrets
    assert await fulfilled.get("c1", HOST) is None
    assert await fulfilled.place_of("c1") is KeyLocation.NOWHERE
    await fulfilled.put("c1", f"Bearer {KEY}\n", HOST)
    assert drawer.keys == {(APP_ID, "c1"): f"{HOST} {KEY}"}
    assert await fulfilled.get("c1", HOST) == KEY
    assert await fulfilled.place_of("c1") is KeyLocation.KEYRING
    assert known.all() == (KEY,)
    await fulfilled.remove("c1")
    await fulfilled.remove("c1")
    assert drawer.keys == {}
    assert known.all() == ()


async def test_each_change_of_a_key_is_told_to_other_processes(
    tmp_path: Path, drawer: Drawer, known: KnownKeys
) -> None:
    mine, others = KeyStamp(tmp_path / "stamp"), KeyStamp(tmp_path / "stamp")
    secrets = KeyringSecrets(known, find=lambda: drawer, note_change=mine.note_change)
    seen = [others.read()]

    def has_changed() -> bool:
        seen.append(others.read())
        return seen[-1] != seen[-2]

    await secrets.put("c1", KEY, HOST)
    assert has_changed()
    await secrets.get("c1", HOST)
    assert not has_changed()
    await secrets.put("c1", "another-key", HOST)
    assert has_changed(), "within the same moment, too"
    drawer.stubborn = True
    with pytest.raises(KeyringRejected):
        await secrets.remove("c1")
    assert has_changed(), "a keyring that reports a failure may have changed"
    drawer.stubborn = False
    await secrets.remove("c1")
    assert has_changed()
    nowhere = KeyStamp(tmp_path / "missing" / "stamp")
    nowhere.note_change()
    assert nowhere.read() == 0


async def test_the_keyring_is_never_used_on_the_windows_thread(secrets: KeyringSecrets, drawer: Drawer) -> None:
    await secrets.get("c1", HOST)
    assert drawer.threads == {"keyring"}


async def test_a_session_key_takes_precedence_until_one_is_stored(
    secrets: KeyringSecrets, drawer: Drawer, known: KnownKeys
) -> None:
    secrets.keep_in_memory("c1", f" {KEY} ", HOST)
    assert await secrets.get("c1", HOST) == KEY
    assert await secrets.place_of("c1") is KeyLocation.SESSION
    assert drawer.keys == {}
    assert known.all() == (KEY,)
    await secrets.put("c1", KEY, HOST)
    assert await secrets.place_of("c1") is KeyLocation.KEYRING
    secrets.keep_in_memory("c1", "another-key", HOST)
    await secrets.remove("c1")
    assert await secrets.get("c1", HOST) is None


async def test_listeners_are_notified_when_a_key_becomes_or_ceases_to_be_for_the_session(
    secrets: KeyringSecrets,
) -> None:
    await secrets.refresh()
    heard: list[tuple[SecretState, bool]] = []
    secrets.listen(lambda status: heard.append((status.state, secrets.is_in_memory("c1"))))
    secrets.keep_in_memory("c1", KEY, HOST)
    await secrets.put("c1", KEY, HOST)
    secrets.keep_in_memory("c1", KEY, HOST)
    await secrets.remove("c1")
    assert heard == [(SecretState.READY, is_in_memory) for is_in_memory in (True, False, True, False)]


async def test_a_key_that_two_connections_share_stays_known(secrets: KeyringSecrets, known: KnownKeys) -> None:
    await secrets.put("c1", KEY, HOST)
    await secrets.put("c2", KEY, HOST)
    await secrets.remove("c1")
    assert known.all() == (KEY,)


async def test_an_invalid_key_is_rejected_before_the_keyring_sees_it(secrets: KeyringSecrets, drawer: Drawer) -> None:
    with pytest.raises(KeyInvalid):
        await secrets.put("c1", "密钥", HOST)
    with pytest.raises(KeyInvalid):
        secrets.keep_in_memory("c1", "", HOST)
    assert drawer.keys == {}


async def test_a_key_is_only_for_the_host_it_was_stored_for(secrets: KeyringSecrets, known: KnownKeys) -> None:
    await secrets.put("c1", KEY, HOST)
    assert await secrets.host_of_key("c1") == HOST
    for other in ("http://api.example.org:80", "https://api.example.org:8443", "https://evil.example:443", ""):
        with pytest.raises(KeyForOtherHost) as caught:
            await secrets.get("c1", other)
        assert caught.value.detail == HOST
    assert known.all() == (KEY,), "the key alone, for it is what would be repeated"
    with pytest.raises(KeyForOtherHost):
        await secrets.reassign("c1", "https://new.example:443", before="https://what.was.told:443")
    await secrets.reassign("c1", "https://new.example:443", before=HOST)
    assert await secrets.get("c1", "https://new.example:443") == KEY
    with pytest.raises(KeyForOtherHost):
        await secrets.get("c1", HOST)


async def test_a_session_key_is_for_one_host_too(secrets: KeyringSecrets, drawer: Drawer) -> None:
    secrets.keep_in_memory("c1", KEY, HOST)
    with pytest.raises(KeyForOtherHost):
        await secrets.get("c1", "https://evil.example:443")
    await secrets.reassign("c1", "https://new.example:443", before=HOST)
    assert await secrets.get("c1", "https://new.example:443") == KEY
    assert drawer.keys == {}


async def test_a_key_from_an_earlier_version_waits_for_the_users_decision(
    secrets: KeyringSecrets, drawer: Drawer, known: KnownKeys
) -> None:
    drawer.keys[APP_ID, "c1"] = KEY
    with pytest.raises(KeyWithoutHost):
        await secrets.get("c1", HOST)
    assert await secrets.host_of_key("c1") == ""
    assert await secrets.get("c1", "") == KEY
    await secrets.reassign("c1", HOST, before="")
    await secrets.reassign("c1", HOST, before="")
    assert await secrets.get("c1", HOST) == KEY
    with pytest.raises(KeyForOtherHost):
        await secrets.reassign("c1", "https://evil.example:443", before="")
    await secrets.reassign("nobody", HOST, before="")
    assert await secrets.host_of_key("nobody") is None


async def test_the_certificates_fingerprint_is_separate_from_the_keys(secrets: KeyringSecrets) -> None:
    assert await secrets.certificates() is None
    await secrets.keep_certificates("ab12")
    assert await secrets.certificates() == "ab12"
    assert await secrets.get("ca_file", HOST) is None
    await secrets.put("ca_file", KEY, HOST)
    assert await secrets.certificates() == "ab12"


async def test_a_keyring_that_forgets_is_detected(secrets: KeyringSecrets, drawer: Drawer) -> None:
    drawer.forgetful = True
    with pytest.raises(KeyringRejected):
        await secrets.put("c1", KEY, HOST)
    drawer.forgetful, drawer.stubborn = False, True
    await secrets.put("c1", KEY, HOST)
    with pytest.raises(KeyringRejected):
        await secrets.remove("c1")


async def test_the_status_follows_the_keyring(secrets: KeyringSecrets, drawer: Drawer) -> None:
    heard = heard_by(secrets)
    assert await secrets.refresh() == SecretStatus(SecretState.READY, "Drawer")
    drawer.locked = True
    assert (await secrets.refresh()).state is SecretState.LOCKED
    drawer.locked = False
    await secrets.get("c1", HOST)
    assert [status.state for status in heard] == [SecretState.READY, SecretState.LOCKED, SecretState.READY]


async def test_waiting_for_a_slow_keyring_is_shown(drawer: Drawer, known: KnownKeys) -> None:
    secrets = KeyringSecrets(known, find=lambda: drawer, waiting_after_s=NOW, give_up_after_s=FOREVER)
    waiting = asyncio.Event()
    secrets.listen(lambda status: waiting.set() if status.state is SecretState.WAITING else None)
    drawer.gate.clear()
    asking = asyncio.create_task(secrets.get("c1", HOST))
    await waiting.wait()
    drawer.gate.set()
    assert await asking is None
    assert secrets.status == SecretStatus(SecretState.READY, "Drawer")


async def test_waiting_can_be_cancelled_and_the_next_call_works(secrets: KeyringSecrets, drawer: Drawer) -> None:
    drawer.gate.clear()
    asking = [asyncio.create_task(secrets.get(name, HOST)) for name in ("c1", "c2")]
    await asyncio.sleep(0)
    secrets.cancel_waiting()
    for error in await asyncio.gather(*asking, return_exceptions=True):
        assert isinstance(error, KeyringTimedOut)
    assert secrets.status.state is SecretState.UNAVAILABLE
    drawer.gate.set()
    assert (await secrets.refresh()).state is SecretState.READY
    secrets.cancel_waiting()
    assert await secrets.get("c1", HOST) is None


async def test_a_cancelled_caller_does_not_affect_others(secrets: KeyringSecrets, drawer: Drawer) -> None:
    drawer.gate.clear()
    asking = asyncio.create_task(secrets.get("c1", HOST))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait({asking})
    drawer.gate.set()
    assert await secrets.get("c1", HOST) is None


async def test_a_keyring_can_come_back(known: KnownKeys, drawer: Drawer) -> None:
    there = SimpleNamespace(now=False)

    def find() -> Drawer:
        if not there.now:
            raise KeyringUnavailable("not yet")
        return drawer

    secrets = KeyringSecrets(known, find=find)
    assert (await secrets.refresh()).state is SecretState.UNAVAILABLE
    with pytest.raises(KeyringUnavailable):
        await secrets.get("c1", HOST)
    there.now = True
    assert await secrets.get("c1", HOST) is None
    assert secrets.status.state is SecretState.READY


def test_only_trusted_keyrings_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    with pytest.raises(KeyringUnavailable, match="DBUS_SESSION_BUS_ADDRESS"):
        find_backend("linux")
    with pytest.raises(KeyringUnavailable):
        find_backend("win32")
    with pytest.raises(KeyringUnavailable, match="plan9"):
        find_backend("plan9")


# --- a real bus with misbehaving services ----------------------------------------------------------------------------

# keyring closes its socket only on success
leaks_a_socket = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture
def service(bus: subprocess.Popen[str], request: pytest.FixtureRequest) -> Iterator[None]:
    script = Path(__file__).with_name("odd_secret_service.py")
    command = [sys.executable, str(script), request.param]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield
        process.kill()


async def test_without_a_secret_service_there_is_no_keyring(bus: subprocess.Popen[str], known: KnownKeys) -> None:
    secrets = KeyringSecrets(known)
    assert (await secrets.refresh()).state is SecretState.UNAVAILABLE
    with pytest.raises(KeyringUnavailable):
        await secrets.put("c1", KEY, HOST)
    secrets.keep_in_memory("c1", KEY, HOST)
    assert await secrets.get("c1", HOST) == KEY


@leaks_a_socket
@pytest.mark.parametrize("service", ["locked"], indirect=True)
async def test_a_locked_keyring_is_inspected_without_a_prompt(service: None, known: KnownKeys) -> None:
    secrets = KeyringSecrets(known)
    assert await secrets.refresh() == SecretStatus(SecretState.LOCKED, "Secret Service")
    assert await secrets.place_of("c1") is KeyLocation.KEYRING
    with pytest.raises(KeyringLocked):
        await secrets.get("c1", HOST)
    with pytest.raises(KeyringLocked):
        await secrets.put("c1", KEY, HOST)
    assert secrets.status.state is SecretState.LOCKED


@leaks_a_socket
@pytest.mark.parametrize("service", ["refusing"], indirect=True)
async def test_a_refusal_is_reported_without_the_key(service: None, known: KnownKeys) -> None:
    secrets = KeyringSecrets(known)
    await secrets.refresh()
    for call in (secrets.get("c1", HOST), secrets.put("c1", KEY, HOST), secrets.remove("c1"), secrets.place_of("c1")):
        with pytest.raises(SecretError) as caught:
            await call
        assert KEY not in caught.value.detail


@leaks_a_socket
@pytest.mark.parametrize("service", ["silent"], indirect=True)
async def test_an_unresponsive_keyring_times_out(service: None, known: KnownKeys) -> None:
    secrets = KeyringSecrets(known, waiting_after_s=NOW, give_up_after_s=0.5)
    heard = heard_by(secrets)
    for _ in range(2):
        with pytest.raises(KeyringTimedOut):
            await secrets.get("c1", HOST)
    assert {status.state for status in heard} == {SecretState.WAITING, SecretState.UNAVAILABLE}
    secrets.keep_in_memory("c1", KEY, HOST)
    assert await secrets.get("c1", HOST) == KEY


@pytest.mark.parametrize("service", ["silent"], indirect=True)
def test_the_process_exits_although_the_keyring_hangs(service: None) -> None:
    script = (
        "import asyncio\n"
        "from desktop_chat.services.secrets.keyring_secrets import KeyringSecrets\n"
        "from desktop_chat.services.secrets.keys import KnownKeys\n"
        "secrets = KeyringSecrets(KnownKeys(), give_up_after_s=0.2)\n"
        "print(asyncio.run(secrets.refresh()).state)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60)
    assert ended.stdout == "unavailable\n"


# --- the real thing ------------------------------------------------------------------------------------------------

needs_gnome_keyring = pytest.mark.skipif(shutil.which("gnome-keyring-daemon") is None, reason="needs gnome-keyring")


@pytest.fixture
def gnome_keyring(bus: subprocess.Popen[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An unlocked GNOME Keyring for this test, with nobody to answer prompts."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        (place := tmp_path / name.lower()).mkdir(mode=0o700)
        monkeypatch.setenv(name, str(place))
    command = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as daemon:
        assert daemon.stdin is not None
        daemon.stdin.write(b"for this test only")
        daemon.stdin.close()
        wait_for_owner("org.freedesktop.secrets")
        yield
        gc.collect()
        daemon.kill()


def wait_for_owner(name: str) -> None:
    with open_dbus_connection("SESSION") as connection:
        proxy = Proxy(message_bus, connection)
        for _ in range(1_000):
            if proxy.NameHasOwner(name)[0]:
                return
            time.sleep(0.02)
    pytest.fail(f"nobody owns {name}")


@needs_gnome_keyring
@leaks_a_socket
async def test_a_locked_gnome_keyring_is_not_asked_for_missing_keys(gnome_keyring: None, known: KnownKeys) -> None:
    secrets = KeyringSecrets(known)
    await secrets.put("c1", KEY, HOST)
    assert await KeyringSecrets(KnownKeys()).get("c1", HOST) == KEY
    with secretstorage.dbus_init() as connection:
        secretstorage.get_default_collection(connection).lock()
    assert await secrets.refresh() == SecretStatus(SecretState.LOCKED, "Secret Service: GNOME Keyring")
    assert await secrets.place_of("c1") is KeyLocation.KEYRING
    assert await secrets.get("c2", HOST) is None
    with pytest.raises(KeyringLocked):
        await secrets.get("c1", HOST)
    with pytest.raises(KeyringLocked):
        await secrets.remove("c1")


@pytest.mark.real_keyring
async def test_a_key_is_in_the_real_secret_service(known: KnownKeys) -> None:
    secrets = KeyringSecrets(known, service=f"{APP_ID}.test")
    assert await secrets.refresh() == SecretStatus(SecretState.READY, "Secret Service: GNOME Keyring")
    assert await secrets.get("c1", HOST) is None
    await secrets.put("c1", KEY, HOST)
    await secrets.put("c1", KEY + "2", HOST)
    assert await secrets.get("c1", HOST) == KEY + "2"
    assert await secrets.place_of("c1") is KeyLocation.KEYRING
    with secretstorage.dbus_init() as bus:
        items = list(secretstorage.search_items(bus, {"service": f"{APP_ID}.test", "username": "c1"}))
        assert [item.get_secret() for item in items] == [f"{HOST} {KEY}2".encode()]
    await secrets.remove("c1")
    assert await secrets.place_of("c1") is KeyLocation.NOWHERE
    assert await KeyringSecrets(KnownKeys(), service=f"{APP_ID}.test").get("c1", HOST) is None
