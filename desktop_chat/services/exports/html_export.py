"""Writes a conversation as one HTML file: images are inside, nothing is fetched, no script runs."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape

from desktop_chat.core.attachments import ADDRESS
from desktop_chat.core.image_files import format_of
from desktop_chat.markdown.node_html import HtmlWriter, Marks
from desktop_chat.markdown.nodes import Code
from desktop_chat.services.exports.entries import SEPARATOR, Entry, ExportedDocument
from desktop_chat.services.exports.export_words import ExportWords

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
:root{color-scheme:light dark;--text:#1c1c1a;--muted:#63635e;--page:#fff;--card:#f1f1ee;--border:#deded8;
--code:#f7f7f5;
--accent:#1f6f5c;--warning:#855600;--k:#8b2252;--s:#24703a;--n:#7a4b00;--f:#1d5ca8;--c:#63635e}
@media (prefers-color-scheme:dark){:root{--text:#ececea;--muted:#a6a9ac;--page:#1b1c1d;--card:#26282a;
--border:#3a3d40;
--code:#222426;--accent:#5cc2a7;--warning:#e3b341;--k:#e29ab8;--s:#8fd3a0;--n:#e3b97a;--f:#8ab8f0;--c:#a6a9ac}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);overflow-wrap:break-word;
font:15px/1.55 system-ui,"Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:760px;margin:0 auto;padding:32px 24px 64px}
header{border-bottom:1px solid var(--border);margin-bottom:24px;padding-bottom:12px}
h1{font-size:22px;line-height:1.3;margin:0}h2{font-size:15px;margin:0}h3{font-size:18px}h4{font-size:16px}h5,
h6{font-size:15px}
.details,.language{color:var(--muted);font-size:12.5px}
.message{margin:0 0 24px}.question{background:var(--card);border-radius:12px;padding:12px 16px}
.head{display:flex;gap:8px;align-items:baseline;flex-wrap:wrap;margin-bottom:4px}
.notes{color:var(--warning);font-size:13px;margin:2px 0 8px}
a{color:var(--accent)}p{margin:8px 0}img{max-width:100%;height:auto;border-radius:8px}
details{border-left:2px solid var(--border);padding-left:12px;margin:8px 0;color:var(--muted)}summary{cursor:pointer}
blockquote{border-left:3px solid var(--border);margin:8px 0;padding:0 0 0 12px;color:var(--muted)}
.code{background:var(--code);border:1px solid var(--border);border-radius:8px;padding:8px 12px;margin:12px 0}
pre{margin:0;white-space:pre-wrap;font:13.5px/1.5 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,
"Noto Sans Mono CJK SC",monospace}
code{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace}p code,li code,
td code{background:var(--code);
border-radius:4px;padding:1px 4px;font-size:.9em}
pre i{font-style:normal}i.keyword,i.literal,i.deleted{color:var(--k)}i.string,i.inserted{color:var(--s)}
i.number{color:var(--n)}
i.function,i.type,i.heading{color:var(--f)}i.comment{color:var(--c)}
.table{overflow-x:auto}table{border-collapse:collapse;margin:12px 0}th,td{border:1px solid var(--border);
padding:4px 10px;text-align:left}
th{background:var(--card)}.math{overflow:auto hidden;padding:4px 0;margin:12px 0;text-align:center}.note{font-size:13px;
color:var(--muted)}
li.task{list-style:none;margin-left:-1.2em}hr{border:0;border-top:1px solid var(--border);margin:16px 0}
@media print{:root{color-scheme:light;--text:#000;--muted:#555;--page:#fff;--card:#f1f1ee;--border:#ccc;
--code:#f7f7f5;--accent:#1f6f5c;
--warning:#855600;--k:#8b2252;--s:#24703a;--n:#7a4b00;--f:#1d5ca8;--c:#63635e}
main{max-width:none;padding:0}h1,h2,.head{break-after:avoid}pre,tr,img{break-inside:avoid}.table{overflow:visible}
@page{margin:18mm}}
"""


def html_of(
    document: ExportedDocument,
    words: ExportWords,
    content_of: Callable[[str], bytes | None],
    marks_of: Callable[[Code], Marks],
) -> str:
    """Return a document as HTML. `content_of` returns the content of a blob, `marks_of` how code is highlighted."""
    writer = HtmlWriter(lambda address: data_address(address, content_of), marks_of)
    body = "\n".join([_message(entry, words, writer) for entry in document.entries])
    title = escape(document.title)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(words.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n'
        f'<body>\n<main>\n<header><h1>{title}</h1><div class="details">{escape(document.details)}</div></header>\n'
        f"{body}\n</main>\n</body>\n</html>\n"
    )


def clipboard_html(document: ExportedDocument, content_of: Callable[[str], bytes | None]) -> str:
    """Return messages as HTML for word processors: without a style sheet. A single message has no heading."""
    writer = HtmlWriter(lambda address: data_address(address, content_of), lambda _: (), inline=True)
    if len(document.entries) == 1:
        return writer.html(document.entries[0].body)
    parts = [f"<h1>{escape(document.title)}</h1>"]
    for entry in document.entries:
        notes = "".join([f"<p><em>{escape(note)}</em></p>" for note in entry.notes])
        parts.append(f"<h2>{escape(entry.author)}</h2>{notes}{writer.html(entry.body)}")
    return "\n".join(parts)


def data_address(address: str, content_of: Callable[[str], bytes | None]) -> str:
    """Return an image as a data address whose type is that of its content; empty for any other address."""
    content = image_content(address, content_of)
    return f"data:image/{format_of(content)};base64,{base64.b64encode(content).decode()}" if content else ""


def image_content(address: str, content_of: Callable[[str], bytes | None]) -> bytes:
    """Return an image that is attached or inside its address, if it is in a known format; else nothing. What is on a
    server is never fetched."""
    content: bytes | None = None
    if address.startswith(ADDRESS):
        content = content_of(address.removeprefix(ADDRESS))
    elif address.startswith("data:image/") and ";base64," in address[:64]:
        try:
            content = base64.b64decode(address.partition(",")[2], validate=False)
        except ValueError:
            return b""
    return content if content is not None and format_of(content) else b""


def _message(entry: Entry, words: ExportWords, writer: HtmlWriter) -> str:
    notes = f'<div class="notes">{escape(SEPARATOR.join(entry.notes))}</div>' if entry.notes else ""
    reasoning = ""
    if entry.reasoning:
        reasoning = f"<details><summary>{escape(words.reasoning)}</summary>{writer.html(entry.reasoning)}</details>"
    return (
        f'<section class="message{" question" if entry.is_question else ""}">\n'
        f'<div class="head"><h2>{escape(entry.author)}</h2><span class="details">{escape(entry.details)}</span></div>\n'
        f"{notes}{reasoning}{writer.html(entry.body)}\n</section>"
    )
