"""Amounts of money and what requests used, in words: "unknown" rather than wrong, and nothing where it was free."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

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
    known = list(costs)
    amounts = " + ".join(amount(cost.currency, cost.amount) for cost in known if cost.amount)
    if not is_unknown and not any(cost.is_at_least for cost in known):
        return amounts
    return tr("at least {amount}", amount=amounts) if amounts else tr("cost unknown")


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
    rows.append((tr("Cost"), cost_of_sum(used) or tr("free")))
    return rows


def _tokens(count: int, used: UsageSum) -> str:
    if not used.uncounted:
        return f"{count:,}"
    return tr("at least {amount}", amount=f"{count:,}") if count else tr("unknown")
