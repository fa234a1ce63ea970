// Cuts a growing reply into blocks: those that nothing later can change are parsed once, the open end again each time.
import MarkdownIt from "markdown-it";

const markdown = new MarkdownIt("default", { html: false, linkify: true, typographer: false, maxNesting: 40 });
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });

export type Token = ReturnType<typeof markdown.parse>[number];

export interface Block {
  readonly key: number;
  /** Items of one list, which is cut at its items, have one number. */
  readonly list: number;
  readonly tokens: readonly Token[];
  readonly code: Code | null;
}

export interface Code {
  readonly language: string;
  /** Whole pieces of many lines, which no longer change, then what follows them. */
  readonly pieces: readonly string[];
  readonly tail: string;
}

interface Fence {
  readonly key: number;
  readonly mark: string;
  readonly indent: number;
  readonly language: string;
  pieces: readonly string[];
  lines: string[];
}

interface Found {
  readonly block: Block;
  readonly line: number;
  readonly isFence: boolean;
}

const FENCE = /^( {0,3})(`{3,}(?=[^`\n]*\n)|~{3,})([^\n]*)\n/;
/** Blocks that a blank line ends for good. */
const ENDED_BY_BLANK: ReadonlySet<string | undefined> = new Set([
  "paragraph_open", "heading_open", "blockquote_open", "table_open", "hr",
]);
const BLANK = /\n[ \t]*\n$/;
const LINES_OF_A_PIECE = 80;
const BLOCKS_OF_A_PAGE = 32;

export class Blocks {
  /** Finished blocks, in pages that stay the same objects. */
  readonly pages: Block[][] = [];
  open: Block[] = [];
  count = 0;
  #start = 0;
  #list = 0;
  #fence: Fence | null = null;
  #env: { references?: Record<string, unknown> } = {};

