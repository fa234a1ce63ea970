"""Models without eyes or hands are recognised by what their servers say, and only then."""

from __future__ import annotations

import pytest

from desktop_chat.core.ability_errors import ImagesRefused, ToolsRefused
from desktop_chat.core.errors import ProviderError
from desktop_chat.services.provider.server_errors import error_for

NO_IMAGES = [
    (400, "Invalid content type. image_url is only supported by certain models."),
    (404, "No endpoints found that support image input"),
    (400, ("Failed to deserialize the JSON body: messages[1]: unknown variant `image_url`, expected"
          " `text` at line 1 column 679289")),
    (422, ("Failed to deserialize the JSON body into the target type: messages[2]: data did not match any variant of"
          " untagged enum ChatCompletionRequestContent at line 1 column 15700")),
    (400, ("'messages.0' : for 'role:user' the following must be satisfied[('messages.0.content' : value must be a"
          " string)]")),
    (400, "messages[0].content must be a string"),
    (400, "Model does not support images. Please use a model that does."),
    (400, "this model does not support image input (ref: b8bd630e-4a39-4b57-82af-9158ee9d5703)"),
    (500, "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"),
    (500, "image input is not supported by this server"),
    (400, "/model-storage/deepseek-ai/DeepSeek-V3 is not a multimodal model"),
    (400, "At most 0 image(s) may be provided in one request."),
    (400, "The model is not a VLM (Vision Language Model). Please use text-only prompts."),
    (500, "this model is missing data required for image input"),
    (400, "Image input modality is not enabled for models/gemma-3-1b-it"),
    (400, "Image inputs are not supported by this model."),
    (400, "Image input not supported for model moonshot-v1-8k"),
    (400, 'Unsupported content part type: "image_url"'),
    (400, "unsupported content[].type"),
    (400, "Invalid value: content type 'image_url'. Unknown part type: image_url"),
    (400, "<400> InternalError.Algo.InvalidParameter: Unexpected item type in content."),
    (400, "messages.content.type 参数非法，取值范围 ['text']"),
    (400, "该模型不支持图片输入"),
    (400, "当前模型不支持多模态"),
    (400, "图片输入不支持"),
    (400, "This is a text-only model."),
    (400, "The requested model doesn't support vision."),
    (400, "body.messages.0.content.str: Input should be a valid string"),
]  # fmt: skip
NO_TOOLS = [
    (400, "registry.ollama.ai/library/gemma3:4b does not support tools"),
    (404, "No endpoints found that support tool use. To learn more about provider routing, visit: https://openrouter.ai"),
    (400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
    (500, "tools param requires --jinja flag"),
    (400, "`tool calling` is not supported with this model"),
    (400, "Unsupported parameter: 'tools' is not supported with this model."),
    (400, "Unrecognized request argument supplied: tools"),
    (400, 'Invalid JSON payload received. Unknown name "tools": Cannot find field.'),
    (400, "Function calling is not enabled for this model"),
    (400, "Function calling is not enabled for models/gemma-3-27b-it"),
    (400, "tools is not supported in this model. For a list of supported models, refer to https://platform.openai.com"),
    (400, "This model doesn't support tool use."),
    (400, "This model doesn't support tool use in streaming mode."),
    (405, "deepinfra error: Tool calling is not supported for model: NousResearch/Hermes-3-Llama-3.1-70B"),
    (400, "Function call is not supported for this model."),
    (400, "model features function calling not support"),
    (400, ("Invalid request content: The model does not support tool use or function calling but tools or tool_choice"
          " have been specified on the request.")),
    (400, "litellm.UnsupportedParamsError: bedrock does not support parameters: {'tools': [...]}, for model=x"),
    (400, "No connected provider supports tool calling for this model."),
    (400, "Bedrock doesn't support tool calling without `tools=` param specified."),
    (422, "body.tools: Extra inputs are not permitted"),
    (400, "Invalid value: role 'tool' is not supported"),
    (400, "该模型不支持工具调用"),
    (400, "此模型不支持 function call"),
    (400, "函数调用未开启"),
]  # fmt: skip
NEITHER = [
    (400, "You uploaded an unsupported image. Please make sure your image has one of the following formats: png, jpeg"),
    (400, "Could not process image"),
    (400, "image exceeds 5 MB maximum: 6291456 bytes > 5242880 bytes"),
    (400, "At most 4 image(s) may be provided in one request."),
    (400, "This model does not support image formats other than PNG"),
    (400, "The server does not support image type image/tiff"),
    (400, "不支持的图片格式"),
    (400, "This model does not support image generation"),
    (400, "Invalid schema for function 'x': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'."),
    (400, ("Invalid 'tools': array too long. Expected one with maximum length 128, but got one with length 140"
          " instead.")),
    (400, "Invalid 'tools[0].function.name': string does not match pattern. Expected '^[a-zA-Z0-9_-]+$'."),
    (400, "tools.0.function.strict: Extra inputs are not permitted"),
    (400, "Unknown parameter: 'tools[0].function.strict'"),
    (400, ("Invalid JSON payload received. Unknown name \"$schema\" at 'tools[0].function_declarations[0].parameters':"
          " Cannot find field.")),
    (400, ("Function call is missing a thought_signature in functionCall parts. This is required for tools to work"
          " correctly, and missing thought_signature may lead to degraded model performance.")),
    (400, ("Missing `reasoning_content` field in the assistant message at message index 2. For more information, please"
          " refer to https://api-docs.deepseek.com/guides/thinking_mode#tool-calls")),
    (400, "Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9."),
    (400, "An assistant message with 'tool_calls' must be followed by messages responding to each 'tool_call_id'."),
    (500, "This model only supports single tool-calls at once!"),
    (429, "Rate limit reached: tool use is not available until 10:00"),
    (400, "'temperature' is not supported with this model."),
    (400, "Your organization must be verified to stream this model."),
    (500, "Something broke"),
]  # fmt: skip


def told(status: int, words: str) -> type[ProviderError]:
    return type(error_for(status, {"error": {"message": words, "type": "invalid_request_error"}}, {}))


@pytest.mark.parametrize(("status", "words"), NO_IMAGES)
def test_a_model_that_reads_no_images(status: int, words: str) -> None:
    assert told(status, words) is ImagesRefused


@pytest.mark.parametrize(("status", "words"), NO_TOOLS)
def test_a_model_that_calls_no_tools(status: int, words: str) -> None:
    assert told(status, words) is ToolsRefused


@pytest.mark.parametrize(("status", "words"), NEITHER)
def test_a_complaint_about_one_image_or_one_tool_is_something_else(status: int, words: str) -> None:
    assert told(status, words) not in {ImagesRefused, ToolsRefused}
