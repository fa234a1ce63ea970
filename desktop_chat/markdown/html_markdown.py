"""Turns HTML, as programs copy it and web pages store it, into Markdown: headings, lists, tables, code and links.

Large or deeply nested HTML becomes plain text with links (`html_text.py`), which takes the same time for any HTML.
Import it when it is needed: its parser is large.
"""

from __future__ import annotations

import re
from typing import Final

from bs4 import BeautifulSoup, Tag
from markdownify import ATX, MarkdownConverter

from desktop_chat.markdown.html_text import text_of_html

MAX_LENGTH: Final = 2_000_000
"""Characters that are parsed: a second."""
_MAX_TAGS: Final = 20_000
_MAX_ITEMS: Final = 1_000
"""Items of one numbered list; the converter counts those before each."""
_MAX_DEPTH: Final = 120
"""Elements inside elements; the converter calls itself for each."""
_INVISIBLE = ("script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg", "math")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>()\\]+", re.IGNORECASE)
_UNSAFE_WORDS = re.compile(r"[\[\]\\\n]")
_LANGUAGE = re.compile(r"(?:language|lang|highlight-source)-([\w+#-]{1,20})")


def markdown_of_html(html: str) -> str:
    """Return HTML as Markdown, without scripts and styles. Images become links; nothing is loaded.

    Takes up to a second for MAX_LENGTH characters, so larger texts are read on a thread.
    """
    if len(html) > MAX_LENGTH or html.count("<") > 2 * _MAX_TAGS:
        return text_of_html(html)
    page = BeautifulSoup(html, "lxml")
    if _is_too_deep(page) or any(len(each("li", recursive=False)) > _MAX_ITEMS for each in page("ol")):
        return text_of_html(html)
    _clean(page)
    converter = MarkdownConverter(
        heading_style=ATX,
        bullets="-",
        escape_asterisks=False,
        escape_underscores=False,
        table_infer_header=True,
        code_language_callback=_language_of,
    )
    markdown: str = converter.convert_soup(page)
    return "\n".join(line.rstrip() for line in markdown.split("\n")).strip("\n")


def _clean(page: BeautifulSoup) -> None:
    """Remove what shows nothing, and addresses that lead anywhere but to the web or to a mailbox."""
    for element in page(_INVISIBLE):
        element.decompose()
    for image in page("img"):
        image.replace_with(_link_to(page, image))
    for link in page("a"):
        if not _SAFE_LINK.fullmatch(str(link.get("href", ""))) or _UNSAFE_WORDS.search(link.get_text().strip()):
            link.unwrap()
    for cell in page(["td", "th"]):
        for words in cell.find_all(string=re.compile(r"\|")):
            words.replace_with(words.replace("|", "\\|"))


def _is_too_deep(page: BeautifulSoup) -> bool:
    depths = {id(page): 0}
    for element in page.find_all(True):
        depth = depths[id(element.parent)] + 1
        if depth > _MAX_DEPTH:
            return True
        depths[id(element)] = depth
    return False


def _language_of(block: Tag) -> str:
    """Return the language of a block of code, as its class or that of the element inside says; empty if unknown."""
    classes = " ".join(str(name) for each in (block, block.code) if each for name in each.get_attribute_list("class"))
    found = _LANGUAGE.search(classes)
    return found[1] if found else ""


def _link_to(page: BeautifulSoup, image: Tag) -> Tag | str:
    """Return a link to an image, under its description; only the description if it has no address of its own."""
    words = " ".join(str(image.get("alt", "")).split())
    address = str(image.get("src", ""))
    if not _SAFE_LINK.fullmatch(address):
        return words
    link = page.new_tag("a", href=address)
    link.string = _UNSAFE_WORDS.sub("", words) or "image"
    return link
