// Has code highlighted by a worker, one piece after another. A piece that takes too long is shown as it is.

export type Kind = "" | "comment" | "string" | "keyword" | "number" | "name" | "deleted";
export type Span = [kind: Kind, text: string];

export interface Asked {
  readonly id: number;
  readonly language: string;
  /** What the text follows: a comment or a string may have begun there. */
  readonly before: string;
  readonly text: string;
}

interface Waiting extends Asked {
  readonly take: (spans: readonly Span[]) => void;
}

declare const HIGHLIGHTER: string;

const LIMIT_MS = 1_000;
/** Longer code is begun anew at a piece, and a longer piece is shown as it is. */
export const LONGEST = 40_000;
const NAMES: Record<string, string> = {
  bash: "bash sh shell zsh console shell-session", c: "c h", cpp: "cpp c++ cc hpp cxx", css: "css scss less", diff: "diff patch",
  go: "go golang", java: "java kotlin scala", javascript: "javascript js jsx mjs cjs node", json: "json jsonc json5 jsonl",
  markup: "markup html xml svg xhtml vue", python: "python py python3 pycon", rust: "rust rs", sql: "sql mysql postgresql sqlite",
  typescript: "typescript ts tsx", yaml: "yaml yml",
};
const LANGUAGES = new Map(Object.entries(NAMES).flatMap(([name, all]) => all.split(" ").map((one) => [one, name] as const)));

let worker: Worker | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let running: Waiting | null = null;
let queue: Waiting[] = [];
let lastId = 0;

/** Highlight a text; `take` is called once, unless that takes too long. Returns what calls it off. */
export function highlight(name: string, before: string, text: string, take: Waiting["take"]): () => void {
  const language = LANGUAGES.get(name.toLowerCase());
  if (language === undefined || text.length > LONGEST) return () => undefined;
  const asked: Waiting = { id: ++lastId, language, before: before.length > LONGEST ? "" : before, text, take };
  queue.push(asked);
  next();
  return () => {
    queue = queue.filter((one) => one !== asked);
  };
}

function next(): void {
  const asked = running === null ? queue.shift() : undefined;
  if (asked === undefined) return;
  running = asked;
  worker ??= begin();
  const { take: _, ...message } = asked;
  worker.postMessage(message);
  timer = setTimeout(giveUp, LIMIT_MS);
}

function begin(): Worker {
  const begun = new Worker(HIGHLIGHTER);
  begun.onmessage = ({ data }: MessageEvent<{ id: number; spans: Span[] }>) => {
    if (data.id !== running?.id) return;
    const { take } = running;
    done();
    take(data.spans);
  };
  begun.onerror = giveUp;
  return begun;
}

function giveUp(): void {
  worker?.terminate();
  worker = null;
  done();
}

function done(): void {
  clearTimeout(timer);
  running = null;
  next();
}
