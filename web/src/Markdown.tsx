// Shows blocks of Markdown as React elements. No HTML is ever made from a model's text: what it wrote as HTML is shown as
// text, an image is a link to its address, and a link opens only when it is clicked.
import { createElement, memo, useEffect, useState, type ReactNode } from "react";
import type { Block, Blocks, Code, Token } from "./blocks";
import { highlight, LONGEST, type Span } from "./highlight";
import { useWords } from "./words";
import { Icon } from "./Icon";

const TAGS = new Set([
  "p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "em", "strong", "s",
  "table", "thead", "tbody", "tr", "th", "td",
]);

export function MarkdownView({ blocks, version }: { blocks: Blocks; version: number }) {
  return (
    <div className="markdown" data-version={version}>
      {pagesOf(blocks).map((page) => <Page key={page[0]?.key} page={page} />)}
    </div>
  );
}

/** The open end is shown on the page that it will stay on, so that nothing is built again once it is finished. */
function pagesOf(blocks: Blocks): readonly (readonly Block[])[] {
  const [first] = blocks.open;
  if (!first) return blocks.pages;
  return blocks.hasRoomFor(first)
    ? [...blocks.pages.slice(0, -1), [...(blocks.pages[blocks.pages.length - 1] ?? []), ...blocks.open]]
    : [...blocks.pages, blocks.open];
}

/** A finished page is the same object each time, and is passed over. */
const Page = memo(function Page({ page }: { page: readonly Block[] }) {
  const groups: ReactNode[] = [];
  for (let at = 0; at < page.length; at++) {
    const block = page[at] as Block;
    if (block.list === 0) {
      groups.push(<BlockView key={block.key} block={block} />);
      continue;
    }
    const items = [block];
    while (page[at + 1]?.list === block.list) items.push(page[++at] as Block);
    groups.push(createElement(
      block.tokens[0]?.tag === "ol" ? "ol" : "ul",
      { key: `list-${block.key}`, start: numberOf(block.tokens[0]) },
      items.map((item) => <ItemView key={item.key} block={item} />),
    ));
  }
  return groups;
});

function numberOf(token: Token | undefined): number | undefined {
  const start = Number(token?.attrGet("start") ?? Number.NaN);
  return Number.isFinite(start) ? start : undefined;
}

const BlockView = memo(function BlockView({ block }: { block: Block }) {
  return block.code ? <CodeCard code={block.code} /> : rendered(block.tokens);
}, (before, after) => before.block === after.block);

const ItemView = memo(function ItemView({ block }: { block: Block }) {
  return rendered(block.tokens.slice(1, -1));
}, (before, after) => before.block === after.block);

function rendered(tokens: readonly Token[]): ReactNode[] {
  const stack: { token: Token | null; children: ReactNode[] }[] = [{ token: null, children: [] }];
  tokens.forEach((token, at) => {
    const top = stack[stack.length - 1] as { token: Token | null; children: ReactNode[] };
    if (token.nesting === 1) stack.push({ token, children: [] });
    else if (token.nesting === -1) {
      stack.pop();
      const around = stack[stack.length - 1];
      if (top.token && around) around.children.push(element(top.token, top.children, at));
    } else top.children.push(leaf(token, at));
  });
  return stack[0]?.children ?? [];
}

function element(token: Token, children: ReactNode[], key: number): ReactNode {
  if (token.hidden) return children;
  if (token.type === "link_open") return <Link key={key} address={String(token.attrGet("href") ?? "")}>{children}</Link>;
  if (token.tag === "table") return <div key={key} className="table" tabIndex={0}><table>{children}</table></div>;
  if (token.tag === "ol") return <ol key={key} start={numberOf(token)}>{children}</ol>;
  if (!TAGS.has(token.tag)) return children;
  const align = /text-align:(left|right|center)/.exec(String(token.attrGet("style") ?? ""))?.[1];
  return createElement(token.tag, { key, className: align && `align-${align}` }, children);
}

