"""The arithmetic by which an estimate is read off published rows, e.g. "1 - (1 - mentor_048)**(1/12)".

Numbers, row ids, `row.column`, + - * / **, parentheses, log, exp and sqrt; nothing else is evaluated.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable

from reentrysim.vocabulary import InputError

Lookup = Callable[[str, str], float]
"""(row id, column or "") -> number; raises InputError for what isn't there."""

_LONGEST = 400
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}
_SIGNS: dict[type[ast.unaryop], Callable[[float], float]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
_FUNCTIONS: dict[str, Callable[[float], float]] = {"log": math.log, "exp": math.exp, "sqrt": math.sqrt}


def evaluate(expression: str, lookup: Lookup) -> float:
    """The value of `expression`. InputError when it says anything but arithmetic, or has no finite value."""
    try:
        result = _value(_parse(expression), lookup)
    except (ArithmeticError, ValueError) as error:
        raise InputError(f"{expression!r} has no value ({error})") from error
    if not math.isfinite(result):
        raise InputError(f"{expression!r} is not a finite number")
    return result


def _parse(expression: str) -> ast.expr:
    # The parser's own memory is the limit on nesting, so length is checked first.
    if len(expression) > _LONGEST:
        raise InputError(f"a transform of {len(expression)} characters; at most {_LONGEST} are read")
    try:
        return ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{expression!r} is not arithmetic") from error


def _value(node: ast.expr, lookup: Lookup) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=row):
            return lookup(row, "")
        case ast.Attribute(value=ast.Name(id=row), attr=column):
            return lookup(row, column)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left, lookup), _value(right, lookup))
        case ast.UnaryOp(op=sign, operand=operand) if type(sign) in _SIGNS:
            return _SIGNS[type(sign)](_value(operand, lookup))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](_value(argument, lookup))
    raise InputError(
        f"{ast.unparse(node)!r} is not arithmetic over rows", hint="Allowed: numbers, row ids, + - * / ** log exp sqrt"
    )
