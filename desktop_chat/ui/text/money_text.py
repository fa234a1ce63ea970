"""Amounts of money, tokens and what requests used, in words: "unknown" rather than wrong."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from desktop_chat.core.context_use import ContextUse
from desktop_chat.core.prices import Cost
from desktop_chat.core.usage_ledger import UsageSum
from desktop_chat.ui.text.translation import tr

_SMALLEST = Decimal("0.0001")


def amount(currency: str, value: Decimal) -> str:
    """Return an amount with its currency: "1.20 USD", "0.0012 USD"."""
    if value >= 1:
        return f"{value:,.2f} {currency}"
    if 0 < value < _SMALLEST:
        return tr("under {amount}", amount=f"{_SMALLEST} {currency}")
    return f"{value:.4f} {currency}"


def money(costs: Iterable[Cost], *, is_unknown: bool = False) -> str:
    """Return the sum of what was paid in words; empty if it was free. `is_unknown`: something of unknown price is
    missing in it."""
    said = _known_money(costs, is_unknown=is_unknown)
    return tr("cost unknown") if said is None else said


def cost_of_sum(used: UsageSum) -> str:
    """Return what some requests cost; empty if they were free."""
    return money(used.costs, is_unknown=used.unpriced > 0)


def usage_rows(used: UsageSum) -> list[tuple[str, str]]:
    """Return what some requests used and cost, as labels and values."""
    rows = [
        (tr("Requests"), f"{used.requests:,}"),
        (tr("Tokens in"), _tokens(used.prompt_tokens, used)),
    ]
    if used.cached_tokens:
        rows.append((tr("of them cached"), f"{used.cached_tokens:,}"))
    rows.append((tr("Tokens out"), _tokens(used.completion_tokens, used)))
    if used.reasoning_tokens:
        rows.append((tr("of them reasoning"), f"{used.reasoning_tokens:,}"))
    cost = _known_money(used.costs, is_unknown=used.unpriced > 0)
    rows.append((tr("Cost"), tr("unknown") if cost is None else cost or tr("free")))
    return rows


def context_words(context: ContextUse) -> str:
    """Return how much of a model's context window is used."""
    tokens = f"{context.tokens:,}"
    if context.is_estimate:
        tokens = tr("about {amount}", amount=f"{_rounded(context.tokens):,}")
    if not context.window:
        return tr("{tokens} tokens; the size of the model's window is unknown", tokens=tokens)
    share = percent(context.share)
    return tr("{tokens} of {window} tokens ({percent})", tokens=tokens, window=f"{context.window:,}", percent=share)


def percent(share: float) -> str:
    """Return a share in percent; never 100 before it is used up."""
    if 0.0 < share < 0.01:
        return tr("under {amount}", amount="1%")
    return f"{int(share * 100)}%"


def _known_money(costs: Iterable[Cost], *, is_unknown: bool) -> str | None:
    """Return the sum of what was paid in words; empty if it was free, None if nothing is known of it."""
    known = list(costs)
    amounts = " + ".join(amount(cost.currency, cost.amount) for cost in known if cost.amount)
    if not is_unknown and not any(cost.is_at_least for cost in known):
        return amounts
    return tr("at least {amount}", amount=amounts) if amounts else None


def _rounded(tokens: int) -> int:
    """Return two significant digits of an estimate."""
    step: int = 10 ** max(0, len(str(tokens)) - 2)
    return round(tokens / step) * step


def _tokens(count: int, used: UsageSum) -> str:
    if not used.uncounted:
        return f"{count:,}"
    return tr("at least {amount}", amount=f"{count:,}") if count else tr("unknown")
