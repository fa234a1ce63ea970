// One conversation and its running reply. Views are told at most once a frame; what is kept in the tab survives a reload.
import { Blocks } from "./blocks";
import { ask, Refused, type Turn } from "./stream";

export type Status =
  | "running" | "complete" | "cancelled" | "truncated" | "filtered" | "interrupted" | "reloaded" | "failed" | "empty";
export type Problem = "unreachable" | "refused" | "forbidden" | "tooLarge" | "tooMany" | "serverFault" | "";

export interface Message {
  readonly id: number;
  readonly role: "user" | "assistant";
  text: string;
  reasoning: string;
  status: Status;
  model: string;
  problem: Problem;
  /** The server's own words about what went wrong. */
  detail: string;
  tokens: number | null;
}

const KEPT = "desktop-chat.conversation";
/** Asks for the rest of a reply, as the window does: many servers reject a prompt that ends with the model's own words. */
const GO_ON =
  "Your last message was cut off. Go on exactly where it stopped, without repeating or introducing anything.";
const UNFINISHED: ReadonlySet<Status> = new Set(["cancelled", "truncated", "interrupted", "reloaded", "failed"]);
const STATUSES: readonly string[] = ["complete", "cancelled", "truncated", "filtered", "interrupted", "failed"];
const SAVE_MS = 500;

export class Chat {
  messages: readonly Message[] = [];
  /** False if the tab's storage is full. */
  kept = true;
  version = 0;
  onRefused: () => void = () => undefined;
  readonly #views = new Set<() => void>();
  readonly #blocks = new WeakMap<Message, Blocks>();
  #abort: AbortController | null = null;
  #isLeaving = false;
  #frame = 0;
  #saving: ReturnType<typeof setTimeout> | undefined;
  #nextId = 1;

