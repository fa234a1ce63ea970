"""Programs that use the local endpoint, to copy: with its address, its token and a model filled in. Has no Qt."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable


def _curl(url: str, token: str, model: str) -> str:
    body = {"model": model, "messages": [{"role": "user", "content": "Hello"}], "stream": True}
    return (
        f"curl {url}/v1/chat/completions \\\n"
        f'  -H "Authorization: Bearer {token}" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        f"  -d {shlex.quote(json.dumps(body, ensure_ascii=False))}"
    )


def _python(url: str, token: str, model: str) -> str:
    return f"""from openai import OpenAI

client = OpenAI(base_url="{url}/v1", api_key="{token}")
stream = client.chat.completions.create(
    model={_quoted(model)},
    messages=[{{"role": "user", "content": "Hello"}}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)"""


def _node(url: str, token: str, model: str) -> str:
    return f"""import OpenAI from "openai";

const client = new OpenAI({{ baseURL: "{url}/v1", apiKey: "{token}" }});
const stream = await client.chat.completions.create({{
  model: {_quoted(model)},
  messages: [{{ role: "user", content: "Hello" }}],
  stream: true,
}});
for await (const chunk of stream) {{
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}}"""


def _javascript(url: str, token: str, model: str) -> str:
    return f"""const response = await fetch("{url}/api/chat/stream", {{
  method: "POST",
  headers: {{ "Authorization": "Bearer {token}", "Content-Type": "application/json" }},
  body: JSON.stringify({{ message: "Hello", model: {_quoted(model)} }}),
}});
let rest = "";
for await (const text of response.body.pipeThrough(new TextDecoderStream())) {{
  const events = (rest + text).split("\\n\\n");
  rest = events.pop();
  for (const event of events.filter((line) => line.startsWith("data: "))) {{
    const {{ content, done }} = JSON.parse(event.slice(6));
    if (content) console.log(content);
    if (done) console.log("done");
  }}
}}"""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


EXAMPLES: dict[str, Callable[[str, str, str], str]] = {
    "curl": _curl,
    "Python": _python,
    "Node": _node,
    "JavaScript": _javascript,
}
"""By name: what returns the program for an address, a token and a model."""
