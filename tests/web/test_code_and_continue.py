"""The page in a real Chromium: code is highlighted without ever stopping the page, and a reply that was cut goes on."""

from __future__ import annotations

import pytest
from contract_server import ContractServer
from playwright.async_api import Page, expect
from test_page import DONE, type_and_send

from desktop_chat.core.prompt_building import GO_ON

CODE = '''def area(r):
    """Of a circle."""
    return 3.14 * r ** 2  # roughly
'''


async def test_code_is_highlighted_while_it_is_written(page: Page, server: ContractServer) -> None:
    first, rest = CODE.split("    return")
    server.script(f"See:\n\n```python\n{first}", None, f"    return{rest}```\n\nThat is all.", DONE)
    await type_and_send(page, "hi")
    code = page.locator("pre")
    await expect(code.locator(".c-keyword")).to_have_text(["def"])
    await expect(code.locator(".c-string")).to_have_text(['"""Of a circle."""'])
    server.go_on.set()
    await expect(code.locator(".c-keyword")).to_have_text(["def", "return"])
    await expect(code.locator(".c-comment")).to_have_text("# roughly")
    await expect(code.locator(".c-number")).to_have_text(["3.14", "2"])
    assert await code.inner_text() == CODE, "nothing is added and nothing is lost"
    colours = {await code.locator(f".c-{kind}").first.evaluate("e => getComputedStyle(e).color") for kind in
               ("keyword", "string", "comment", "number")}  # fmt: skip
    assert len(colours) == 4


@pytest.mark.parametrize(
    ("language", "line", "kind", "text"),
    [
        ("js", "const a = `x${b}y`;", "keyword", "const"),
        ("TS", "interface A { b: string }", "keyword", "interface"),
        ("html", "<b>x</b>", "keyword", "<b>"),
        ("sh", 'echo "hi"', "string", '"hi"'),
        ("json", '{"a": 1}', "number", "1"),
        ("sql", "SELECT 1", "keyword", "SELECT"),
        ("c++", "int main() {}", "keyword", "int"),
        ("rust", "fn main() {}", "keyword", "fn"),
        ("go", "func main() {}", "keyword", "func"),
        ("java", "class A {}", "keyword", "class"),
        ("yaml", "a: 1", "number", "1"),
        ("css", "p { color: red }", "keyword", "p"),
        ("diff", "-gone", "deleted", "-gone"),
    ],
)
async def test_languages_by_their_names(
    page: Page, server: ContractServer, *, language: str, line: str, kind: str, text: str
) -> None:
    server.script(f"```{language}\n{line}\n```\n", DONE)
    await type_and_send(page, "hi")
    await expect(page.locator(f"pre .c-{kind}").first).to_have_text(text)
    await expect(page.locator("pre")).to_have_text(line)


async def test_a_text_that_began_in_an_earlier_piece_ends_where_it_ends(page: Page, server: ContractServer) -> None:
    lines = "".join(f"words {number}\n" for number in range(200))
    server.script(f'```python\n"""\n{lines}"""\nx = 1\n```\n', DONE)
    await type_and_send(page, "hi")
    await expect(page.locator("pre code")).to_have_count(3)
    await expect(page.locator("pre code").last.locator(".c-string")).to_contain_text("words 199")
    await expect(page.locator("pre code").last.locator(".c-number")).to_have_text("1")


async def test_an_unknown_language_is_shown_as_it_is(page: Page, server: ContractServer) -> None:
    server.script("```constructor\nif x\n```\n\n```brainfuck\n+-\n```\n", DONE)
    await type_and_send(page, "hi")
    await expect(page.locator("pre").last).to_have_text("+-")
    assert await page.locator("pre span").count() == 0


async def test_code_that_takes_a_highlighter_long_stops_nothing(page: Page, server: ContractServer) -> None:
    hostile = "_" * 39_000
    server.script(f"```ts\n{hostile}\n```\n\n```python\nx = 1\n```\n", DONE)
    longest = "window.longest = 0; let at = performance.now(); (function beat() { const now = performance.now();"
    longest += "window.longest = Math.max(window.longest, now - at); at = now; setTimeout(beat, 0); })()"
    await page.evaluate(longest)
    await type_and_send(page, "hi")
    await expect(page.locator("pre .c-number")).to_have_text("1")
    await expect(page.locator("pre").first).to_have_text(hostile)
    assert await page.locator("pre").first.locator("span").count() == 0, "it was given up"
    assert await page.evaluate("window.longest") < 900


async def test_a_reply_that_was_cut_goes_on(page: Page, server: ContractServer) -> None:
    server.script("One **t", {**DONE, "status": "truncated"})
    await type_and_send(page, "count")
    reply = page.get_by_role("article", name="Reply")
    await expect(reply).to_contain_text("Cut off by the length limit")
    server.script("wo**", None, ", three.", DONE)
    await page.get_by_role("button", name="Continue").click()
    await expect(reply.locator("strong")).to_have_text("two")
    await expect(page.get_by_role("button", name="Continue")).to_have_count(0)
    server.go_on.set()
    await expect(reply.locator("p").first).to_have_text("One two, three.")
    await expect(reply).to_contain_text("24 tokens")
    await expect(page.get_by_role("button", name="Continue")).to_have_count(0)
    assert (await server.request(2)).body == {
        "message": GO_ON,
        "messages": [{"role": "user", "content": "count"}, {"role": "assistant", "content": "One **t"}],
    }
    await page.reload()
    await expect(reply.locator("p").first).to_have_text("One two, three.")
    spoken = page.get_by_role("status").filter(has_text="The reply is complete.")
    await expect(spoken).to_have_count(0)


async def test_what_can_be_continued(page: Page, server: ContractServer) -> None:
    go_on = page.get_by_role("button", name="Continue")
    server.script("Half", None)
    await type_and_send(page, "hi")
    await expect(page.get_by_text("Half")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(go_on).to_be_visible()
    server.status, server.refusal = 429, {"error": {"code": "busy", "message": "16 streams are running."}}
    await go_on.click()
    await expect(page.get_by_text("16 streams").first).to_be_visible()
    await expect(page.get_by_role("article", name="Reply")).to_contain_text("Half")
    server.status = 200
    server.script(" more.", DONE)
    await go_on.click()
    await expect(page.get_by_text("Half more.").first).to_be_visible()
    server.script(DONE)
    await type_and_send(page, "again")
    await expect(page.get_by_text("The model returned nothing").first).to_be_visible()
    await expect(go_on).to_have_count(0)


async def test_a_screen_reader_hears_a_paragraph_as_soon_as_it_is_over(page: Page, server: ContractServer) -> None:
    server.script("First.\n\n", None, "# Title\n\n- an item\n\n", DONE)
    await type_and_send(page, "hi")
    spoken = page.get_by_role("status").filter(has_text="The reply has started.")
    await expect(spoken).to_contain_text("First.")
    server.go_on.set()
    await expect(spoken).to_contain_text("an item")
    await expect(spoken).to_contain_text("The reply is complete.")


async def test_a_list_may_go_on_after_a_blank_line(page: Page, server: ContractServer) -> None:
    server.script("1. one\n\n", None, "2. two\n\nend", DONE)
    await type_and_send(page, "hi")
    await expect(page.locator("li")).to_have_count(1)
    server.go_on.set()
    await expect(page.locator("li")).to_have_count(2)
    await expect(page.locator("ol")).to_have_count(1)
