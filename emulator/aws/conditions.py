"""The condition block of a policy statement: its operators, and the values of a request that they compare.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from ipaddress import ip_address, ip_network

Context = Mapping[str, Sequence[str]]  # condition key in lower case -> the request's values
Conditions = Mapping[str, Mapping[str, Sequence[str]]]  # operator -> condition key -> the policy's values
# The request's value, the policy's value, and the context for the policy's variables; None if it has no variables.
Compare = Callable[[str, str, Context | None], bool]

_ARN_PARTS = 6
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"\s*([^,']*?)\s*,\s*'([^']*)'\s*")  # ``${aws:username, 'nobody'}``
_LITERALS = frozenset("*?$")  # ``${*}`` stands for the character itself
_KEPT_CHARACTERS = 1_024  # of a pattern that is kept compiled
_NAME = re.compile(r"(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?")


def hold(conditions: Conditions, context: Context, *, variables: bool) -> bool:
    """Whether a request fulfills all conditions. A condition with an unknown operator is not fulfilled.

    ``variables`` says whether ``${key}`` in a policy's value stands for the request's value of that key.
    """
    return all(
        _holds(operator, context.get(key.lower()), values, context if variables else None)
        for operator, comparisons in conditions.items()
        for key, values in comparisons.items()
    )


def wildcard(pattern: str, text: str, variables: Context | None = None) -> bool:
    """Whether ``text`` matches ``pattern``: * stands for any characters, ? for one. Variables are replaced."""
    pieces = _replaced(pattern, variables)
    return pieces is not None and _matches(pieces, text)


def _holds(operator: str, given: Sequence[str] | None, wanted: Sequence[str], variables: Context | None) -> bool:
    name = _NAME.fullmatch(operator)
    if name is None:
        return False
    quantifier, base, if_exists = name.groups()
    if base == "Null":
        return quantifier is None and any((given is None) == (value.lower() == "true") for value in wanted)
    known = _OPERATORS.get(base)
    if known is None:
        return False
    compare, negated = known
    if not given:
        return if_exists is not None or quantifier == "ForAllValues" or (negated and quantifier is None)
    met = [any(compare(value, each, variables) for each in wanted) != negated for value in given]
    if quantifier is None:
        return all(met) if negated else any(met)
    return all(met) if quantifier == "ForAllValues" else any(met)


# -- Variables and wildcards ------------------------------------------------------------------


Piece = tuple[str, bool]  # a part of a policy's value, and whether it is literal


def _pieces(text: str, variables: Context) -> Iterator[Piece]:
    """``text`` with its variables replaced; KeyError if a variable has no value."""
    at = 0
    for found in _VARIABLE.finditer(text):
        yield text[at : found.start()], False
        yield _value_of(found[1], variables), True
        at = found.end()
    yield text[at:], False


def _replaced(text: str, variables: Context | None) -> tuple[Piece, ...] | None:
    """``text`` with its variables replaced; None if a variable has no value."""
    try:
        return ((text, False),) if variables is None else tuple(_pieces(text, variables))
    except KeyError:
        return None


def _value_of(variable: str, context: Context) -> str:
    """The value of a variable; KeyError if the request does not have exactly one value for it."""
    if variable in _LITERALS:
        return variable
    with_default = _DEFAULT.fullmatch(variable)
    if with_default is not None:
        name, default = with_default.groups()
        return default if name.lower() not in context else _value_of(name, context)
    values = context[variable.lower()]
    if len(values) != 1:
        raise KeyError(variable)
    return values[0]


def _compiled(pieces: tuple[Piece, ...]) -> re.Pattern[str]:
    """Each part between two stars is matched at its first position, so no pattern makes the matching slow."""
    fixed = [""]  # regular expressions of the parts before, between and after the stars
    for piece, literal in pieces:
        for character in piece:
            if character == "*" and not literal:
                fixed.append("")
            else:
                fixed[-1] += "." if character == "?" and not literal else re.escape(character)
    first, *rest = fixed
    if not rest:
        return re.compile(first, re.DOTALL)
    *middle, last = rest
    return re.compile(first + "".join(f"(?>.*?{each})" for each in middle if each) + ".*" + last, re.DOTALL)


_kept = lru_cache(maxsize=1024)(_compiled)


def _matches(pieces: tuple[Piece, ...], text: str) -> bool:
    short = sum(len(piece) for piece, _ in pieces) <= _KEPT_CHARACTERS
    return (_kept(pieces) if short else _compiled(pieces)).fullmatch(text) is not None


def _arn_like(given: str, wanted: str, variables: Context | None) -> bool:
    """The six parts of an ARN are compared one by one, so a * does not match across a colon."""
    if wanted == "*":
        return True
    pieces = _replaced(wanted, variables)
    if pieces is None:
        return False
    patterns, parts = _arn_parts(pieces), given.split(":", _ARN_PARTS - 1)
    return len(patterns) == len(parts) == _ARN_PARTS and all(
        _matches(tuple(pattern), part) for pattern, part in zip(patterns, parts, strict=True)
    )


def _arn_parts(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """The parts of an ARN's pattern, of which a variable may have stood for several."""
    parts: list[list[Piece]] = [[]]
    for piece, literal in pieces:
        first, *rest = piece.split(":", _ARN_PARTS - len(parts))
        parts[-1].append((first, literal))
        parts += [[(each, literal)] for each in rest]
    return parts


