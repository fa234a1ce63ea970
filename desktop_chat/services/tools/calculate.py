"""The built-in calculator: numbers, operators and a few functions, read with `ast` and evaluated step by step.

Nothing is passed to `eval`. Lengths, depths, exponents and the size of every intermediate number are bounded, so that
no expression takes long.
"""

from __future__ import annotations

import ast
import math
import operator
import statistics
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from desktop_chat.core.tools import ToolResult
from desktop_chat.services.tools.built_in_tool import BuiltInTool, failed, object_of

MAX_LENGTH = 1_000
MAX_BITS = 4_096
"""Whole numbers are exact up to so many bits: about 1,200 digits."""
_MAX_DEPTH = 100
_MAX_FACTORIAL = 450

Number = int | float


class CalculationError(Exception):
    """An expression that cannot be calculated; says why."""


def calculate_tool() -> BuiltInTool:
    """Return the tool."""
    expression = {
        "type": "string",
        "maxLength": MAX_LENGTH,
        "description": 'For example "(3 + 4) * 2 ** 10", "sqrt(2) / sin(pi / 4)" or "mean(3, 4, 8)".',
    }
    words = (
        "Calculates an arithmetic expression exactly where it can. Operators: + - * / // % ** and comparisons. "
        f"Constants: {', '.join(sorted(_CONSTANTS))}. Functions, with angles in radians: "
        f"{', '.join(sorted(_FUNCTIONS))}."
    )
    return BuiltInTool("calculate", words, object_of(("expression",), expression=expression), _run)


async def _run(arguments: Mapping[str, Any]) -> ToolResult:
    expression = arguments["expression"]
    try:
        return ToolResult(calculate(expression))
    except CalculationError as error:
        return failed(str(error))


def calculate(expression: str) -> str:
    """Return the value of an expression as text. Raises CalculationError."""
    if len(expression) > MAX_LENGTH:
        raise CalculationError("The expression is too long.")
    readable = expression.strip().replace("^", "**").replace("×", "*").replace("÷", "/").replace("−", "-")
    try:
        with warnings.catch_warnings(action="ignore", category=SyntaxWarning):
            tree = ast.parse(readable, mode="eval")
        value = _value_of(tree.body, 0)
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise CalculationError("The expression cannot be read.") from error
    except ZeroDivisionError as error:
        raise CalculationError("The expression divides by zero.") from error
    except (ValueError, OverflowError, TypeError, ArithmeticError, statistics.StatisticsError) as error:
        raise CalculationError(f"The expression has no value: {error}.") from error
    return str(value)


def _value_of(node: ast.expr, depth: int) -> Number:
    if depth > _MAX_DEPTH:
        raise CalculationError("The expression is nested too deeply.")
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _bounded(number)
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _SIGNS:
            return _SIGNS[type(op)](_value_of(operand, depth + 1))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _bounded(_OPERATORS[type(op)](_value_of(left, depth + 1), _value_of(right, depth + 1)))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
            return _COMPARISONS[type(op)](_value_of(left, depth + 1), _value_of(right, depth + 1))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            return _bounded(_FUNCTIONS[name](*(_value_of(arg, depth + 1) for arg in args)))
    raise CalculationError(f"This is not part of an arithmetic expression: {ast.unparse(node)[:100]}")


def _bounded(value: Any) -> Number:
    """Return a value if it is a number of a bearable size."""
    if isinstance(value, int):
        if value.bit_length() > MAX_BITS:
            raise CalculationError("A number is too large.")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise CalculationError("A number is too large.")
        return value
    raise CalculationError("The expression has no real value.")


def _power(base: Number, exponent: Number) -> Number:
    if isinstance(base, int) and isinstance(exponent, int):
        if exponent > 0 and base.bit_length() * exponent > 2 * MAX_BITS:
            raise CalculationError("A number is too large.")
        if exponent < -MAX_BITS:
            return float(base) ** exponent
    power: Number = base**exponent
    return power


def _factorial(number: Number) -> int:
    if not isinstance(number, int) or not 0 <= number <= _MAX_FACTORIAL:
        raise CalculationError(f"factorial takes whole numbers from 0 to {_MAX_FACTORIAL}.")
    return math.factorial(number)


def _combinations(n: Number, k: Number) -> int:
    is_whole = isinstance(n, int) and isinstance(k, int)
    if not is_whole or not 0 <= k <= n <= 10 * MAX_BITS or min(k, n - k) > 500:
        raise CalculationError("comb takes whole numbers that are not too large.")
    return math.comb(int(n), int(k))


def _rounded(number: Number, digits: Number = 0) -> Number:
    if not isinstance(digits, int) or abs(digits) > 300:
        raise CalculationError("round takes a whole number of digits.")
    return round(number, digits) if digits else round(number)


_CONSTANTS: dict[str, float] = {"pi": math.pi, "e": math.e, "tau": math.tau}
_SIGNS: dict[type[ast.unaryop], Callable[[Any], Number]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "acos": math.acos,
    "asin": math.asin,
    "atan": math.atan,
    "atan2": math.atan2,
    "cbrt": math.cbrt,
    "ceil": math.ceil,
    "comb": _combinations,
    "cos": math.cos,
    "degrees": math.degrees,
    "exp": math.exp,
    "factorial": _factorial,
    "floor": math.floor,
    "gcd": math.gcd,
    "hypot": math.hypot,
    "lcm": math.lcm,
    "log": math.log,
    "log10": math.log10,
    "log2": math.log2,
    "max": max,
    "mean": lambda *numbers: statistics.fmean(numbers),
    "median": lambda *numbers: statistics.median(numbers),
    "min": min,
    "radians": math.radians,
    "round": _rounded,
    "sin": math.sin,
    "sqrt": math.sqrt,
    "stdev": lambda *numbers: statistics.stdev(numbers),
    "sum": lambda *numbers: sum(numbers),
    "tan": math.tan,
}
