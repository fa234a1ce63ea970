"""The page of the endpoint in a real Chromium: stories of a person who types, reads, stops and comes back."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from contract_server import TOKEN, ContractServer
from playwright.async_api import BrowserContext, Locator, Page, expect

SCREENSHOTS = Path(__file__).parents[2] / "build/web"
OpenPage = Callable[..., Awaitable[Page]]
DONE = {"done": True, "status": "complete", "finish_reason": "stop", "usage": {"completion_tokens": 12}}
EVERYTHING = """# Reading a file

Use `iter` with a **sentinel**, as in [the manual](https://docs.python.org/3/):

```python
with open(path, "rb") as file:
    for chunk in iter(lambda: file.read(65536), b""):
        digest.update(chunk)
```

1. Open it in *binary* mode
2. Read a piece
   - as large as a page
   - or larger

| size | time |
|---|---:|
| 4 KiB | 81 ms |
| 64 KiB | 12 ms |

> Larger pieces need fewer calls.
"""


def shown(page: Page, text: str) -> Locator:
    """Text in the conversation, not what is told to screen readers alone."""
    return page.get_by_role("article").get_by_text(text)


async def type_and_send(page: Page, text: str) -> None:
    await page.get_by_label("Message").fill(text)
    await page.get_by_label("Message").press("Enter")


async def test_a_reply_is_shown_while_it_is_written(page: Page, server: ContractServer) -> None:
    server.script("Hel", None, "lo **you**", DONE)
    await type_and_send(page, "hi")
    reply = page.get_by_role("article", name="Reply")
    await expect(reply).to_contain_text("Hel")
    await expect(page.get_by_role("button", name="Stop")).to_be_enabled()
    server.go_on.set()
    await expect(reply.locator("strong")).to_have_text("you")
    await expect(reply).to_contain_text("12 tokens")
    await expect(page.get_by_role("button", name="Send")).to_be_visible()
    assert (await server.request(1)).body == {"message": "hi", "messages": []}


async def test_what_was_said_before_is_sent_with_the_next_message(page: Page, server: ContractServer) -> None:
    server.script("One", DONE)
    await type_and_send(page, "first")
    await expect(page.get_by_role("button", name="Regenerate")).to_be_visible()
    await page.get_by_label("Model").select_option("Local/qwen3")
    await type_and_send(page, "second")
    assert (await server.request(2)).body == {
        "message": "second",
        "messages": [{"role": "user", "content": "first"}, {"role": "assistant", "content": "One"}],
        "model": "Local/qwen3",
    }


@pytest.mark.parametrize("way", ["button", "Escape"])
async def test_stop_closes_the_connection_and_keeps_the_text(page: Page, server: ContractServer, way: str) -> None:
    server.script("Kept", None)
    await type_and_send(page, "hi")
    await expect(page.get_by_text("Kept")).to_be_visible()
    if way == "button":
        await page.get_by_role("button", name="Stop").click()
    else:
        await page.keyboard.press(way)
    await expect(page.get_by_text("Stopped", exact=True).first).to_be_visible()
    await expect(page.get_by_role("article", name="Reply")).to_contain_text("Kept")
    await (await server.request(1)).left.wait()


async def test_a_reload_keeps_the_conversation_and_marks_the_reply_as_interrupted(
    page: Page, server: ContractServer
) -> None:
    server.script("Half of", None)
    await type_and_send(page, "hi")
    await expect(page.get_by_text("Half of")).to_be_visible()
    await page.get_by_label("Message").fill("a draft")
    await page.reload()
    reply = page.get_by_role("article", name="Reply")
    await expect(reply).to_contain_text("Half of")
    await expect(reply).to_contain_text("Interrupted")
    await expect(page.get_by_label("Message")).to_have_value("a draft")
    server.script("Whole", DONE)
    await page.get_by_role("button", name="Regenerate").click()
    await expect(reply).to_contain_text("Whole")
    await expect(reply).not_to_contain_text("Half of")


async def test_new_chat_forgets_the_conversation(page: Page, server: ContractServer) -> None:
    server.script("Hello", DONE)
    await type_and_send(page, "hi")
    await expect(shown(page, "Hello")).to_be_visible()
    await page.get_by_role("button", name="New chat").click()
    await expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("article")).to_have_count(0)


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        (["Cut", {**DONE, "status": "truncated"}], "Cut off by the length limit"),
        (["Cut", {**DONE, "status": "filtered"}], "Cut off by the server's content filter"),
        (["Cut"], "The connection was lost before the reply was complete"),
        ([DONE], "The model returned nothing"),
        ([{"error": {"code": "x", "message": "Out of credit."}}, {"done": True}], "Out of credit."),
        (["ok", b"data: {broken\n\n: comment\n\n", {"done": True, "status": "odd"}], "Copy"),
    ],
)
async def test_the_end_of_a_reply_is_said_in_words(
    page: Page, server: ContractServer, events: list[str | dict[str, object] | bytes], sentence: str
) -> None:
    server.script(*events)
    await type_and_send(page, "hi")
    await expect(page.get_by_role("article", name="Reply")).to_contain_text(sentence)
    await expect(page.get_by_role("button", name=re.compile("Retry|Regenerate"))).to_be_visible()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(403, "does not allow"), (413, "too large"), (429, "Too many requests"), (502, "The endpoint failed.")],
)
async def test_a_refusal_is_a_sentence(page: Page, server: ContractServer, status: int, sentence: str) -> None:
    server.status = status
    await type_and_send(page, "hi")
    await expect(page.get_by_role("article", name="Reply")).to_contain_text(sentence)
    server.status = 200
    server.script("Now", DONE)
    await page.get_by_role("button", name="Retry").click()
    await expect(page.get_by_role("article", name="Reply")).to_contain_text("Now")


async def test_without_an_endpoint_the_page_says_what_to_do(page: Page, server: ContractServer) -> None:
    await server.aclose()
    await type_and_send(page, "hi")
    await expect(page.get_by_role("article", name="Reply")).to_contain_text("cannot be reached")


async def test_the_token_leaves_the_address_at_once(page: Page, server: ContractServer) -> None:
    assert page.url == f"{server.url}/"
    assert TOKEN not in await page.content()
    assert TOKEN not in str(await page.evaluate("JSON.stringify({...localStorage})"))
    await page.reload()
    await expect(page.get_by_label("Message")).to_be_visible()


async def test_without_a_token_the_page_asks_for_it(context: BrowserContext, server: ContractServer) -> None:
    page = await context.new_page()
    await page.goto(server.url)
    await page.get_by_label("Token").fill("wrong")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("did not accept this token")
    await page.get_by_label("Token").fill(TOKEN)
    await page.get_by_role("button", name="Connect").click()
    await expect(page.get_by_label("Message")).to_be_visible()


async def test_nothing_that_a_model_writes_runs_or_is_fetched(
    page: Page, server: ContractServer, context: BrowserContext
) -> None:
    fetched: list[str] = []
    context.on("request", lambda request: fetched.append(request.url))
    server.script(
        "<script>document.title='owned'</script> <img src=x onerror=\"document.title='owned'\"> "
        "![cat](http://198.51.100.1/cat.png) [a](javascript:alert(1)) [b](data:text/html,x) [c](file:///etc/passwd) "
        "[d](https://example.com/) <https://example.org/>\n\n<iframe src=//198.51.100.1></iframe>\n\n",
        DONE,
    )
    await type_and_send(page, "hi")
    reply = page.get_by_role("article", name="Reply")
    await expect(reply).to_contain_text("<iframe")
    await expect(reply.locator("img, script, iframe")).to_have_count(0)
    links = reply.get_by_role("link")
    addresses = [await link.get_attribute("href") for link in await links.all()]
    assert addresses == ["http://198.51.100.1/cat.png", "https://example.com/", "https://example.org/"]
    for link in await links.all():
        assert await link.get_attribute("rel") == "noopener noreferrer"
        assert await link.get_attribute("target") == "_blank"
    assert await page.title() == "Desktop Chat"
    assert {url for url in fetched if not url.startswith(server.url)} == set()


async def test_code_is_copied_as_it_was_written(page: Page, server: ContractServer, context: BrowserContext) -> None:
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    lines = "".join(f"line {number}\n" for number in range(200))
    server.script(f"```python\n{lines}", "```\nafter", DONE)
    await type_and_send(page, "hi")
    await expect(shown(page, "after")).to_be_visible()
    await page.get_by_role("button", name="Copy code").click()
    await expect(page.get_by_text("Copied")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == lines.rstrip("\n")


async def test_reasoning_is_folded(page: Page, server: ContractServer) -> None:
    server.script({"reasoning": "Let me think."}, None, "Done", DONE)
    await type_and_send(page, "hi")
    await expect(page.get_by_text("Thinking...")).to_be_visible()
    await expect(page.get_by_text("Let me think.")).to_be_hidden()
    server.go_on.set()
    await page.get_by_text("Reasoning").click()
    await expect(page.get_by_text("Let me think.")).to_be_visible()


async def test_enter_that_ends_a_composition_sends_nothing(page: Page, server: ContractServer) -> None:
    """A real input method's events, as Chromium makes them: the Enter belongs to the composition."""
    server.script("OK", DONE)
    field = page.get_by_label("Message")
    await field.focus()
    session = await page.context.new_cdp_session(page)
    await session.send("Input.imeSetComposition", {"text": "ni hao", "selectionStart": 6, "selectionEnd": 6})
    composing = {"key": "Enter", "code": "Enter", "bubbles": True, "cancelable": True, "isComposing": True}
    await field.dispatch_event("keydown", composing)
    await field.dispatch_event("keydown", {**composing, "isComposing": False, "keyCode": 229})
    await session.send("Input.insertText", {"text": "你好"})
    await expect(field).to_have_value("你好")
    assert server.asked == []
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("x")
    await expect(field).to_have_value("你好\nx")
    await page.keyboard.press("Enter")
    assert (await server.request(1)).body["message"] == "你好\nx"


async def test_the_page_follows_until_the_reader_scrolls_up(page: Page, server: ContractServer) -> None:
    server.script("line\n\n" * 100, None, "line\n\n" * 100 + "the end", DONE)
    await type_and_send(page, "hi")
    log = page.get_by_role("log")
    distance = "log => log.scrollHeight - log.scrollTop - log.clientHeight"
    await expect(page.get_by_text("line").nth(99)).to_be_in_viewport()
    assert await log.evaluate(distance) < 24
    await log.hover()
    await page.mouse.wheel(0, -400)
    latest = page.get_by_role("button", name="Jump to latest")
    await expect(latest).to_be_visible()
    seen = await log.evaluate("log => log.scrollTop")
    server.go_on.set()
    await expect(shown(page, "the end")).to_be_attached()
    assert await log.evaluate("log => log.scrollTop") == seen
    await latest.click()
    await expect(shown(page, "the end")).to_be_in_viewport()
    await expect(latest).to_be_hidden()


async def test_everything_can_be_reached_by_keyboard_and_has_a_name(page: Page, server: ContractServer) -> None:
    server.script(EVERYTHING, DONE)
    await type_and_send(page, "hi")
    await expect(page.get_by_role("button", name="Regenerate")).to_be_visible()
    await expect(page.locator("body")).to_match_aria_snapshot("""
        - banner:
          - heading "Desktop Chat" [level=1]
          - button "New chat"
          - 'button "Theme: Match system"'
          - button "中文"
        - main:
          - log "Conversation":
            - article "You"
            - article "Reply":
              - heading "Reply" [level=3]
              - heading "Reading a file" [level=1]
              - paragraph
              - figure:
                - button "Copy code"
              - list:
                - listitem
                - listitem
              - table
              - blockquote
              - button "Copy reply"
              - button "Regenerate"
          - textbox "Message"
          - combobox "Model"
          - button "Send" [disabled]
    """)
    reached = []
    for _ in range(20):
        await page.keyboard.press("Tab")
        reached.append(
            await page.evaluate(
                "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.slice(0, 20)"
            )
        )
    for name in ("New chat", "Theme: Match system", "中文", "Conversation", "the manual", "Copy code", "Copy reply",
                 "Regenerate", "Message", "Model"):  # fmt: skip
        assert name in reached
    await expect(page.get_by_role("status").last).to_be_attached()


async def test_a_screen_reader_is_told_blocks_and_the_end(page: Page, server: ContractServer) -> None:
    server.script("First block.\n\nSecond\n", None, "block.", DONE)
    await type_and_send(page, "hi")
    spoken = page.get_by_role("status").filter(has_text="The reply has started.")
    await expect(spoken).to_contain_text("First block.")
    await expect(spoken).not_to_contain_text("Second")
    server.go_on.set()
    await expect(spoken).to_contain_text("Second block.")
    await expect(spoken).to_contain_text("The reply is complete.")


async def test_language_and_theme_are_chosen_and_kept(page: Page, server: ContractServer) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_label("消息")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "zh-CN"
    await page.get_by_role("button", name="主题").click()
    await page.get_by_role("button", name="主题：浅色").or_(page.get_by_role("button", name="主题: 浅色")).click()
    assert await page.evaluate(background) == "rgb(27, 28, 29)"
    await page.reload()
    await expect(page.get_by_label("消息")).to_be_visible()
    assert await page.evaluate(background) == "rgb(27, 28, 29)"


class Look(NamedTuple):
    """A person's browser."""

    name: str
    locale: str
    scheme: str
    width: int
    height: int


LOOKS = [
    Look("light-en", "en-GB", "light", 1100, 760),
    Look("dark-zh", "zh-CN", "dark", 1100, 760),
    Look("phone-dark-en", "en-GB", "dark", 390, 780),
    Look("phone-light-zh", "zh-CN", "light", 360, 640),
]


@pytest.mark.parametrize("look", LOOKS, ids=[look.name for look in LOOKS])
async def test_it_fits_every_screen(open_page: OpenPage, server: ContractServer, look: Look) -> None:
    name, locale, scheme, width, height = look
    page = await open_page(locale=locale, color_scheme=scheme, viewport={"width": width, "height": height})
    await page.screenshot(path=SCREENSHOTS / f"{name}-empty.png")
    server.script({"reasoning": "Think."}, EVERYTHING, DONE)
    await page.get_by_role("textbox").fill("How do I read a file in chunks? 怎样分块读取文件？")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article").last.get_by_role("button").last).to_be_visible()
    await expect(page.locator("blockquote")).to_be_visible()
    await page.get_by_role("log").evaluate("log => { log.scrollTop = 0 }")
    await page.screenshot(path=SCREENSHOTS / f"{name}.png")
    await page.get_by_role("log").evaluate("log => { log.scrollTop = log.scrollHeight }")
    await page.screenshot(path=SCREENSHOTS / f"{name}-end.png")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    if name == "light-en":
        server.status, server.refusal = 429, {"error": {"code": "busy", "message": "16 streams are running."}}
        await page.get_by_role("button", name="Regenerate").click()
        await expect(shown(page, "16 streams")).to_be_visible()
        await page.screenshot(path=SCREENSHOTS / "error.png")
