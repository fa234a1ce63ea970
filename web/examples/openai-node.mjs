// Asks a model through Desktop Chat's local endpoint with the official "openai" package (npm install openai).
//
//   DESKTOP_CHAT_URL=http://127.0.0.1:8765 DESKTOP_CHAT_TOKEN=... node openai-node.mjs "Why is the sky blue?" [MODEL]
import OpenAI from "openai";

const { DESKTOP_CHAT_URL: url, DESKTOP_CHAT_TOKEN: token } = process.env;
const [content, named] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token }); // the token, never the provider's key

const model = named ?? (await client.models.list()).data[0].id;
const stream = await client.chat.completions.create({ model, messages: [{ role: "user", content }], stream: true });
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
process.stdout.write("\n");
