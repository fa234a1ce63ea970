// Reads the answer of POST api/chat/stream: server-sent events, split at blank lines, each one JSON object after "data: ".

export interface Usage {
  readonly completion_tokens?: number | null;
}

export interface StreamEvent {
  readonly content?: string;
  readonly reasoning?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
  readonly done?: boolean;
  readonly status?: string;
  readonly finish_reason?: string | null;
  readonly usage?: Usage | null;
}

export interface Turn {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** The endpoint refused the request; `message` is its sentence, or empty if it gave none. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Yield the events of a body until it ends, however the network cut it into pieces. What is no JSON is passed over. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const parts = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const event = eventIn(part);
        if (event) yield event;
      }
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

function eventIn(part: string): StreamEvent | null {
  const line = part.split("\n").find((one) => one.startsWith("data: "));
  if (line === undefined) return null;
  try {
    const value: unknown = JSON.parse(line.slice("data: ".length));
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
}

/** Ask; yields what arrives. Throws Refused for an answer that is no stream, TypeError without a connection. */
export async function* ask(
  token: string,
  message: string,
  earlier: readonly Turn[],
  model: string,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const answer = await fetch("./api/chat/stream", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ message, messages: earlier, ...(model ? { model } : {}) }),
    signal,
    credentials: "omit",
    cache: "no-store",
  });
  if (!answer.ok || !answer.body) throw await refusal(answer);
  yield* eventsOf(answer.body);
}

/** The names of the models, in the order of the endpoint. Throws like `ask`. */
export async function listModels(token: string): Promise<string[]> {
  const answer = await fetch("./v1/models", {
    headers: { Authorization: `Bearer ${token}` },
    credentials: "omit",
    cache: "no-store",
  });
  if (!answer.ok) throw await refusal(answer);
  const table = (await answer.json()) as { data?: { id?: unknown }[] };
  return (table.data ?? []).map((one) => one.id).filter((id): id is string => typeof id === "string");
}

async function refusal(answer: Response): Promise<Refused> {
  const said = (await answer.json().catch(() => null)) as {
    error?: { code?: string; message?: string };
    detail?: unknown;
  } | null;
  return new Refused(answer.status, String(said?.error?.code ?? ""), String(said?.error?.message ?? ""));
}
