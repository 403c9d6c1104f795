"""What filter policies on message attributes match."""

from typing import Any

from emulator.conformance.cases.sources import RECORDED, SNS_GUIDE
from emulator.conformance.filtering import array, binary, filters_attributes, number, text

_STRINGS = f"{SNS_GUIDE}/string-value-matching.html"
_NUMBERS = f"{SNS_GUIDE}/numeric-value-matching.html"
_KEYS = f"{SNS_GUIDE}/attribute-key-matching.html"
_LOGIC = f"{SNS_GUIDE}/and-or-logic.html"
_CONSTRAINTS = f"{SNS_GUIDE}/subscription-filter-policy-constraints.html"

# By the end of the id: what it shows, the conditions of the key "a", and its attribute in messages that match or do
# not.
_OPERATORS: dict[str, tuple[str, list[Any], list[Any], list[Any], str]] = {
    "exact-string": (
        "A string equals the attribute's value, letter case included.",
        ["rugby"],
        [text("rugby")],
        [text("Rugby"), text("rugb"), number("1")],
        _STRINGS,
    ),
    "one-of-several": ("One of the values must match.", ["x", "y", 3], [text("y"), number("3")], [text("z")], _STRINGS),
    "prefix": ("A prefix is compared.", [{"prefix": "bas"}], [text("baseball")], [text("Baseball")], _STRINGS),
    "suffix": ("A suffix is compared.", [{"suffix": "ball"}], [text("baseball")], [text("basebal")], _STRINGS),
    "equals-ignore-case": (
        "Strings can be compared whatever their letter case.",
        [{"equals-ignore-case": "tennis"}],
        [text("TENNIS"), text("Tennis")],
        [text("tenni")],
        _STRINGS,
    ),
    "wildcard": (
        "An asterisk stands for any characters.",
        [{"wildcard": "*/bin/*"}],
        [text("/usr/bin/x"), text("/bin/")],
        [text("/usr/lib/x")],
        _STRINGS,
    ),
    "wildcard-escaped": (
        "An escaped asterisk stands for itself.",
        [{"wildcard": "a\\*b*"}],
        [text("a*bc")],
        [text("aabc")],
        _STRINGS,
    ),
    "cidr": (
        "An address lies in a network.",
        [{"cidr": "10.0.0.0/24"}],
        [text("10.0.0.255")],
        [text("10.1.0.0"), text("10.0.0.256"), text("x")],
        _STRINGS,
    ),
    "cidr-of-version-6": (
        "An IPv6 address lies in a network, however it is written.",
        [{"cidr": "2001:0db8:1234:1a00::/64"}],
        [text("2001:0db8:1234:1a00:0000:0000:0000:0000"), text("2001:db8:1234:1a00::1")],
        [text("2001:db8:1234:1b00::1")],
        _STRINGS,
    ),
    "anything-but": (
        "The attribute must be there and have another value.",
        [{"anything-but": "rugby"}],
        [text("x"), number("1")],
        [text("rugby")],
        _STRINGS,
    ),
    "anything-but-several": (
        "None of the values may be the attribute's.",
        [{"anything-but": ["x", "y"]}],
        [text("z")],
        [text("x"), text("y")],
        _STRINGS,
    ),
    "anything-but-numbers": (
        "None of the numbers may be the attribute's.",
        [{"anything-but": [100, 500]}],
        [number("101"), text("100")],
        [number("100"), number("5e2")],
        _NUMBERS,
    ),
    "anything-but-prefix": (
        "The value may not have the prefix.",
        [{"anything-but": {"prefix": "order-"}}],
        [text("data-entry")],
        [text("order-cancelled")],
        _STRINGS,
    ),
    "number": (
        "Numbers are compared by their value, however they are written.",
        [301.5],
        [number("301.5"), number("3.015e2"), number("301.50")],
        [number("301"), text("301.5")],
        _NUMBERS,
    ),
    "numeric-equals": ("A number equals another.", [{"numeric": ["=", 5]}], [number("5.0")], [number("6")], _NUMBERS),
    "numeric-below": ("A number is below.", [{"numeric": ["<", 0]}], [number("-1")], [number("0")], _NUMBERS),
    "numeric-at-most": ("A number is at most.", [{"numeric": ["<=", 0]}], [number("0")], [number("0.1")], _NUMBERS),
    "numeric-above": ("A number is above.", [{"numeric": [">", 0]}], [number("1")], [number("0")], _NUMBERS),
    "numeric-at-least": ("A number is at least.", [{"numeric": [">=", 0]}], [number("0")], [number("-0.1")], _NUMBERS),
    "exists": ("The attribute is there.", [{"exists": True}], [text("x"), number("0")], [None], _KEYS),
    "exists-not": ("The attribute must be absent.", [{"exists": False}], [None], [text("x")], _KEYS),
    "absent-or-another": (
        "Absence can be an alternative to a value.",
        [{"exists": False}, {"anything-but": "x"}],
        [None, text("y")],
        [text("x")],
        _KEYS,
    ),
    "custom-types": (
        "The label of a custom type does not change how its value is filtered.",
        ["x", 5],
        [text("x", "label"), number("5", "int")],
        [text("y", "label"), number("6", "int")],
        _CONSTRAINTS,
    ),
    "array": (
        "An element of a String.Array must match.",
        ["rugby", 5, True, None],
        [array('["golf","rugby"]'), array("[1,5]"), array("[true]"), array("[null]")],
        [array('["golf"]'), array('["5"]'), array("[]"), text("[5]")],
        _STRINGS,
    ),
    "array-anything-but": (
        "An array matches if one of its elements is not among those listed.",
        [{"anything-but": ["rugby", "tennis"]}],
        [array('["rugby","baseball"]'), array('["baseball"]')],
        [array('["rugby","tennis"]'), array('["rugby"]')],
        _STRINGS,
    ),
}
for _end, (_sentence, _conditions, _passing, _stopped, _page) in _OPERATORS.items():
    filters_attributes(
        f"sns/Publish/filter-by-{_end}",
        _sentence,
        {"a": _conditions},
        passing=[{"other": text("x")} | ({} if each is None else {"a": each}) for each in _passing],
        stopped=[{"other": text("x")} | ({} if each is None else {"a": each}) for each in _stopped],
        source=_page,
        certainty="documented",
    )

