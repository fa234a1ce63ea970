// The conversation. It follows a running reply until the reader scrolls up, and tells screen readers what was finished.
import { memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { spokenText } from "./blocks";
import type { Chat, Message } from "./chat";
import { Icon } from "./Icon";
import { copied, MarkdownView } from "./Markdown";
import { useWords, type Words } from "./words";

const AT_END_PX = 24;
const LONGEST_SPOKEN = 2_000;

interface Props {
  chat: Chat;
  onRetry: () => void;
  onGoOn: () => void;
  onTry: (text: string) => void;
}

export function Transcript({ chat, onRetry, onGoOn, onTry }: Props) {
  const { words } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  const last = chat.messages[chat.messages.length - 1];
  const count = useRef(chat.messages.length);

  useLayoutEffect(() => {
    const begun = chat.messages.length > count.current;
    count.current = chat.messages.length;
    if (begun) setFollows(true);
    if ((follows || begun) && place.current) place.current.scrollTop = place.current.scrollHeight;
  });
  const top = useRef(0);
  const scrolled = () => {
    const at = place.current;
    if (!at) return;
    const atEnd = at.scrollHeight - at.scrollTop - at.clientHeight < AT_END_PX;
    if (at.scrollTop < top.current - 1 && !atEnd) setFollows(false);
    else if (atEnd) setFollows(true);
    top.current = at.scrollTop;
  };
  return (
    <div className="around">
      <div className="transcript" ref={place} onScroll={scrolled} tabIndex={0} role="log" aria-live="off"
        aria-label={words.conversation} aria-busy={chat.running}>
        {chat.messages.length === 0 && <Welcome onTry={onTry} />}
        <div className="column">
          {chat.messages.map((message) => (
            <MessageView key={message.id} message={message} chat={chat} words={words}
              version={message.status === "running" ? chat.version : 0} status={message.status}
              onRetry={message === last && !chat.running ? onRetry : null}
              onGoOn={message === last && chat.canGoOn ? onGoOn : null} />
          ))}
        </div>
      </div>
      {!follows && (
        <button type="button" className="latest" onClick={() => setFollows(true)}>
          <Icon name="down" />{words.toLatest}
        </button>
      )}
      <Spoken chat={chat} message={last} />
    </div>
  );
}

function Welcome({ onTry }: { onTry: (text: string) => void }) {
  const { words } = useWords();
  return (
    <section className="welcome">
      <h2>{words.welcome}</h2>
      <div>{words.tryThese.map((text) => <button type="button" key={text} onClick={() => onTry(text)}>{text}</button>)}</div>
    </section>
  );
}

interface MessageProps {
  message: Message;
  chat: Chat;
  words: Words;
  version: number;
  status: Message["status"];
  onRetry: (() => void) | null;
  onGoOn: (() => void) | null;
}

const MessageView = memo(
  function MessageView({ message, chat, words, version, onRetry, onGoOn }: MessageProps) {
    if (message.role === "user") {
      return (
        <article className="mine" aria-label={words.you}><div>{message.text}</div></article>
      );
    }
    const isRunning = message.status === "running";
    return (
      <article className="reply" aria-label={words.reply}>
        <h3>{message.model || words.reply}</h3>
        {message.reasoning && (
          <details>
            <summary><Icon name="fold" />{isRunning && !message.text ? words.thinking : words.reasoning}</summary>
            <div className="reasoning">{message.reasoning}</div>
          </details>
        )}
        {message.text && <MarkdownView blocks={chat.blocksOf(message)} version={version} />}
        {isRunning && !message.text && !message.reasoning && <p className="muted waiting">{words.waiting}</p>}
        {isRunning && message.text && <span className="caret" aria-hidden="true" />}
        <Outcome message={message} onRetry={onRetry} onGoOn={onGoOn} />
      </article>
    );
  },
  (before, after) =>
    before.message === after.message && before.version === after.version && before.status === after.status &&
    before.words === after.words && before.onRetry === after.onRetry && before.onGoOn === after.onGoOn,
);

/** What became of a reply, in words, and what can be done. Its room is kept while the reply runs. */
function Outcome({ message, onRetry, onGoOn }: Pick<MessageProps, "message" | "onRetry" | "onGoOn">) {
  const { words } = useWords();
  const [said, setSaid] = useState("");
  if (message.status === "running") return <footer />;
  const isCut = message.status !== "complete";
  const isError = message.status === "failed";
  const copy = async () => {
    setSaid((await copied(message.text)) ? words.copied : words.notCopied);
    setTimeout(() => setSaid(""), 2_000);
  };
  return (
    <footer>
      {isCut && (
        <p className={isError ? "problem card" : "cut"}>
          <Icon name="warning" /><span>{outcome(message, words)}</span>
        </p>
      )}
      <div className="actions">
        {message.text && (
          <button type="button" className="quiet" onClick={copy} aria-label={words.copyReply}>
            <Icon name={said === words.copied ? "check" : "copy"} /><span aria-live="polite">{said || words.copy}</span>
          </button>
        )}
        {onGoOn && (
          <button type="button" className={isError ? "quiet" : "main"} onClick={onGoOn}>
            <Icon name="fold" /><span>{words.goOn}</span>
          </button>
        )}
        {onRetry && (
          <button type="button" className={isError ? "main" : "quiet"} onClick={onRetry}>
            <Icon name="again" /><span>{isError ? words.retry : words.regenerate}</span>
          </button>
        )}
        {message.tokens !== null && <span className="muted">{words.tokens(message.tokens)}</span>}
      </div>
    </footer>
  );
}

function outcome(message: Message, words: Words): string {
  const { status, problem, detail } = message;
  if (status === "complete" || status === "running") return words.complete;
  const what = problem ? words[problem] : status === "failed" && detail ? "" : words[status];
  return [what, detail].filter(Boolean).join(" ");
}

/** Tells screen readers each block when it is finished, then how the reply ended; never a word at a time. */
function Spoken({ chat, message }: { chat: Chat; message: Message | undefined }) {
  const { words } = useWords();
  const told = useRef<{ message: Message | undefined; blocks: number; isOver: boolean }>({ message, blocks: 0, isOver: true });
  const [lines, setLines] = useState<readonly string[]>([]);
  const blocks = message?.role === "assistant" ? chat.blocksOf(message) : null;
  useEffect(() => {
    if (!message || !blocks) return;
    const now = told.current;
    const fresh: string[] = [];
    const goesOn = now.message === message && now.isOver && message.status === "running";
    if (now.message !== message || goesOn) {
      told.current = { message, blocks: goesOn ? blocks.count : 0, isOver: false };
      fresh.push(words.replying);
    }
    const { blocks: before, isOver } = told.current;
    if (isOver) return;
    if (blocks.count > before) fresh.push(...blocks.last(blocks.count - before).map(spokenText));
    told.current.blocks = blocks.count;
    if (message.status !== "running") {
      fresh.push(outcome(message, words));
      told.current.isOver = true;
    }
    if (fresh.length > 0) setLines((said) => [...said, ...fresh.map((line) => line.slice(0, LONGEST_SPOKEN))].slice(-8));
  });
  return (
    <div className="unseen" role="status" aria-live="polite" aria-atomic="false">
      {lines.map((line, at) => <p key={at}>{line}</p>)}
    </div>
  );
}
