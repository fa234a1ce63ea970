"""The retry policy: only before the first token, visibly, and a limited number of times."""

from __future__ import annotations

from desktop_chat.core.errors import ProviderError

FIRST_DELAY_S = 1.0


def retry_delay(error: ProviderError, attempt: int, retries: int, longest_wait_s: float) -> float | None:
    """Return the seconds to wait before retrying, or None to give up. `attempt` counts from 1.

    If the server asks for more than `longest_wait_s`, the error is shown instead of waiting.
    """
    if not error.retryable or attempt > retries:
        return None
    if error.retry_after_s is not None:
        return error.retry_after_s if error.retry_after_s <= longest_wait_s else None
    return float(FIRST_DELAY_S * 2 ** (attempt - 1))
