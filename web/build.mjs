// Builds the page into desktop_chat/web, or into the folder that is named: index.html, and below assets the script, the
// style sheet, the icon and the licences of what is inside. The same sources give the same bytes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = process.argv[2] ?? join(HERE, "..", "desktop_chat", "web");
const hashOf = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 10);

const bundle = (name, source, format, define) => build({
  entryPoints: { [name]: join(HERE, source) },
  absWorkingDir: HERE,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  outdir: "assets",
  format,
  target: ["chrome109", "firefox115", "safari16"],
  charset: "utf8",
  legalComments: "none", // licences.txt has them whole
  define,
  logLevel: "warning",
});
const output = (built, end) => Buffer.from(built.outputFiles.find((file) => file.path.endsWith(end)).contents);

const highlighter = await bundle("highlight", "src/highlight-worker.ts", "iife", { global: "globalThis" });
const highlighterName = `assets/highlight-${hashOf(output(highlighter, ".js"))}.js`;
const built = await bundle("app", "src/main.tsx", "esm", {
  "process.env.NODE_ENV": '"production"',
  HIGHLIGHTER: JSON.stringify(`./${highlighterName}`),
});

const names = new Set();
for (const path of [...Object.keys(built.metafile.inputs), ...Object.keys(highlighter.metafile.inputs)]) {
  const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  if (found) names.add(found[1]);
}
const licences = [...names].sort().map((name) => {
  const about = JSON.parse(readFileSync(join(HERE, "node_modules", name, "package.json"), "utf8"));
  const file = ["LICENSE", "LICENSE.txt", "LICENSE.md", "LICENSE-MIT.txt"]
    .map((one) => join(HERE, "node_modules", name, one))
    .find((one) => { try { return readFileSync(one) && true; } catch { return false; } });
  if (!file) throw new Error(`${name} brings no text of its licence`);
  return `${name} ${about.version}: ${about.license}\n\n${readFileSync(file, "utf8").trim()}\n`;
});

rmSync(OUT, { recursive: true, force: true });
mkdirSync(join(OUT, "assets"), { recursive: true });
const put = (kind, bytes) => {
  const name = `assets/app-${hashOf(bytes)}.${kind}`;
  writeFileSync(join(OUT, name), bytes);
  return name;
};
writeFileSync(join(OUT, highlighterName), output(highlighter, ".js"));
const page = readFileSync(join(HERE, "src/index.html"), "utf8")
  .replace("SCRIPT", put("js", output(built, ".js")))
  .replace("STYLE", put("css", output(built, ".css")))
  .replace("ICON", put("svg", readFileSync(join(HERE, "src/icon.svg"))));
writeFileSync(join(OUT, "index.html"), page);
writeFileSync(join(OUT, "assets", "licences.txt"), licences.join(`\n${"-".repeat(60)}\n\n`));
