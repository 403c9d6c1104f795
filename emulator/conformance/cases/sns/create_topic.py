"""CreateTopic."""

import json

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import RECORDED, REPORTED, SNS_API, SNS_GUIDE
from emulator.conformance.fixtures import FIFO_NAME, NAME
from emulator.conformance.mismatch import same
from emulator.conformance.tables import accepted, refused

_PAGE = f"{SNS_API}/API_CreateTopic.html"
_DIFFERENT = "Invalid parameter: Attributes Reason: Topic already exists with different attributes"


@case("sns/CreateTopic/answer-is-the-arn", "The answer is the topic's ARN.", _PAGE, "documented")
def _(aws: Caller) -> None:
    name = aws.name()
    answer = aws.sns("CreateTopic", Name=name).result
    same(answer["TopicArn"].split(":")[2:4] + answer["TopicArn"].split(":")[5:], ["sns", aws.region, name])


for _what, _length in (("one-character", 1), ("256-characters", 256)):

    @case(f"sns/CreateTopic/name-of-{_what}", "A name has 1 to 256 characters.", RECORDED, "recorded")
    def _(aws: Caller, length: int = _length) -> None:
        prefix = aws.name() if length > 1 else ""
        name = prefix + "x" * (length - len(prefix))
        answer = aws.sns("CreateTopic", Name=name).result
        same(answer["TopicArn"].endswith(f":{name}"), True, "whether the ARN ends with the name")


for _what, _name, _attributes in (
    ("empty-name", "", {}),
    ("name-of-257-characters", "x" * 257, {}),
    *((f"name-with-character-{ord(each)}", f"bad{each}name", {}) for each in ":;!@|^% "),
    ("fifo-name-of-a-standard-topic", "name.fifo", {}),
    ("fifo-topic-without-the-suffix", "name", {"FifoTopic": "true"}),
    ("fifo-name-of-a-topic-that-is-not-fifo", "name.fifo", {"FifoTopic": "false"}),
):
    refused(
        f"sns/CreateTopic/{_what}",
        "A name has 1 to 256 letters, digits, hyphens and underscores; that of a FIFO topic also ends in .fifo.",
        {"Name": _name, "Attributes": _attributes},
        "InvalidParameter",
        "Invalid parameter: Topic Name",
        source=RECORDED,
        certainty="recorded",
    )

accepted(
    "sns/CreateTopic/fifo-topic",
    "A FIFO topic has FifoTopic and a name that ends in .fifo.",
    {"Name": FIFO_NAME, "Attributes": {"FifoTopic": "true"}},
    {"TopicArn": lambda arn: arn.endswith(".fifo")},
    source=RECORDED,
    certainty="recorded",
)
refused(
    "sns/CreateTopic/no-name",
    "A name is required.",
    {},
    "ValidationError",
    source=_PAGE,
    certainty="modeled",
)
refused(
    "sns/CreateTopic/unknown-attribute",
    "An unknown attribute is named in the error.",
    {"Name": NAME, "Attributes": {"Nope": "1"}},
    "InvalidParameter",
    "Invalid parameter: Attributes Reason: Unknown attribute Nope",
    source=REPORTED,
    certainty="reported",
)
accepted(
    "sns/CreateTopic/display-name-of-100-characters",
    "A display name has up to 100 characters.",
    {"Name": NAME, "Attributes": {"DisplayName": "d" * 100}},
    source=f"{SNS_GUIDE}/sns-create-topic.html",
    certainty="documented",
)
refused(
    "sns/CreateTopic/display-name-of-101-characters",
    "A longer display name is refused.",
    {"Name": NAME, "Attributes": {"DisplayName": "d" * 101}},
    "InvalidParameter",
    "Invalid parameter: Attributes Reason: DisplayName",
    source=REPORTED,
    certainty="reported",
)
for _name, _value in (
    ("ContentBasedDeduplication", "true"),
    ("FifoThroughputScope", "MessageGroup"),
    ("ArchivePolicy", '{"MessageRetentionPeriod":"30"}'),
):
    refused(
        f"sns/CreateTopic/standard-topic-with-{_name.lower()}",
        f"{_name} is for FIFO topics.",
        {"Name": NAME, "Attributes": {_name: _value}},
        "InvalidParameter",
        source=f"{SNS_GUIDE}/sns-fifo-topics.html",
        certainty="documented",
    )
