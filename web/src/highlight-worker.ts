// Finds what is a keyword, a string or a comment in code. It runs in a worker, because code is a model's: some takes a
// highlighter's expressions long, and the page ends the worker then.
import "./highlight-settings";
import Prism, { type PrismStream } from "prismjs/components/prism-core";
import "prismjs/components/prism-clike";
import "prismjs/components/prism-markup";
import "prismjs/components/prism-css";
import "prismjs/components/prism-javascript";
import "prismjs/components/prism-typescript";
import "prismjs/components/prism-python";
import "prismjs/components/prism-bash";
import "prismjs/components/prism-json";
import "prismjs/components/prism-sql";
import "prismjs/components/prism-c";
import "prismjs/components/prism-cpp";
import "prismjs/components/prism-java";
import "prismjs/components/prism-go";
import "prismjs/components/prism-rust";
import "prismjs/components/prism-yaml";
import "prismjs/components/prism-diff";
import type { Asked, Kind, Span } from "./highlight";

const KINDS: Record<Exclude<Kind, "">, string> = {
  comment: "comment prolog doctype cdata shebang",
  string: "string char attr-value regex url template-string triple-quoted-string raw-string inserted inserted-sign",
  keyword: "keyword selector important atrule tag rule directive unchanged-sign lifetime-annotation decorator annotation",
  number: "number boolean constant symbol null variable environment",
  name: "function function-definition class-name builtin attr-name property key macro coord",
  deleted: "deleted deleted-sign",
};
const KIND_OF = new Map(Object.entries(KINDS).flatMap(([kind, types]) => types.split(" ").map((type) => [type, kind as Kind])));

onmessage = ({ data }: MessageEvent<Asked>) => {
  const grammar = Prism.languages[data.language];
  const spans: Span[] = [];
  if (grammar) collect(Prism.tokenize(data.before + data.text, grammar), "", spans);
  postMessage({ id: data.id, spans: after(spans, data.before.length) });
};

function collect(stream: PrismStream, kind: Kind, spans: Span[]): void {
  if (typeof stream === "string") {
    const last = spans[spans.length - 1];
    if (last?.[0] === kind) last[1] += stream;
    else spans.push([kind, stream]);
  } else if (Array.isArray(stream)) for (const part of stream) collect(part, kind, spans);
  else {
    const { type, content } = stream as { type: string; content: PrismStream };
    collect(content, type === "interpolation" ? "" : (KIND_OF.get(type) ?? kind), spans);
  }
}

/** Leave out the first characters. */
function after(spans: readonly Span[], count: number): Span[] {
  let left = count;
  const found: Span[] = [];
  for (const [kind, text] of spans) {
    if (left < text.length) found.push([kind, text.slice(left)]);
    left = Math.max(0, left - text.length);
  }
  return found;
}
