// What the page remembers: the token in this tab alone, language and theme in this browser.
import { useEffect, useState } from "react";
import { preferredLanguage, type Language } from "./words";

export type Theme = "system" | "light" | "dark";

const TOKEN = "desktop-chat.token";
const LANGUAGE = "desktop-chat.language";
const THEME = "desktop-chat.theme";

/** Take the token out of the address, at once, so that neither the history nor a copied address has it. */
function takeToken(): string {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given !== null) {
    sessionStorage.setItem(TOKEN, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(TOKEN) ?? "";
}

export function useToken(): [string, (token: string) => void] {
  const [token, setToken] = useState(takeToken);
  useEffect(() => {
    const taken = () => setToken(takeToken());
    addEventListener("hashchange", taken);
    return () => removeEventListener("hashchange", taken);
  }, []);
  const keep = (given: string) => {
    sessionStorage.setItem(TOKEN, given);
    setToken(given);
  };
  return [token, keep];
}

export function useLanguage(): [Language, (language: Language) => void] {
  const [language, setLanguage] = useState<Language>(() => {
    const chosen = localStorage.getItem(LANGUAGE);
    return chosen === "en" || chosen === "zh" ? chosen : preferredLanguage(navigator.languages);
  });
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  const choose = (chosen: Language) => {
    localStorage.setItem(LANGUAGE, chosen);
    setLanguage(chosen);
  };
  return [language, choose];
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => {
    const chosen = localStorage.getItem(THEME);
    return chosen === "light" || chosen === "dark" ? chosen : "system";
  });
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  const choose = (chosen: Theme) => {
    localStorage.setItem(THEME, chosen);
    setTheme(chosen);
  };
  return [theme, choose];
}