  /** Take the text so far, which only ever grows; `ended` when no more will come. */
  update(text: string, ended: boolean): void {
    this.open = [];
    while (this.#fence || this.#begins(text)) {
      if (!this.#readCode(text, ended)) return;
    }
    this.#readBlocks(text, ended);
  }

  /** If a link was defined after its use, read everything again, now that all definitions are known. */
  readAgain(text: string): void {
    if (Object.keys(this.#env.references ?? {}).length === 0) return;
    this.pages.length = 0;
    this.count = this.#start = this.#list = 0;
    this.update(text, true);
  }

  /** Whether a block goes on the last page; a list is on one page as a whole. */
  hasRoomFor(block: Block): boolean {
    const page = this.pages[this.pages.length - 1];
    if (!page) return false;
    return page.length < BLOCKS_OF_A_PAGE || (block.list !== 0 && page[page.length - 1]?.list === block.list);
  }

  /** The last finished blocks. */
  last(count: number): Block[] {
    const found: Block[] = [];
    for (let at = this.pages.length - 1; at >= 0 && found.length < count; at--) found.unshift(...(this.pages[at] ?? []));
    return found.slice(-count);
  }

  #begins(text: string): boolean {
    const found = FENCE.exec(text.slice(this.#start, this.#start + 400));
    if (!found) return false;
    const [whole, indent = "", mark = "", info = ""] = found;
    this.#fence = { key: this.#start, mark, indent: indent.length, language: languageOf(info), pieces: [], lines: [] };
    this.#start += whole.length;
    this.#list = 0;
    return true;
  }

  /** Read the lines of a code block that have arrived; return whether it has ended and more follows. */
  #readCode(text: string, ended: boolean): boolean {
    const fence = this.#fence as Fence;
    const closing = new RegExp(`^ {0,3}${fence.mark[0]}{${fence.mark.length},}[ \\t]*$`);
    const bare = (line: string) => line.replace(new RegExp(`^ {0,${fence.indent}}`), "");
    for (;;) {
      const end = text.indexOf("\n", this.#start);
      const line = text.slice(this.#start, end < 0 ? undefined : end);
      if (closing.test(line) && (end >= 0 || ended)) {
        this.#start = end < 0 ? text.length : end + 1;
        this.#keep([this.#codeBlock(fence, "")]);
        this.#fence = null;
        return true;
      }
      if (end < 0) {
        const isMaybeClosing = /^ {0,3}(`+|~+)$/.test(line) && line.trim()[0] === fence.mark[0];
        const block = this.#codeBlock(fence, isMaybeClosing && !ended ? "" : bare(line));
        if (ended) {
          this.#keep([block]);
          this.#fence = null;
          this.#start = text.length;
        } else this.open = [block];
        return ended;
      }
      fence.lines.push(bare(line));
      if (fence.lines.length === LINES_OF_A_PIECE) {
        fence.pieces = [...fence.pieces, `${fence.lines.join("\n")}\n`];
        fence.lines = [];
      }
      this.#start = end + 1;
    }
  }

  #codeBlock(fence: Fence, last: string): Block {
    const tail = fence.lines.map((line) => `${line}\n`).join("") + last;
    return { key: fence.key, list: 0, tokens: [], code: { language: fence.language, pieces: fence.pieces, tail } };
  }

  #readBlocks(text: string, ended: boolean): void {
    const tail = text.slice(this.#start);
    const env = { references: { ...this.#env.references } };
    const all = this.#parse(tail, env);
    if (ended) {
      this.#env = env;
      this.#keep(all.map((one) => one.block));
      this.#start = text.length;
    } else if ((all.length > 1 || all.some((one) => one.isFence) || BLANK.test(wholeLines(tail))) && this.#settle(tail)) {
      this.update(text, ended);
    } else this.open = all.map((one) => one.block);
  }

  /** Keep the blocks that nothing later can change. A line that is still being written may change what the lines above
   * it are, so only whole lines count; a paragraph is kept once a blank line follows it. Return whether there was
   * something to keep, or a code block begins now. */
  #settle(tail: string): boolean {
    const whole = wholeLines(tail);
    const env = { references: { ...this.#env.references } };
    const found = this.#parse(whole, env);
    const fenceAt = found.findIndex((one) => one.isFence);
    const isOver = fenceAt < 0 && BLANK.test(whole) && ENDED_BY_BLANK.has(found[found.length - 1]?.block.tokens[0]?.type);
    const count = fenceAt >= 0 ? fenceAt : found.length - (isOver ? 0 : 1);
    const next = found[count];
    const offset = next ? offsetOfLine(whole, next.line) : isOver ? whole.length : 0;
    if (offset === 0) return false;
    this.#env = env;
    this.#keep(found.slice(0, count).map((one) => one.block));
    this.#list = next?.block.list ?? 0;
    this.#start += offset;
    return true;
  }

  #parse(tail: string, env: Record<string, unknown>): Found[] {
    const found: Found[] = [];
    const add = (tokens: Token[], line: number, list: number) => {
      const [first] = tokens;
      const isFence = first?.type === "fence";
      const code = isFence ? { language: languageOf(first.info), pieces: [], tail: first.content } : null;
      found.push({ block: { key: this.#start + offsetOfLine(tail, line), list, tokens, code }, line, isFence });
    };
    for (const tokens of topLevel(markdown.parse(tail, env), 0)) {
      const [first] = tokens;
      const line = first?.map?.[0] ?? 0;
      if (first && (first.type === "bullet_list_open" || first.type === "ordered_list_open")) {
        const list = (found.length === 0 && this.#list) || this.#start + offsetOfLine(tail, line) + 1;
        const last = tokens[tokens.length - 1] as Token;
        for (const item of topLevel(tokens.slice(1, -1), 1)) add([first, ...item, last], item[0]?.map?.[0] ?? line, list);
      } else add(tokens, line, 0);
    }
    return found;
  }

  #keep(blocks: Block[]): void {
    for (const block of blocks) {
      const last = this.pages.length - 1;
      if (this.hasRoomFor(block)) this.pages[last] = [...(this.pages[last] ?? []), block];
      else this.pages.push([block]);
    }
    this.count += blocks.length;
  }
}

function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1);
}

function languageOf(info: string): string {
  return /^\S*/.exec(info.trim())?.[0] ?? "";
}

function topLevel(tokens: Token[], level: number): Token[][] {
  const found: Token[][] = [];
  let begun = 0;
  tokens.forEach((token, at) => {
    if (token.level !== level || token.nesting === 1) return;
    found.push(tokens.slice(begun, at + 1));
    begun = at + 1;
  });
  return found;
}

function offsetOfLine(text: string, line: number): number {
  let at = 0;
  for (let left = line; left > 0; left--) at = text.indexOf("\n", at) + 1;
  return at;
}

/** What a screen reader is told of a block. */
export function spokenText(block: Block): string {
  if (block.code) return [...block.code.pieces, block.code.tail].join("");
  const inline = block.tokens.filter((token) => token.type === "inline" || token.type === "code_block");
  return inline.map((token) => token.children?.map((child) => child.content || " ").join("") || token.content).join(" ");
}
