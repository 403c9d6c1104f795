"""TagResource, UntagResource and ListTagsForResource."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.addresses import missing, topic_elsewhere, unknown_topic
from emulator.conformance.cases.sources import RECORDED, SNS_API, SNS_GUIDE
from emulator.conformance.fixtures import NAME, TOPIC
from emulator.conformance.mismatch import same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SNS_API}/API_TagResource.html"
_GUIDE = f"{SNS_GUIDE}/sns-tags.html"
_TAGS = [{"Key": "k1", "Value": "v1"}, {"Key": "k2", "Value": "v2"}]


def _tags(aws: Caller, topic: str) -> dict[str, str]:
    """The tags of a topic, which AWS lists in no particular order."""
    tags = aws.sns("ListTagsForResource", ResourceArn=topic).result["Tags"]
    return {tag["Key"]: tag["Value"] for tag in tags}


@case("sns/ListTagsForResource/none", "A topic without tags lists none.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    same(aws.sns("ListTagsForResource", ResourceArn=aws.topic()).result, {"Tags": []})


@case("sns/ListTagsForResource/tags-of-create-topic", "Tags given to CreateTopic are listed.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    same(_tags(aws, aws.topic(Tags=_TAGS)), {"k1": "v1", "k2": "v2"}, "the tags")


@case("sns/TagResource/new-and-known-keys", "A tag with a known key replaces it.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    topic = aws.topic(Tags=_TAGS)
    new = [{"Key": "k2", "Value": "v2b"}, {"Key": "k3", "Value": ""}]
    same(aws.sns("TagResource", ResourceArn=topic, Tags=new).succeeds(), {})
    same(_tags(aws, topic), {"k1": "v1", "k2": "v2b", "k3": ""}, "the tags")


@case("sns/TagResource/keys-in-other-cases", "The letter case of keys matters.", _GUIDE, "documented")
def _(aws: Caller) -> None:
    topic = aws.topic(Tags=_TAGS)
    aws.sns("TagResource", ResourceArn=topic, Tags=[{"Key": "K1", "Value": "v"}]).succeeds()
    same(_tags(aws, topic), {"k1": "v1", "k2": "v2", "K1": "v"}, "the tags")


@case("sns/UntagResource/named-tags", "The named tags are removed; unknown keys do not matter.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    topic = aws.topic(Tags=_TAGS)
    same(aws.sns("UntagResource", ResourceArn=topic, TagKeys=["k1", "not-there"]).succeeds(), {})
    same(_tags(aws, topic), {"k2": "v2"}, "the tags")


@case("sns/TagResource/51st-tag", "A topic has up to 50 tags.", _PAGE, "documented")
def _(aws: Caller) -> None:
    topic = aws.topic(Tags=[{"Key": f"k{number}", "Value": ""} for number in range(50)])
    aws.sns("TagResource", ResourceArn=topic, Tags=[{"Key": "more", "Value": ""}]).refused("TagLimitExceeded")
    aws.sns("TagResource", ResourceArn=topic, Tags=[{"Key": "k0", "Value": "again"}]).succeeds()
    same(len(_tags(aws, topic)), 50, "the number of tags")


refused(
    "sns/CreateTopic/51-tags",
    "A topic has up to 50 tags.",
    {"Name": NAME, "Tags": [{"Key": f"k{number}", "Value": ""} for number in range(51)]},
    "TagLimitExceeded",
    source=f"{SNS_API}/API_CreateTopic.html",
    certainty="documented",
)
accepted(
    "sns/TagResource/longest-key-and-value",
    "A key has up to 128 characters, a value up to 256.",
    {"ResourceArn": TOPIC, "Tags": [{"Key": "k" * 128, "Value": "v" * 256}]},
    source=_GUIDE,
    certainty="documented",
)

# What is tested: the tags, the error's code, and its message.
_BAD: dict[str, tuple[list[dict[str, str]], str, object]] = {
    "repeated-key": ([_TAGS[0], _TAGS[0]], "InvalidParameter", "Invalid parameter: Duplicated keys are not allowed."),
    "empty-key": ([{"Key": "", "Value": "v"}], "ValidationError", str),
    "key-of-129-characters": ([{"Key": "k" * 129, "Value": "v"}], "ValidationError", str),
    "value-of-257-characters": ([{"Key": "k", "Value": "v" * 257}], "ValidationError", str),
    "reserved-key": ([{"Key": "aws:k", "Value": "v"}], "InvalidParameter", str),
    "reserved-key-in-capitals": ([{"Key": "AWS:k", "Value": "v"}], "InvalidParameter", str),
}
_RECORDED = ("TagResource", "repeated-key")
_CHARACTERS: dict[str, list[dict[str, str]]] = {
    "comma-in-its-value": [{"Key": "LastUpdatedTime", "Value": "Monday, 14-Oct-19 10:00:00 UTC"}],
    "comma-in-its-key": [{"Key": "a,b", "Value": "v"}],
}
for _what, _given in _CHARACTERS.items():
    for _operation, _target in (("TagResource", {"ResourceArn": TOPIC}), ("CreateTopic", {"Name": NAME})):
        refused(
            f"sns/{_operation}/tag-with-a-{_what}",
            "Keys and values have letters, digits, white space and the characters _ . : / = + - @.",
            {**_target, "Tags": _given},
            "InvalidParameter",
            "Invalid parameter: Tags Reason: The given tag(s) contain invalid characters",
            source="https://github.com/aws/aws-sdk-go/issues/2891",
            certainty="reported",
        )
accepted(
    "sns/TagResource/every-legal-character",
    "Keys and values have letters, digits, white space and the characters _ . : / = + - @.",
    {"ResourceArn": TOPIC, "Tags": [{"Key": "Zürich 1_.:/=+-@", "Value": "Zürich 1_.:/=+-@"}]},
    source=_GUIDE,
    certainty="documented",
)
for _what, (_given, _code, _message) in _BAD.items():
    for _operation, _target in (("TagResource", {"ResourceArn": TOPIC}), ("CreateTopic", {"Name": NAME})):
        refused(
            f"sns/{_operation}/tag-with-{_what}",
            "A key has 1 to 128 characters, is given once, and does not begin with aws:; a value has up to 256.",
            {**_target, "Tags": _given},
            _code,
            _message,
            source=RECORDED if (_operation, _what) == _RECORDED else _GUIDE,
            certainty="recorded" if (_operation, _what) == _RECORDED else "documented",
        )
accepted(
    "sns/TagResource/reserved-value",
    "A value may begin with aws:.",
    {"ResourceArn": TOPIC, "Tags": [{"Key": "k", "Value": "aws:v"}]},
    source=_GUIDE,
    certainty="assumed",
)

accepted(
    "sns/UntagResource/reserved-key",
    "A key that no topic can have makes no difference.",
    {"ResourceArn": TOPIC, "TagKeys": ["aws:k"]},
    source=_GUIDE,
    certainty="assumed",
)

for _operation, _params in (
    ("TagResource", {"Tags": _TAGS}),
    ("UntagResource", {"TagKeys": ["k1"]}),
    ("ListTagsForResource", {}),
):
    unknown_topic(
        _operation,
        _params,
        "ResourceNotFound",
        "Resource does not exist",
        parameter="ResourceArn",
        certainty="documented",
    )
    topic_elsewhere(_operation, _params, str, parameter="ResourceArn", certainty="assumed")
    refused(
        f"sns/{_operation}/not-an-arn",
        "A text that is not an ARN is refused.",
        {"ResourceArn": "topic", **_params},
        "InvalidParameter",
        "Invalid parameter: ResourceArn Reason: An ARN must have at least 6 elements, not 1",
        source=f"{SNS_API}/API_{_operation}.html",
        certainty="assumed",
    )
    missing(_operation, {"ResourceArn": TOPIC, **_params}, ("ResourceArn", *_params))
