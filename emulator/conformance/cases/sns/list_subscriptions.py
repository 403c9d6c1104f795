"""ListSubscriptions and ListSubscriptionsByTopic."""

from emulator.conformance.answer import Result
from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.addresses import topic_elsewhere, unknown_topic
from emulator.conformance.cases.sns.subscribe import subscribed
from emulator.conformance.cases.sources import RECORDED, REPORTED, SNS_API
from emulator.conformance.fixtures import TOPIC
from emulator.conformance.mismatch import same
from emulator.conformance.tables import refused

_BY_TOPIC = f"{SNS_API}/API_ListSubscriptionsByTopic.html"
_LIST = f"{SNS_API}/API_ListSubscriptions.html"


def _pages(aws: Caller, operation: str, **params: str) -> list[list[Result]]:
    """The subscriptions, page by page."""
    pages: list[list[Result]] = []
    token: dict[str, str] = {}
    while True:
        answer = aws.sns(operation, **params, **token).result
        pages.append(answer["Subscriptions"])
        if "NextToken" not in answer:
            return pages
        token = {"NextToken": answer["NextToken"]}


def _of(aws: Caller, operation: str, topic: str) -> list[Result]:
    """The subscriptions to a topic, as ``operation`` lists them."""
    params = {"TopicArn": topic} if operation == "ListSubscriptionsByTopic" else {}
    listed = [each for page in _pages(aws, operation, **params) for each in page]
    return [each for each in listed if each["TopicArn"] == topic]


for _operation in ("ListSubscriptions", "ListSubscriptionsByTopic"):

    @case(
        f"sns/{_operation}/queue",
        "A subscription is listed with its ARN, owner, protocol, endpoint and topic.",
        RECORDED,
        "recorded",
    )
    def _(aws: Caller, operation: str = _operation) -> None:
        topic, endpoint = aws.topic(), aws.arn(aws.queue())
        subscription = subscribed(aws, topic, "sqs", endpoint)
        expected = {
            "SubscriptionArn": subscription,
            "Owner": topic.split(":")[4],
            "Protocol": "sqs",
            "Endpoint": endpoint,
            "TopicArn": topic,
        }
        same(_of(aws, operation, topic), [expected], "the subscriptions")

    @case(
        f"sns/{_operation}/pending-subscription",
        "A subscription that is not confirmed is listed without its ARN.",
        REPORTED,
        "reported",
    )
    def _(aws: Caller, operation: str = _operation) -> None:
        topic = aws.topic()
        aws.sns("Subscribe", TopicArn=topic, Protocol="email", Endpoint="nobody@example.com").succeeds()
        [listed] = _of(aws, operation, topic)
        same(listed["SubscriptionArn"], "PendingConfirmation", "the ARN")

    for _what, _url, _shown in (
        ("password", "http://user:secret@example.com/x", "http://user:****@example.com/x"),
        ("password-of-a-secure-url", "https://user:secret@example.com/", "https://user:****@example.com/"),
        (
            "password-with-a-colon",
            "http://user:se:cret@example.com:8080/x?a=b@c",
            "http://user:****@example.com:8080/x?a=b@c",
        ),
    ):

        @case(
            f"sns/{_operation}/url-with-a-{_what}",
            "A list shows four asterisks in the place of a URL's password.",
            REPORTED,
            "reported",
        )
        def _(aws: Caller, operation: str = _operation, url: str = _url, shown: str = _shown) -> None:
            topic = aws.topic()
            protocol = url.partition(":")[0]
            aws.sns("Subscribe", TopicArn=topic, Protocol=protocol, Endpoint=url).succeeds()
            [listed] = _of(aws, operation, topic)
            same(listed["Endpoint"], shown, "the endpoint")

    @case(f"sns/{_operation}/url-without-a-password", "Any other URL is listed unchanged.", REPORTED, "reported")
    def _(aws: Caller, operation: str = _operation) -> None:
        topic, url = aws.topic(), "http://example.com:8080/a:b@c"
        aws.sns("Subscribe", TopicArn=topic, Protocol="http", Endpoint=url).succeeds()
        [listed] = _of(aws, operation, topic)
        same(listed["Endpoint"], url, "the endpoint")

    refused(
        f"sns/{_operation}/bad-token",
        "A token that AWS did not issue is refused.",
        {"NextToken": "what", **({"TopicArn": TOPIC} if _operation == "ListSubscriptionsByTopic" else {})},
        "InvalidParameter",
        source=_LIST,
        certainty="modeled",
    )


@case("sns/ListSubscriptionsByTopic/none", "A topic without subscriptions lists none.", RECORDED, "recorded")
def _(aws: Caller) -> None:
    same(aws.sns("ListSubscriptionsByTopic", TopicArn=aws.topic()).result, {"Subscriptions": []})


@case(
    "sns/ListSubscriptionsByTopic/pages",
    "A page has 100 subscriptions; the last has no token.",
    RECORDED,
    "recorded",
)
def _(aws: Caller) -> None:
    topic = aws.topic()
    numbers = {f"+1555{number:07}" for number in range(101)}
    for number in numbers:
        aws.sns("Subscribe", TopicArn=topic, Protocol="sms", Endpoint=number).succeeds()
    pages = _pages(aws, "ListSubscriptionsByTopic", TopicArn=topic)
    same([len(page) for page in pages], [100, 1], "the lengths of the pages")
    same({each["Endpoint"] for page in pages for each in page}, numbers, "the endpoints")


unknown_topic("ListSubscriptionsByTopic", {}, certainty="documented")
topic_elsewhere("ListSubscriptionsByTopic", {})
refused(
    "sns/ListSubscriptionsByTopic/no-topic-arn",
    "The topic's ARN is required.",
    {},
    "ValidationError",
    source=_BY_TOPIC,
    certainty="modeled",
)
