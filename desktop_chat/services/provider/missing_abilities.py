"""Recognises from servers' words that a model cannot read images or call tools; in English and Chinese.

Sources: error messages of OpenAI, OpenRouter, DeepSeek, Groq, Mistral, Gemini, xAI, Bedrock, DeepInfra, SiliconFlow,
Zhipu, DashScope, Moonshot and Novita, and of vLLM, llama.cpp, Ollama, LM Studio and LiteLLM, from issue trackers.

A complaint about one image (its format, its size) or one tool (its name, its schema) is something else.
"""

from __future__ import annotations

_BE = r"(?: (?:is|are|was|were))?(?: currently| yet)?"
_NOT = (
    r"(?:not(?: (?:currently|yet))? (?:support(?:ed)?|enabled|allowed|available|accepted|implemented)"
    r"|unsupported|disabled)\b"
)
_DOES_NOT = r"(?:do(?:es)?(?: not|n['\u2019]t)|can ?not|can['\u2019]t)(?: (?:currently|yet))?"
_NOBODY = r"\bno (?:endpoints?|(?:\w+ )?providers?)\b.{0,40}\bsupports? "

_IMAGE = r"(?:images?|vision|visual|multi-?modal)"
_ONE_IMAGE = (
    r"(?!\w*[ _-]?(?:format|type|file|generat|edit|output|larger|bigger|over|above|size|dimension|resolution|media"
    r"|mime|url|detail|creat))(?!\w* (?:with|of|in|from|that|whose)\b)"
)
_TOOLS = (
    r"(?:tools?(?:[ _-]?(?:use|usage|calls?|calling|choice))?|function(?:s|[ _-]?call(?:s|ing)?))"
    r"(?:[ _-]param(?:eter)?s?| with function calling)?"
)
_PARAMETER = r"(?:request )?(?:param(?:eter)?s?|arguments?|fields?|names?|propert(?:y|ies)|inputs?|keys?)"
_TOOLS_MEMBER = r"\W{0,3}(?:tools|tool_choice|functions)\b(?![\[.(])"

NO_IMAGES = "|".join(
    (
        r"image_url is only supported by",
        (
            rf"{_DOES_NOT} (?:support|accept|allow|read|understand|see|have)\w* "
            rf"(?:(?!tool|function|image|type)\w+ ){{0,3}}?{_IMAGE}\b{_ONE_IMAGE}"
        ),
        (
            rf"\b{_IMAGE}(?:[ _-](?:urls?|inputs?|content|parts?|understanding|modality|capabilit\w+|data|messages?))"
            rf"{{0,2}}['\"`]?{_BE} {_NOT}"
        ),
        rf"{_NOBODY}{_IMAGE}",
        r"unknown variant [`'\"]?image",
        r"\bnot an? (?:multi-?modal|vision|vlm\b|visual)",
        r"\bat most 0 image",
        r"(?:unsupported|unknown|invalid|unexpected|unrecogni[sz]ed) [\w ]{0,20}\btype\W{0,4}(?:image|input_image)",
        r"unsupported content\W{0,3}type",
        r"unexpected item type in content",
        r"content['\"`\])]{0,3}\W{0,3}(?:value )?must be a string",
        r"content(?:\.str)?: input should be a valid string",
        r"untagged enum \w*content",
        r"missing data required for image",
        r"\bmmproj\b|not compiled for multimodal|multimodal projector",
        r"\btext[ -]only (?:model|input)",
        r"\bonly (?:supports?|accepts?) text\b(?![ -]to)",
        r"不支持.{0,10}(?:图片|图像|视觉|多模态|image)(?!.{0,4}(?:格式|类型|大小|尺寸|生成|编辑))",
        r"(?:图片|图像|视觉|多模态)(?:输入|理解|内容|功能|能力|消息){0,2}.{0,4}(?:不支持|不被支持|未开启|不可用)",
        r"type.{0,6}参数非法.{0,12}\[.{0,3}text.{0,3}\]",
    )
)
NO_TOOLS = "|".join(
    (
        (
            rf"{_DOES_NOT} (?:support|accept|allow|have)\w* (?:\w+ ){{0,3}}?{_TOOLS}\b"
            r"(?![ _-]?(?:names?|schema|descriptions?|results?)\b)"
        ),
        rf"{_DOES_NOT} support parameters?\W.{{0,60}}\btools\b(?![\[.])",
        rf"(?<![\w.\]])['\"`]?{_TOOLS}['\"`]?(?: (?:for|in|on|with) [\w./: -]{{1,40}}?)?{_BE} {_NOT}",
        rf"{_NOBODY}(?:tool|function)",
        r"requires? --(?:enable-auto-tool-choice|jinja)",
        rf"(?:unsupported|unknown|unrecogni[sz]ed|unexpected|invalid) {_PARAMETER}(?: supplied)?:?{_TOOLS_MEMBER}",
        r"\btools: extra (?:inputs|fields)",
        r"\brole\b.{0,12}['\"`]tool['\"`].{0,30}not|(?:unknown|invalid|unsupported) role\W{0,3}tool\b",
        r"without (?:defining |the )?[`'\"]?tools=?[`'\"]? param",
        r"(?:不支持|未开启|未启用|无法使用).{0,8}(?:工具|函数调用|function.?call|\btools?\b)",
        r"(?:工具(?:调用)?|函数调用|function.?call\w*).{0,6}(?:不支持|不被支持|不可用|未开启|未启用)",
    )
)
