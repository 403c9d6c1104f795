"""DeleteTopic and ListTopics."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.addresses import topic_elsewhere
from emulator.conformance.cases.sources import RECORDED, SNS_API
from emulator.conformance.fixtures import NO_TOPIC
from emulator.conformance.mismatch import Mismatch, same
from emulator.conformance.tables import accepted, refused

_DELETE = f"{SNS_API}/API_DeleteTopic.html"
_LIST = f"{SNS_API}/API_ListTopics.html"


@case("sns/DeleteTopic/topic-is-gone", "A deleted topic no longer exists.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    topic = aws.topic()
    same(aws.sns("DeleteTopic", TopicArn=topic).succeeds(), {})
    aws.sns("GetTopicAttributes", TopicArn=topic).refused("NotFound", "Topic does not exist", status=404)


@case("sns/DeleteTopic/twice", "To delete a topic again succeeds.", _DELETE, "documented")
def _(aws: Caller) -> None:
    topic = aws.topic()
    for _ in range(2):
        aws.sns("DeleteTopic", TopicArn=topic).succeeds()


accepted(
    "sns/DeleteTopic/topic-that-never-was",
    "To delete a topic that does not exist succeeds.",
    {"TopicArn": NO_TOPIC},
    source=_DELETE,
    certainty="documented",
)
topic_elsewhere("DeleteTopic", {})
refused(
    "sns/DeleteTopic/not-an-arn",
    "A text that is not an ARN is refused.",
    {"TopicArn": "topic"},
    "InvalidParameter",
    "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
    source="https://github.com/aws-samples/amazon-rekognition-video-analyzer/issues/41",
    certainty="reported",
)
refused(
    "sns/DeleteTopic/no-topic-arn",
    "The topic's ARN is required.",
    {},
    "ValidationError",
    source=_DELETE,
    certainty="modeled",
)


@case("sns/DeleteTopic/tags-go-with-it", "A topic of the same name has no tags.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    name = aws.name()
    arn = aws.sns("CreateTopic", Name=name, Tags=[{"Key": "k1", "Value": "v1"}]).result["TopicArn"]
    aws.sns("DeleteTopic", TopicArn=arn).succeeds()
    aws.sns("CreateTopic", Name=name).gives(TopicArn=arn)
    same(aws.sns("ListTagsForResource", ResourceArn=arn).result, {"Tags": []})


@case(
    "sns/DeleteTopic/subscriptions-are-not-attached-to-the-next-one",
    "A topic of the same name does not send to the subscribers of the deleted one.",
    _DELETE,
    "documented",
)
def _(aws: Caller) -> None:
    queue, topic = aws.queue(), aws.topic()
    aws.subscribe(topic, queue)
    aws.sns("DeleteTopic", TopicArn=topic).succeeds()
    aws.sns("CreateTopic", Name=topic.rpartition(":")[2]).gives(TopicArn=topic)
    aws.sns("Publish", TopicArn=topic, Message="hello").succeeds()
    same(aws.receive(queue), [], "the messages")


# -- ListTopics ------------------------------------------------------------------------------


def _listed(aws: Caller) -> list[str]:
    """The ARNs of all topics, page by page."""
    arns: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = aws.sns("ListTopics", **token).result
        topics = [topic["TopicArn"] for topic in page["Topics"]]
        if len(topics) > 100:
            raise Mismatch(f"there are {len(topics)} topics on a page")
        arns += topics
        if "NextToken" not in page:
            return arns
        token = {"NextToken": page["NextToken"]}


@case("sns/ListTopics/lists-a-topic", "A topic is listed once.", _LIST, "documented")
def _(aws: Caller) -> None:
    topics = [aws.topic(), aws.fifo_topic()]
    listed = _listed(aws)
    same([listed.count(topic) for topic in topics], [1, 1], "how often the topics are listed")


@case("sns/ListTopics/deleted-topic", "A deleted topic is not listed.", _LIST, "documented")
def _(aws: Caller) -> None:
    topic = aws.topic()
    aws.sns("DeleteTopic", TopicArn=topic).succeeds()
    same(topic in _listed(aws), False, "whether the topic is listed")


refused(
    "sns/ListTopics/bad-token",
    "A token that AWS did not issue is refused.",
    {"NextToken": "what"},
    "InvalidParameter",
    source=_LIST,
    certainty="modeled",
)
