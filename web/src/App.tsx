// The page: a header, the conversation, the composer; or a form that asks for the token.
import { useEffect, useReducer, useState } from "react";
import type { Chat } from "./chat";
import { Composer } from "./Composer";
import { Icon } from "./Icon";
import { useLanguage, useTheme, useToken, type Theme } from "./preferences";
import { listModels, Refused } from "./stream";
import { TokenForm } from "./TokenForm";
import { Transcript } from "./Transcript";
import { useWords, WORDS, WordsContext, type Language } from "./words";

export function App({ chat }: { chat: Chat }) {
  const [token, setToken] = useToken();
  const [language, setLanguage] = useLanguage();
  const [theme, setTheme] = useTheme();
  const [isWrong, setWrong] = useState(false);
  const [models, setModels] = useState<readonly string[]>([]);
  const [noModels, setNoModels] = useState(false);
  const [model, setModel] = useState(() => sessionStorage.getItem("desktop-chat.model") ?? "");
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const words = WORDS[language];

  useEffect(() => chat.subscribe(redraw), [chat]);
  useEffect(() => {
    chat.onRefused = () => setWrong(true);
  }, [chat]);
  useEffect(() => {
    if (!token) return;
    let isCurrent = true;
    listModels(token).then(
      (found) => isCurrent && (setModels(found), setNoModels(false), setWrong(false)),
      (error: unknown) => isCurrent && (error instanceof Refused && error.status === 401 ? setWrong(true) : setNoModels(true)),
    );
    return () => {
      isCurrent = false;
    };
  }, [token]);

  const choose = (name: string) => {
    sessionStorage.setItem("desktop-chat.model", name);
    setModel(name);
  };
  const known = model === "" || models.includes(model) ? models : [model, ...models];
  const asks = !token || isWrong;
  return (
    <WordsContext value={{ language, words }}>
      <Header language={language} theme={theme} onLanguage={setLanguage} onTheme={setTheme}
        onNew={asks || chat.messages.length === 0 ? null : () => chat.clear()} />
      {asks ? (
        <TokenForm isWrong={isWrong} onToken={(given) => (setWrong(false), setToken(given))} />
      ) : (
        <main>
          <Transcript chat={chat} onRetry={() => chat.regenerate(token, model)} onGoOn={() => chat.goOn(token, model)}
            onTry={(text) => chat.send(token, text, model)} />
          <Composer isRunning={chat.running} models={known} model={model} onModel={choose}
            note={chat.kept ? (noModels ? words.noModels : "") : words.notKept}
            onSend={(text) => chat.send(token, text, model)} onStop={() => chat.stop()} />
        </main>
      )}
    </WordsContext>
  );
}

interface HeaderProps {
  language: Language;
  theme: Theme;
  onLanguage: (language: Language) => void;
  onTheme: (theme: Theme) => void;
  onNew: (() => void) | null;
}

const THEMES: readonly Theme[] = ["system", "light", "dark"];
const THEME_ICONS = { system: "screen", light: "sun", dark: "moon" } as const;

function Header({ language, theme, onLanguage, onTheme, onNew }: HeaderProps) {
  const { words } = useWords();
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] as Theme;
  return (
    <header>
      <h1>{words.title}</h1>
      <button type="button" className="quiet" onClick={onNew ?? undefined} disabled={!onNew}>
        <Icon name="plus" /><span>{words.newChat}</span>
      </button>
      <button type="button" className="quiet" onClick={() => onTheme(next)}
        aria-label={`${words.theme}: ${words[theme]}`} title={`${words.theme}: ${words[theme]}`}>
        <Icon name={THEME_ICONS[theme]} />
      </button>
      <button type="button" className="quiet" lang={language === "zh" ? "en" : "zh-CN"}
        onClick={() => onLanguage(language === "zh" ? "en" : "zh")}>
        <Icon name="globe" /><span>{language === "zh" ? "English" : "中文"}</span>
      </button>
    </header>
  );
}
