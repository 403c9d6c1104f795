"""The precision of comparisons, and the attributes that keep a message from every policy."""

import json

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import SNS_GUIDE
from emulator.conformance.filtering import array, arrivals, binary, filters_attributes, filters_bodies, number, text
from emulator.conformance.mismatch import same

_CONSTRAINTS = f"{SNS_GUIDE}/subscription-filter-policy-constraints.html"
_DIGITS = "https://github.com/getmoto/moto/pull/6242"
_NEAR, _FAR = "100.1234567", "100.1234561"  # of 100.123456789: what is left up to the sixth digit is equal, or not

# Numbers: the end of the id, conditions, and which of the two numbers passes.
_PRECISION = {
    "literal": ([100.123456789], _NEAR, _FAR),
    "numeric": ([{"numeric": ["=", 100.123456789]}], _NEAR, _FAR),
    "range": ([{"numeric": [">=", 100.123456789, "<", 200]}], _NEAR, _FAR),
    "anything-but": ([{"anything-but": 100.123456789}], _FAR, _NEAR),
    "anything-but-several": ([{"anything-but": [1, 100.123456789]}], _FAR, _NEAR),
}
for _end, (_conditions, _passes, _stops) in _PRECISION.items():
    filters_attributes(
        f"sns/Publish/filter-by-digits-of-a-number-{_end}",
        "Digits after the sixth decimal place of a number in an attribute do not count.",
        {"price": _conditions},
        passing=[{"price": number(_passes)}, {"price": array(f"[{_passes}]")}],
        stopped=[{"price": number(_stops)}, {"price": array(f"[{_stops}]")}],
        source=_DIGITS,
        certainty="reported",
    )
    filters_bodies(
        f"sns/Publish/filter-body-by-digits-of-a-number-{_end}",
        "Digits after the sixth decimal place of a number in the body do not count.",
        {"price": _conditions},
        passing=[f'{{"price":{_passes}}}', f'{{"price":[{_passes}]}}'],
        stopped=[f'{{"price":{_stops}}}', f'{{"price":[{_stops}]}}'],
        source=_DIGITS,
        certainty="reported",
    )

filters_attributes(
    "sns/Publish/filter-folds-letters-one-by-one",
    "equals-ignore-case compares character by character: no letter equals two.",
    {"street": [{"equals-ignore-case": "straße"}]},
    passing=[{"street": text("STRAßE")}],
    stopped=[{"street": text("STRASSE")}, {"street": text("strasse")}],
    source=f"{SNS_GUIDE}/string-value-matching.html",
    certainty="assumed",
)
filters_bodies(
    "sns/Publish/filter-body-folds-letters-one-by-one",
    "equals-ignore-case compares character by character: no letter equals two.",
    {"street": [{"equals-ignore-case": "STRASSE"}]},
    passing=['{"street":"strasse"}'],
    stopped=['{"street":"straße"}'],
    source=f"{SNS_GUIDE}/string-value-matching.html",
    certainty="assumed",
)

# Values that break the JSON text into which AWS writes all attributes without escaping them.
_BROKEN = {
    "quotation-mark": text('say "x"'),
    "quotation-mark-of-a-custom-type": text('"', "label"),
    "backslash": text("C:\\home"),
    "trailing-backslash": text("x\\"),
    "tab": text("a\tb"),
    "newline": text("a\nb"),
    "malformed-array": array('["x"'),
    "array-without-quotation-marks": array("rugby"),
}
for _end, _attribute in _BROKEN.items():
    filters_attributes(
        f"sns/Publish/filter-stops-{_end}",
        "An attribute that breaks JSON keeps the message from a policy, whether it is named there or not.",
        {"a": ["x"]},
        passing=[{"a": text("x")}],
        stopped=[{"a": text("x"), "b": _attribute}, {"a": _attribute, "b": text("x")}],
        source=_CONSTRAINTS,
        certainty="reported",
    )

# By what the attribute contains: the text it is compared as.
_ESCAPED = {
    "quotation-mark": ('say \\"x\\"', 'say "x"'),
    "backslash": ("C:\\\\home", "C:\\home"),
    "newline": ("a\\nb", "a\nb"),
    "code-point": ("\\u00e4", "ä"),
}
for _end, (_value, _meant) in _ESCAPED.items():
    filters_attributes(
        f"sns/Publish/filter-reads-escaped-{_end}",
        "A value with JSON escapes is compared as the text that they stand for.",
        {"a": [_meant]},
        passing=[{"a": text(_value)}],
        stopped=[{"a": text("x")}],
        source=_CONSTRAINTS,
        certainty="reported",
    )

filters_attributes(
    "sns/Publish/filter-reads-a-bare-value-as-an-array",
    "A String.Array that is a value by itself counts as an array of one.",
    {"a": [100]},
    passing=[{"a": array("100")}, {"a": array("[100]")}],
    stopped=[{"a": array("101")}, {"a": text("100")}],
    source=_CONSTRAINTS,
    certainty="assumed",
)


@case(
    "sns/Publish/filter-stops-broken-attributes-by-attributes-alone",
    "An attribute that breaks JSON has no effect on a policy on the body, or without a policy.",
    _CONSTRAINTS,
    "reported",
)
def _(aws: Caller) -> None:
    topic = aws.topic()
    policy = json.dumps({"a": ["x"]})
    settings = [{"FilterPolicy": policy}, {"FilterPolicy": policy, "FilterPolicyScope": "MessageBody"}, {}]
    queues = [aws.queue() for _ in settings]
    for queue, attributes in zip(queues, settings, strict=True):
        aws.subscribe(topic, queue, {"RawMessageDelivery": "true", **attributes})
    broken = {"a": text("x"), "b": text('"')}
    aws.sns("Publish", TopicArn=topic, Message='{"a":"x","n":1}', MessageAttributes=broken).succeeds()
    whole = {"a": text("x"), "b": binary(b'"')}
    aws.sns("Publish", TopicArn=topic, Message='{"a":"x","n":2}', MessageAttributes=whole).succeeds()
    by_attributes, by_body, unfiltered = queues
    for queue, numbers in ((by_body, (1, 2)), (unfiltered, (1, 2)), (by_attributes, (2,))):
        expected = [f'{{"a":"x","n":{each}}}' for each in numbers]
        arrived = arrivals(aws, queue, len(expected))
        same(arrived, expected, "the messages that arrived")
