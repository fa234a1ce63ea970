"""Maps servers' finish reasons to their meaning: one table for all servers and both APIs.

The words are those of OpenAI, Azure, Anthropic, Gemini, Mistral, Cohere, DeepSeek, GLM, Kimi, Bedrock, vLLM, SGLang and
TGI, from their API references and source code. Case, hyphens and a leading class name are ignored.
"""

from __future__ import annotations

from enum import Enum, auto


class Ending(Enum):
    """What a finish reason says about a reply."""

    NORMAL = auto()
    LENGTH = auto()
    """A length limit was reached."""
    FILTERED = auto()
    """A content filter blocked it, or the model declined."""
    LOST = auto()
    """Something between the model and the server failed."""
    FAULT = auto()
    """The server failed."""
    UNKNOWN = auto()
    """Not in the table: the reply counts as complete, and the word is shown."""


REFUSAL = "refusal"
"""The finish reason recorded when the model declined explicitly."""

_WORDS = {
    Ending.NORMAL: """
        stop stopped end ended eos eos_token end_turn stop_sequence stop_token stop_word stop_str complete completed
        done finish finished success normal tool_calls tool_call tool_use function_call max_tool_calls pause_turn
        """,
    Ending.LENGTH: """
        length max_tokens max_token max_output_tokens max_new_tokens max_completion_tokens max_length model_length
        token_limit length_limit context_length context_length_exceeded context_window_exceeded
        model_context_window_exceeded max_context_length incomplete
        """,
    Ending.FILTERED: f"""
        content_filter content_filtered contentfilter filter filtered sensitive safety image_safety {REFUSAL} blocked
        blocklist prohibited_content image_prohibited_content recitation image_recitation spii moderation flagged
        guardrail_intervened guardrails error_toxic content_policy content_policy_violation policy_violation risk
        """,
    Ending.LOST: "network_error connection_error connection_lost disconnected upstream_error",
    Ending.FAULT: """
        error failed failure abort aborted cancel canceled cancelled user_cancel timeout timed_out server_error
        internal_error internal_server_error engine_error engine_overloaded overloaded preempted
        insufficient_system_resource error_limit malformed_function_call unexpected_tool_call repetition
        repetition_truncation deadline_exceeded request_timeout malformed_response too_many_tool_calls
        missing_thought_signature
        """,
}
_ENDINGS = {word: ending for ending, words in _WORDS.items() for word in words.split()}


def ending_of(reason: str) -> Ending:
    """Return the meaning of a finish reason."""
    word = reason.strip().rpartition(".")[2].replace("-", "_").replace(" ", "_").casefold()
    return _ENDINGS.get(word) or _ENDINGS.get(word.removeprefix("finish_reason_"), Ending.UNKNOWN)
