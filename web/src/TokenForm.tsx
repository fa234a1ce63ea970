// Asks for the endpoint's token where the address did not bring it, or where it was refused.
import { useState } from "react";
import { Icon } from "./Icon";
import { useWords } from "./words";

export function TokenForm({ isWrong, onToken }: { isWrong: boolean; onToken: (token: string) => void }) {
  const { words } = useWords();
  const [text, setText] = useState("");
  return (
    <main>
      <form className="token" onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) onToken(text.trim());
      }}>
        <h2><Icon name="key" />{words.tokenTitle}</h2>
        <p id="token-help">{words.tokenHelp}</p>
        <label htmlFor="token">{words.tokenLabel}</label>
        <input id="token" type="password" autoComplete="off" spellCheck={false} autoFocus value={text}
          aria-describedby="token-help token-wrong" aria-invalid={isWrong}
          onChange={(event) => setText(event.target.value)} />
        <p id="token-wrong" role="alert" className="problem">{isWrong && <><Icon name="warning" />{words.tokenWrong}</>}</p>
        <button type="submit" className="main" disabled={!text.trim()}>{words.connect}</button>
      </form>
    </main>
  );
}
