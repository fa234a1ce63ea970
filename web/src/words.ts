// The words of the page in English and Chinese, and which of them are shown.
import { createContext, useContext } from "react";

const en = {
  title: "Desktop Chat", newChat: "New chat", model: "Model", defaultModel: "Default model", message: "Message",
  placeholder: "Ask anything...", send: "Send", stop: "Stop", you: "You", reply: "Reply", copy: "Copy", copied: "Copied",
  notCopied: "Not copied", copyCode: "Copy code", copyReply: "Copy reply", code: "code", image: "Image",
  goOn: "Continue", regenerate: "Regenerate", retry: "Retry", reasoning: "Reasoning", thinking: "Thinking...",
  waiting: "Waiting for the first token...", toLatest: "Jump to latest", conversation: "Conversation",
  theme: "Theme", light: "Light", dark: "Dark", system: "Match system", language: "Language",
  cancelled: "Stopped", truncated: "Cut off by the length limit", filtered: "Cut off by the server's content filter",
  interrupted: "The connection was lost before the reply was complete",
  reloaded: "Interrupted: the page was reloaded before the reply was complete",
  failed: "The reply failed", empty: "The model returned nothing",
  unreachable: "The endpoint cannot be reached. Check that Desktop Chat's local endpoint is switched on, then retry.",
  refused: "The endpoint did not accept the token.", forbidden: "The endpoint does not allow this request.",
  tooLarge: "The conversation is too large for the endpoint. Start a new chat, or send less.",
  tooMany: "Too many requests at once. Wait a moment, then retry.", serverFault: "The endpoint failed.",
  tokenTitle: "Enter the token", tokenLabel: "Token", connect: "Connect",
  tokenHelp: "The token is in Desktop Chat under Settings, Local endpoint. It stays in this tab until you close it.",
  tokenWrong: "The endpoint did not accept this token. Copy it again from Settings, Local endpoint.",
  notKept: "This conversation is too long to be kept if you reload the page.",
  welcome: "What would you like to know?", hint: "Enter sends, Shift+Enter starts a new line, Esc stops a reply.",
  tryThese: ["Explain how a hash table works", "Write a polite reply that declines a meeting", "Translate a text into Chinese"],
  replying: "The reply has started.", complete: "The reply is complete.",
  noModels: "The list of models could not be read. The default model is used.",
  tokens: (n: number) => `${n} ${n === 1 ? "token" : "tokens"}`,
};

const zh: typeof en = {
  title: "Desktop Chat", newChat: "新对话", model: "模型", defaultModel: "默认模型", message: "消息",
  placeholder: "想问什么都可以……", send: "发送", stop: "停止", you: "你", reply: "回复", copy: "复制", copied: "已复制",
  notCopied: "未能复制", copyCode: "复制代码", copyReply: "复制回复", code: "代码", image: "图片",
  goOn: "继续", regenerate: "重新生成", retry: "重试", reasoning: "思考过程", thinking: "正在思考……",
  waiting: "正在等待第一个 token……", toLatest: "跳到最新", conversation: "对话",
  theme: "主题", light: "浅色", dark: "深色", system: "跟随系统", language: "语言",
  cancelled: "已停止", truncated: "已达到长度上限，回复被截断", filtered: "回复被服务器的内容过滤截断",
  interrupted: "连接中断，回复不完整",
  reloaded: "回复尚未完成时页面被重新加载，内容不完整",
  failed: "回复失败", empty: "模型没有返回任何内容",
  unreachable: "无法连接到本地端点。请确认 Desktop Chat 的“本地端点”已开启，然后重试。",
  refused: "端点不接受此令牌。", forbidden: "端点不允许此请求。",
  tooLarge: "对话太大，端点无法接受。请开始新对话，或减少内容。",
  tooMany: "同时的请求太多，请稍候重试。", serverFault: "端点出错。",
  tokenTitle: "输入令牌", tokenLabel: "令牌", connect: "连接",
  tokenHelp: "令牌在 Desktop Chat 的“设置”>“本地端点”中。它只保留在这个标签页里，关闭后即清除。",
  tokenWrong: "端点不接受此令牌。请从“设置”>“本地端点”重新复制。",
  notKept: "对话太长，重新加载页面后将无法保留。",
  welcome: "想了解些什么？", hint: "Enter 发送，Shift+Enter 换行，Esc 停止回复。",
  tryThese: ["解释哈希表的原理", "写一封婉拒会议的礼貌回信", "把一段文字翻译成英文"],
  replying: "开始回复。", complete: "回复完成。",
  noModels: "无法读取模型列表，将使用默认模型。",
  tokens: (n: number) => `${n} 个 token`,
};

export type Words = typeof en;
export type Language = "en" | "zh";
export const WORDS: Record<Language, Words> = { en, zh };

/** The languages that the browser asks for decide, until a language is chosen. */
export function preferredLanguage(asked: readonly string[]): Language {
  const known = asked.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === "en" || tag === "zh");
  return known === "zh" ? "zh" : "en";
}

export const WordsContext = createContext<{ language: Language; words: Words }>({ language: "en", words: en });
export const useWords = () => useContext(WordsContext);
