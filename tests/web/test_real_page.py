"""The page as the real endpoint serves it: its policy lets it work, and nothing else."""

from __future__ import annotations

from pathlib import Path

from hostile_peer import Peer, mode
from hostile_server import HostileServer
from playwright.async_api import BrowserContext, expect
from real_endpoint import TOKEN, real_endpoint


@mode("page-code")
async def play_code(peer: Peer) -> None:
    await peer.head()
    await peer.text("```js\nreturn 1\n```\n")
    await peer.finish()


async def test_a_chat_with_the_real_endpoint(context: BrowserContext, tmp_path: Path) -> None:
    upstream = HostileServer()
    await upstream.start()
    async with real_endpoint(upstream, tmp_path) as endpoint:
        page = await context.new_page()
        await page.goto(f"{endpoint.url}/#token={TOKEN}")
        await page.get_by_label("Message").fill("hi")
        await page.get_by_label("Message").press("Enter")
        reply = page.get_by_role("article", name="Reply")
        await expect(reply).to_contain_text("Hello")
        await expect(page.get_by_role("button", name="Regenerate")).to_be_visible()
        assert page.url == f"{endpoint.url}/"
        await page.get_by_label("Message").fill("code")
        await page.get_by_label("Model").select_option("page-code")
        await page.get_by_label("Message").press("Enter")
        await expect(page.locator("pre .c-keyword")).to_have_text("return")
        await page.close()
    await upstream.aclose()