filters_attributes(
    "sns/Publish/filter-by-number-in-a-range",
    "A number lies in a range; a message without the attribute does not pass.",
    {"attr1": [{"numeric": [">", 0, "<=", 100]}]},
    passing=[{"attr1": number("99")}, {"attr1": number("100")}],
    stopped=[{"attr1": number("111")}, {"attr1": number("0")}, {"attr1": text("99")}, {}],
    source=RECORDED,
    certainty="recorded",
)
filters_attributes(
    "sns/Publish/filter-by-null-is-not-absence",
    "Null does not match an absent attribute.",
    {"attr1": [None, {"anything-but": "whatever"}]},
    passing=[{"attr1": text("something")}],
    stopped=[{}, {"attr1": text("whatever")}],
    source=RECORDED,
    certainty="recorded",
)
filters_attributes(
    "sns/Publish/filter-by-several-keys",
    "Every key must match; attributes that the policy does not name do not count.",
    {"store": ["corp"], "price": [{"numeric": [">", 100]}]},
    passing=[{"store": text("corp"), "price": number("100.5"), "event": text("any")}],
    stopped=[{"store": text("corp"), "price": number("100")}, {"store": text("corp")}, {"price": number("101")}, {}],
    source=_LOGIC,
    certainty="documented",
)
filters_attributes(
    "sns/Publish/filter-by-one-of-several-keys",
    "One of the alternatives of $or must match, and all other keys.",
    {"source": ["cloud"], "$or": [{"name": ["cpu"]}, {"space": ["ec2"]}]},
    passing=[
        {"source": text("cloud"), "name": text("cpu")},
        {"source": text("cloud"), "name": text("x"), "space": text("ec2")},
    ],
    stopped=[{"source": text("cloud")}, {"name": text("cpu")}, {"source": text("cloud"), "name": text("ec2")}],
    source=_LOGIC,
    certainty="documented",
)
filters_attributes(
    "sns/Publish/filter-by-absence-needs-attributes",
    "exists false does not match a message without any attributes; binary ones do not count.",
    {"store": [{"exists": False}]},
    passing=[{"event": text("x")}],
    stopped=[{}, {"store": text("x")}, {"store": text("x"), "event": text("y")}],
    source=_KEYS,
    certainty="documented",
)
filters_attributes(
    "sns/Publish/filter-ignores-binary-attributes",
    "A binary attribute has no value to match, and does not keep the message from a policy on others.",
    {"a": ["x"]},
    passing=[{"a": text("x"), "b": binary(b'"\\')}],
    stopped=[{"a": binary(b"x")}],
    source=_CONSTRAINTS,
    certainty="documented",
)
filters_attributes(
    "sns/Publish/filter-by-names-with-letter-case",
    "The names of attributes are compared with their letter case.",
    {"store": ["corp"]},
    passing=[{"store": text("corp")}],
    stopped=[{"Store": text("corp")}],
    source=_STRINGS,
    certainty="documented",
)
filters_attributes(
    "sns/Publish/filter-by-name-with-dots",
    "An attribute whose name has dots is found by that name.",
    {"a.b": ["x"]},
    passing=[{"a.b": text("x")}],
    stopped=[{"a": text("x")}, {"b": text("x")}],
    source=_STRINGS,
    certainty="assumed",
)
filters_attributes(
    "sns/Publish/filter-of-nothing",
    "An empty policy lets every message through.",
    {},
    passing=[{}, {"a": text("x")}, {"a": text('"')}],
    stopped=[],
    source=f"{SNS_GUIDE}/message-filtering-apply.html",
    certainty="assumed",
)
