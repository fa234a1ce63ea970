// Reads a reply of Desktop Chat's local endpoint as it is written, with nothing but fetch; in a page and in Node.
//
//   DESKTOP_CHAT_URL=http://127.0.0.1:8765 DESKTOP_CHAT_TOKEN=... node stream-chat.mjs "Why is the sky blue?"

/** Call onContent with each piece of the reply; return the last event. Throws if the endpoint refuses or the reply breaks off. */
export async function streamChat({ url, token, message, model, signal, onContent }) {
  const response = await fetch(`${url}/api/chat/stream`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ message, model }),
    signal,
  });
  if (!response.ok) {
    const body = await response.json().catch(() => null);
    throw new Error(body?.error?.message ?? `The endpoint answered with status ${response.status}.`);
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let failure = null;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error("The connection was lost before the reply was complete.");
    const events = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = events.pop(); // not complete yet
    for (const event of events) {
      if (!event.startsWith("data: ")) continue; // a comment that keeps the connection open
      const data = JSON.parse(event.slice("data: ".length));
      if (data.content) onContent(data.content);
      if (data.error) failure = data.error;
      if (data.done) {
        if (failure) throw new Error(failure.message);
        return data;
      }
    }
  }
}

if (globalThis.process?.argv[1]?.endsWith("stream-chat.mjs")) {
  const { DESKTOP_CHAT_URL: url, DESKTOP_CHAT_TOKEN: token } = process.env;
  await streamChat({ url, token, message: process.argv[2], onContent: (text) => process.stdout.write(text) });
  process.stdout.write("\n");
}
