"""Shared fixtures of tests with a real browser: Debian's Chromium, and a server that keeps to the contract.

Chromium has no sandbox here (`--no-sandbox`): tests run as root, for whom Chromium refuses to start with one. It only
opens pages that these tests serve.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from contract_server import TOKEN, ContractServer
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

OpenPage = Callable[..., Awaitable[Page]]


@pytest.fixture
async def server() -> AsyncIterator[ContractServer]:
    """A server for the page; `server.url` is its address."""
    server = ContractServer()
    await server.start()
    yield server
    await server.aclose()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A Chromium of this test alone."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield chromium
        await chromium.close()


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A profile of its own, English and light; the test fails if a page throws, logs an error or breaks its own CSP."""
    async with _profile(browser, locale="en-GB", color_scheme="light", viewport={"width": 1100, "height": 760}) as one:
        yield one


@pytest.fixture
async def open_page(browser: Browser, server: ContractServer) -> AsyncIterator[OpenPage]:
    """Open the page in a profile with these properties."""
    async with AsyncExitStack() as stack:

        async def begin(**properties: object) -> Page:
            return await _open(await stack.enter_async_context(_profile(browser, **properties)), server)

        yield begin


@pytest.fixture
async def page(context: BrowserContext, server: ContractServer) -> Page:
    """The page, opened as the window opens it: with the token in the fragment."""
    return await _open(context, server)


@asynccontextmanager
async def _profile(browser: Browser, **properties: object) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(**properties)
    context.set_default_timeout(15_000)
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
    yield context
    await context.close()
    assert [line for line in wrong if "Failed to load resource" not in line] == []


async def _open(context: BrowserContext, server: ContractServer) -> Page:
    page = await context.new_page()
    await page.goto(f"{server.url}/#token={TOKEN}")
    await page.get_by_role("textbox").wait_for()
    return page
