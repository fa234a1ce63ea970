// Starts the page.
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { Chat } from "./chat";
import "./styles.css";

createRoot(document.getElementById("root") as HTMLElement).render(<App chat={new Chat(sessionStorage)} />);