# -- Operators --------------------------------------------------------------------------------


def _like(given: str, wanted: str, variables: Context | None) -> bool:
    return wildcard(wanted, given, variables)


def _plain(test: Callable[[str, str], bool]) -> Compare:
    """A comparison without wildcards."""

    def compare(given: str, wanted: str, variables: Context | None) -> bool:
        if variables is None:
            return test(given, wanted)
        try:
            return test(given, "".join(piece for piece, _ in _pieces(wanted, variables)))
        except KeyError:
            return False

    return compare


_equal = _plain(lambda given, wanted: given == wanted)
_equal_ignoring_case = _plain(lambda given, wanted: given.casefold() == wanted.casefold())


@_plain
def _in_network(given: str, wanted: str) -> bool:
    try:
        return ip_address(given) in ip_network(wanted, strict=False)
    except ValueError:
        return False


def _ordered(read: Callable[[str], Decimal | None], test: Callable[[Decimal, Decimal], bool]) -> Compare:
    @_plain
    def compare(given: str, wanted: str) -> bool:
        one, other = read(given), read(wanted)
        return one is not None and other is not None and test(one, other)

    return compare


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _point_in_time(text: str) -> Decimal | None:
    """Seconds since the epoch, from a date in ISO 8601 or from such a number."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _number(text)
    return Decimal((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _comparisons(kind: str, read: Callable[[str], Decimal | None]) -> dict[str, tuple[Compare, bool]]:
    return {
        f"{kind}Equals": (_ordered(read, lambda one, other: one == other), False),
        f"{kind}NotEquals": (_ordered(read, lambda one, other: one == other), True),
        f"{kind}LessThan": (_ordered(read, lambda one, other: one < other), False),
        f"{kind}LessThanEquals": (_ordered(read, lambda one, other: one <= other), False),
        f"{kind}GreaterThan": (_ordered(read, lambda one, other: one > other), False),
        f"{kind}GreaterThanEquals": (_ordered(read, lambda one, other: one >= other), False),
    }


# For each operator, how it compares, and whether it is negated.
_OPERATORS: dict[str, tuple[Compare, bool]] = {
    "StringEquals": (_equal, False),
    "StringNotEquals": (_equal, True),
    "StringEqualsIgnoreCase": (_equal_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (_equal_ignoring_case, True),
    "StringLike": (_like, False),
    "StringNotLike": (_like, True),
    "ArnEquals": (_arn_like, False),
    "ArnLike": (_arn_like, False),
    "ArnNotEquals": (_arn_like, True),
    "ArnNotLike": (_arn_like, True),
    "Bool": (_equal_ignoring_case, False),
    "BinaryEquals": (_equal, False),
    "IpAddress": (_in_network, False),
    "NotIpAddress": (_in_network, True),
    **_comparisons("Numeric", _number),
    **_comparisons("Date", _point_in_time),
}