  constructor(private readonly storage: Storage) {
    this.messages = restored(storage);
    this.#nextId = Math.max(0, ...this.messages.map((one) => one.id)) + 1;
    // Leaving the page breaks the stream, which is then not the network's fault.
    addEventListener("beforeunload", () => (this.#isLeaving = true));
    addEventListener("pageshow", () => (this.#isLeaving = false));
    addEventListener("pagehide", () => this.#save());
  }

  readonly subscribe = (view: () => void): (() => void) => {
    this.#views.add(view);
    return () => this.#views.delete(view);
  };

  get running(): boolean {
    return this.#abort !== null;
  }

  /** The message's text as blocks, up to date. */
  blocksOf(message: Message): Blocks {
    let blocks = this.#blocks.get(message);
    if (!blocks) {
      blocks = new Blocks();
      this.#blocks.set(message, blocks);
      blocks.update(message.text, message.status !== "running");
      if (message.status !== "running") blocks.readAgain(message.text);
    }
    return blocks;
  }

  send(token: string, text: string, model: string): void {
    if (this.running) return;
    const question = this.#message("user", text, "complete", "");
    this.messages = [...this.messages, question];
    this.#reply(token, model);
  }

  /** Ask the last question again; what it was answered is replaced. */
  regenerate(token: string, model: string): void {
    if (this.running) return;
    const last = this.messages.findLastIndex((one) => one.role === "user");
    if (last < 0) return;
    this.messages = this.messages.slice(0, last + 1);
    this.#reply(token, model);
  }

  /** Whether the last reply was cut off, and can be continued. */
  get canGoOn(): boolean {
    const last = this.messages[this.messages.length - 1];
    return !this.running && last?.role === "assistant" && last.text !== "" && UNFINISHED.has(last.status);
  }

  /** Have the last reply continued: what comes is added to it. */
  goOn(token: string, model: string): void {
    const reply = this.messages[this.messages.length - 1];
    if (!this.canGoOn || !reply) return;
    Object.assign(reply, { status: "running", problem: "", detail: "" });
    this.#blocks.delete(reply); // they had ended
    this.#begin(reply, token, this.messages, GO_ON, model);
  }

  stop(): void {
    this.#abort?.abort();
  }

  clear(): void {
    this.stop();
    this.messages = [];
    this.#save();
    this.#tell();
  }

  #message(role: Message["role"], text: string, status: Status, model: string): Message {
    return { id: this.#nextId++, role, text, reasoning: "", status, model, problem: "", detail: "", tokens: null };
  }

  #reply(token: string, model: string): void {
    const earlier = this.messages.slice(0, -1);
    const question = this.messages[this.messages.length - 1] as Message;
    const reply = this.#message("assistant", "", "running", model);
    this.messages = [...this.messages, reply];
    this.#begin(reply, token, earlier, question.text, model);
  }

  #begin(reply: Message, token: string, earlier: readonly Message[], text: string, model: string): void {
    const turns: Turn[] = earlier.filter((one) => one.text !== "").map((one) => ({ role: one.role, content: one.text }));
    this.#abort = new AbortController();
    this.#save();
    this.#tell();
    void this.#run(reply, token, text, turns, model, this.#abort);
  }

  async #run(
    reply: Message, token: string, text: string, turns: Turn[], model: string, abort: AbortController,
  ): Promise<void> {
    try {
      reply.status = await this.#read(reply, ask(token, text, turns, model, abort.signal));
    } catch (error) {
      if (abort.signal.aborted) reply.status = "cancelled";
      else if (this.#isLeaving) reply.status = "reloaded";
      else this.#fail(reply, error);
    }
    if (reply.status === "complete" && reply.text === "") reply.status = "empty";
    const blocks = this.blocksOf(reply);
    blocks.update(reply.text, true);
    blocks.readAgain(reply.text);
    if (this.#abort === abort) this.#abort = null;
    if (reply.problem === "refused") this.onRefused();
    this.#save();
    this.#tell();
  }

  async #read(reply: Message, events: ReturnType<typeof ask>): Promise<Status> {
    const before = reply.text;
    let failed = false;
    for await (const event of events) {
      if (event.reasoning) reply.reasoning += event.reasoning;
      if (event.content) reply.text += event.content.replace(/\r/g, "");
      if (event.error) {
        failed = true;
        reply.detail = String(event.error.message ?? "");
      }
      if (event.done) {
        const tokens = event.usage?.completion_tokens ?? null;
        reply.tokens = tokens === null || (before !== "" && reply.tokens === null) ? null : tokens + (reply.tokens ?? 0);
        if (failed) return "failed";
        return STATUSES.includes(event.status ?? "") ? (event.status as Status) : "complete";
      }
      this.#soon();
    }
    return failed ? "failed" : "interrupted";
  }

  #fail(reply: Message, error: unknown): void {
    if (!(error instanceof Refused)) {
      reply.status = reply.text === "" && reply.reasoning === "" ? "failed" : "interrupted";
      reply.problem = reply.status === "failed" ? "unreachable" : "";
      return;
    }
    const known: Record<number, Problem> = { 401: "refused", 403: "forbidden", 413: "tooLarge", 429: "tooMany" };
    reply.status = "failed";
    reply.problem = known[error.status] ?? (error.message ? "" : "serverFault");
    reply.detail = error.message;
  }

  #soon(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#tell());
    if (this.#saving === undefined) this.#saving = setTimeout(() => this.#save(), SAVE_MS);
  }

  #tell(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const last = this.messages[this.messages.length - 1];
    if (last?.status === "running") this.blocksOf(last).update(last.text, false);
    this.version++;
    for (const view of this.#views) view();
  }

  #save(): void {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    try {
      this.storage.setItem(KEPT, JSON.stringify(this.messages));
      this.kept = true;
    } catch {
      this.storage.removeItem(KEPT);
      this.kept = false;
    }
  }
}

function restored(storage: Storage): Message[] {
  try {
    const found: unknown = JSON.parse(storage.getItem(KEPT) ?? "[]");
    const messages = Array.isArray(found) ? (found as Message[]) : [];
    return messages.map((one) => (one.status === "running" ? { ...one, status: "reloaded" } : one));
  } catch {
    return [];
  }
}