for _name, _value in (
    ("SignatureVersion", "3"),
    ("TracingConfig", "On"),
    ("KmsMasterKeyId", "k" * 2_049),
    ("SQSSuccessFeedbackSampleRate", "101"),
    ("MaximumMessageSize", "1023"),
    ("MaximumMessageSize", "1048577"),
):
    refused(
        f"sns/CreateTopic/bad-{_name.lower()}-{_value[:8].lower()}",
        f"A value that {_name} cannot have is refused.",
        {"Name": NAME, "Attributes": {_name: _value}},
        "InvalidParameter",
        source=f"{SNS_API}/API_SetTopicAttributes.html",
        certainty="documented",
    )

_KEPT: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "no-attributes": ({"DisplayName": "Value1"}, {}),
    "the-same-attributes": ({"DisplayName": "Value1"}, {"DisplayName": "Value1"}),
    "fifo-topic-false": ({}, {"FifoTopic": "false"}),
}
for _what, (_first, _again) in _KEPT.items():

    @case(
        f"sns/CreateTopic/again-with-{_what}",
        "To create a topic again, with attributes that agree or none, gives the same ARN.",
        RECORDED,
        "recorded",
    )
    def _(aws: Caller, first: dict[str, str] = _first, again: dict[str, str] = _again) -> None:
        name = aws.name()
        arn = aws.sns("CreateTopic", Name=name, Attributes=first).result["TopicArn"]
        aws.sns("CreateTopic", Name=name, Attributes=again).gives(TopicArn=arn)


_OTHERS: dict[str, dict[str, str]] = {
    "another-value": {"DisplayName": "Value2"},
    "one-attribute-more": {"SignatureVersion": "2"},
    "one-more-beside-the-same": {"DisplayName": "Value1", "SignatureVersion": "2"},
}
for _what, _again in _OTHERS.items():

    @case(
        f"sns/CreateTopic/again-with-{_what}",
        "To create a topic again with other or more attributes is refused.",
        RECORDED,
        "recorded",
    )
    def _(aws: Caller, again: dict[str, str] = _again) -> None:
        name = aws.name()
        aws.sns("CreateTopic", Name=name, Attributes={"DisplayName": "Value1"}).succeeds()
        aws.sns("CreateTopic", Name=name, Attributes=again).refused("InvalidParameter", _DIFFERENT)


@case(
    "sns/CreateTopic/name-is-checked-before-attributes-are-compared",
    "FifoTopic on an existing standard topic is a matter of its name.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    name = aws.topic().rpartition(":")[2]
    answer = aws.sns("CreateTopic", Name=name, Attributes={"FifoTopic": "true"})
    answer.refused("InvalidParameter", "Invalid parameter: Topic Name")


_TAGS = [{"Key": "k1", "Value": "v1"}, {"Key": "k2", "Value": "v2"}]
for _what, _again_tags in {"the-same-tags": _TAGS, "some-of-the-tags": _TAGS[:1], "no-tags": []}.items():

    @case(
        f"sns/CreateTopic/again-with-{_what}",
        "To create a topic again with all, some or none of its tags gives the same ARN.",
        RECORDED,
        "recorded",
    )
    def _(aws: Caller, again: list[dict[str, str]] = _again_tags) -> None:
        name = aws.name()
        arn = aws.sns("CreateTopic", Name=name, Tags=_TAGS).result["TopicArn"]
        aws.sns("CreateTopic", Name=name, Tags=again).gives(TopicArn=arn)


@case(
    "sns/CreateTopic/again-with-other-tags",
    "To create a topic again with other tags is refused.",
    REPORTED,
    "reported",
)
def _(aws: Caller) -> None:
    name = aws.name()
    aws.sns("CreateTopic", Name=name, Tags=_TAGS).succeeds()
    answer = aws.sns("CreateTopic", Name=name, Tags=[{"Key": "k3", "Value": "v3"}])
    answer.refused("InvalidParameter", "Invalid parameter: Tags Reason: Topic already exists with different tags")


@case(
    "sns/CreateTopic/again-finds-permissions-unchanged",
    "A topic keeps its policy when it is created again.",
    _PAGE,
    "documented",
)
def _(aws: Caller) -> None:
    arn = aws.topic()
    aws.sns("AddPermission", TopicArn=arn, Label="l", AWSAccountId=[aws.account], ActionName=["Publish"]).succeeds()
    before = aws.sns("GetTopicAttributes", TopicArn=arn).result["Attributes"]["Policy"]
    aws.sns("CreateTopic", Name=arn.rpartition(":")[2]).gives(TopicArn=arn)
    after = aws.sns("GetTopicAttributes", TopicArn=arn).result["Attributes"]["Policy"]
    same(json.loads(after), json.loads(before), "the policy")
