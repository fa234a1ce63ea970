// Where a message is written: Enter sends it, unless an input method is composing; the model is chosen below.
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { Icon } from "./Icon";
import { useWords } from "./words";

interface Props {
  isRunning: boolean;
  models: readonly string[];
  model: string;
  note: string;
  onModel: (model: string) => void;
  onSend: (text: string) => void;
  onStop: () => void;
}

const DRAFT = "desktop-chat.draft";

export function Composer({ isRunning, models, model, note, onModel, onSend, onStop }: Props) {
  const { words } = useWords();
  const [text, setText] = useState(() => sessionStorage.getItem(DRAFT) ?? "");
  const field = useRef<HTMLTextAreaElement>(null);
  const empty = text.trim() === "";

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);
  useEffect(() => {
    const stop = (event: globalThis.KeyboardEvent) => {
      if (event.key === "Escape" && isRunning && !event.isComposing) onStop();
    };
    addEventListener("keydown", stop);
    return () => removeEventListener("keydown", stop);
  }, [isRunning, onStop]);

  const write = (value: string) => {
    setText(value);
    try {
      sessionStorage.setItem(DRAFT, value);
    } catch {
      // The draft is then only lost by a reload; the conversation's own note says that the storage is full.
    }
  };
  const send = () => {
    if (empty || isRunning) return;
    onSend(text.trim());
    write("");
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    // 229 is what Safari gives for the Enter that ends a composition, when it no longer says that it composes.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  return (
    <form className="composer" onSubmit={(event) => (event.preventDefault(), isRunning ? onStop() : send())}>
      <textarea ref={field} rows={1} value={text} autoFocus enterKeyHint="send" aria-label={words.message}
        aria-describedby="hint" placeholder={words.placeholder}
        onChange={(event) => write(event.target.value)} onKeyDown={pressed} />
      <div className="controls">
        <select aria-label={words.model} value={model} onChange={(event) => onModel(event.target.value)}>
          <option value="">{words.defaultModel}</option>
          {models.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
        <span id="hint" className="muted">{words.hint}</span>
        <button type="submit" className="main" disabled={!isRunning && empty}>
          <Icon name={isRunning ? "stop" : "send"} /><span>{isRunning ? words.stop : words.send}</span>
        </button>
      </div>
      <p className="muted note" role="status">{note}</p>
    </form>
  );
}
