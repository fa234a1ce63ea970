// A React component that asks Desktop Chat's local endpoint and shows the reply while it is written.
import { useRef, useState } from "react";
import { streamChat } from "./stream-chat.mjs";

export function StreamChat({ url, token }) {
  const [message, setMessage] = useState("");
  const [reply, setReply] = useState("");
  const [error, setError] = useState("");
  const [running, setRunning] = useState(false);

  const abort = useRef(null);
  const ask = async (event) => {
    event.preventDefault();
    setReply("");
    setError("");
    setRunning(true);
    abort.current = new AbortController();
    try {
      const { signal } = abort.current;
      await streamChat({ url, token, message, signal, onContent: (text) => setReply((before) => before + text) });
    } catch (problem) {
      if (problem.name !== "AbortError") setError(problem.message);
    }
    setRunning(false);
  };
  return (
    <form onSubmit={ask}>
      <label>
        Message <input value={message} onChange={(event) => setMessage(event.target.value)} />
      </label>
      <button disabled={running || !message}>Send</button>
      <button type="button" disabled={!running} onClick={() => abort.current.abort()}>Stop</button>
      <p style={{ whiteSpace: "pre-wrap" }}>{reply}</p>
      {error && <p role="alert">{error}</p>}
    </form>
  );
}
