"""MessageAttributeNames of ReceiveMessage."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.cases.sources import RECORDED, SQS_API
from emulator.conformance.cases.sqs.messages import send
from emulator.conformance.mismatch import ABSENT, has

_PAGE = f"{SQS_API}/API_ReceiveMessage.html"
_VALUES = {"General": "Kenobi", "Hello": "There", "Help.Me": "Me"}
_THREE = {name: {"DataType": "String", "StringValue": value} for name, value in _VALUES.items()}
_ALL, _ALL_DIGEST = list(_VALUES), "4c360f3fdafd970e05fae2f149d997f5"
_TWO_DIGEST = "fca026605781cb4126a1e9044df24232"

# For each: MessageAttributeNames, the names that are returned, and their digest if it is known.
_FILTERS: dict[str, tuple[list[str] | None, list[str], object, Certainty]] = {
    "left-out": (None, [], None, "recorded"),
    "empty": ([], [], None, "recorded"),
    "all": (["All"], _ALL, _ALL_DIGEST, "recorded"),
    "dot-star": ([".*"], _ALL, _ALL_DIGEST, "recorded"),
    "star": (["*"], _ALL, _ALL_DIGEST, "recorded"),
    "all-and-a-name": (["Hello", "All"], _ALL, _ALL_DIGEST, "documented"),
    "prefix": (["Hel.*"], ["Hello", "Help.Me"], str, "recorded"),
    "prefix-up-to-a-dot": (["Help.*"], ["Help.Me"], str, "documented"),
    "prefix-of-none": (["Foo.*"], [], None, "documented"),
    "two-prefixes": (["Gen.*", "Hello.*"], ["General", "Hello"], _TWO_DIGEST, "documented"),
    "part-of-a-name": (["Help"], [], None, "recorded"),
    "name": (["Hello"], ["Hello"], "a311262e065454b75da111d535b8dacd", "recorded"),
    "name-with-a-dot": (["Help.Me"], ["Help.Me"], str, "documented"),
    "name-in-another-case": (["hello"], [], None, "documented"),
    "known-and-unknown-name": (["Foo", "Hello"], ["Hello"], "a311262e065454b75da111d535b8dacd", "recorded"),
    "two-names": (["Hello", "General"], ["General", "Hello"], _TWO_DIGEST, "documented"),
    "same-name-twice": (["Hello", "Hello"], ["Hello"], "a311262e065454b75da111d535b8dacd", "documented"),
    "reserved-name": (["AWS."], [], None, "recorded"),
    "name-with-dots-first": (["..foo"], [], None, "recorded"),
}


def _filter(id: str, names: list[str] | None, wanted: list[str], digest: object, certainty: Certainty) -> None:
    @case(
        f"sqs/ReceiveMessage/attribute-names-{id}",
        "The requested attributes are returned with their digest; if there are none, both are absent.",
        RECORDED if certainty == "recorded" else _PAGE,
        certainty,
    )
    def _(aws: Caller) -> None:
        queue = aws.queue()
        send(aws, queue, "msg", MessageAttributes=_THREE)
        (message,) = aws.received(queue, 1, **({} if names is None else {"MessageAttributeNames": names}))
        attributes = {name: _THREE[name] for name in wanted} or ABSENT
        has(
            message,
            {"MessageAttributes": attributes, "MD5OfMessageAttributes": ABSENT if digest is None else digest},
            "the message",
        )


for _id, _row in _FILTERS.items():
    _filter(_id, *_row)


@case(
    "sqs/ReceiveMessage/attribute-names-of-a-message-without-attributes",
    "A message without attributes has no digest of them.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    queue = aws.queue()
    send(aws, queue, "msg")
    (message,) = aws.received(queue, 1, MessageAttributeNames=["All"])
    has(message, {"MessageAttributes": ABSENT, "MD5OfMessageAttributes": ABSENT}, "the message")