function leaf(token: Token, key: number): ReactNode {
  switch (token.type) {
    case "inline":
      return rendered(token.children ?? []);
    case "softbreak":
      return "\n";
    case "hardbreak":
      return <br key={key} />;
    case "code_inline":
      return <code key={key}>{token.content}</code>;
    case "fence":
    case "code_block":
      return <CodeCard key={key} code={{ language: token.info.trim(), pieces: [], tail: token.content }} />;
    case "hr":
      return <hr key={key} />;
    case "image":
      return <Image key={key} address={String(token.attrGet("src") ?? "")} words={token.content} />;
    default:
      return token.content;
  }
}

/** Only these addresses can be opened; anything else stays text. */
const MAY_OPEN = /^(https?:\/\/|mailto:)/i;

function Link({ address, children }: { address: string; children: ReactNode }) {
  if (!MAY_OPEN.test(address)) return <span title={address}>{children}</span>;
  return <a href={address} title={address} target="_blank" rel="noopener noreferrer">{children}</a>;
}

/** An image inside the text is shown; one on the internet is a link, and is never fetched by itself. */
function Image({ address, words }: { address: string; words: string }) {
  const { words: say } = useWords();
  if (/^data:image\/(png|jpeg|webp|gif);base64,/.test(address)) return <img src={address} alt={words || say.image} />;
  const label = `${say.image}: ${words || address.slice(0, 80)}`;
  return (
    <span className="image">
      <Icon name="image" />
      <Link address={address}>{label}</Link>
    </span>
  );
}

function CodeCard({ code }: { code: Code }) {
  const { words: say } = useWords();
  const [said, setSaid] = useState("");
  const copy = async () => {
    setSaid((await copied([...code.pieces, code.tail].join("").replace(/\n$/, ""))) ? say.copied : say.notCopied);
    setTimeout(() => setSaid(""), 2_000);
  };
  return (
    <figure className="code">
      <figcaption>
        <span>{code.language.slice(0, 30) || say.code}</span>
        <button type="button" className="quiet" onClick={copy} aria-label={say.copyCode}>
          <Icon name={said === say.copied ? "check" : "copy"} /><span aria-live="polite">{said || say.copy}</span>
        </button>
      </figcaption>
      <pre tabIndex={0} aria-label={code.language || say.code}>
        {code.pieces.map((piece, at) => (
          <CodePiece key={at} language={code.language} before={textBefore(code.pieces, at)} text={piece} />
        ))}
        <CodePiece language={code.language} before={textBefore(code.pieces, code.pieces.length)} text={code.tail} />
      </pre>
    </figure>
  );
}

/** Pieces of code, cut where all of it would be too long to be highlighted together. */
function textBefore(pieces: readonly string[], count: number): string {
  let length = 0;
  for (const piece of pieces.slice(0, count)) length += piece.length;
  return length > LONGEST ? "" : pieces.slice(0, count).join("");
}

/** Code, highlighted as soon as that is known. While it grows, what was highlighted stays so. */
const CodePiece = memo(function CodePiece({ language, before, text }: { language: string; before: string; text: string }) {
  const [known, setKnown] = useState<{ text: string; spans: readonly Span[] }>({ text: "", spans: [] });
  useEffect(
    () => highlight(language, before, text, (spans) => setKnown({ text, spans })),
    [language, before, text],
  );
  const fits = text.startsWith(known.text);
  return (
    <code>
      {fits && known.spans.map(([kind, part], at) => (kind ? <span key={at} className={`c-${kind}`}>{part}</span> : part))}
      {fits ? text.slice(known.text.length) : text}
    </code>
  );
});

/** Put text on the clipboard; return whether that was possible. Over plain HTTP, browsers only allow the older way. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "unseen";
    const before = document.activeElement;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (before instanceof HTMLElement) before.focus();
    return done;
  }
}
