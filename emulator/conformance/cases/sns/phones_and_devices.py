"""Subscribe: phone numbers, and the endpoints of devices."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sns.subscribe import subscribed
from emulator.conformance.cases.sources import RECORDED, REPORTED, SNS_API
from emulator.conformance.fixtures import TOPIC
from emulator.conformance.mismatch import same
from emulator.conformance.push import application, endpoint
from emulator.conformance.tables import refused

_PAGE = f"{SNS_API}/API_Subscribe.html"

for _what, _number in {
    "hyphens": "+1-555-012-3456",
    "dots": "+1.555.012.3456",
    "slashes": "+1/555/012/3456",
    "blanks": "+1 555 012 3456",
    "different-separators": "+1/55-501.23 456",
}.items():

    @case(
        f"sns/Subscribe/phone-number-with-{_what}",
        "Separators in a phone number are dropped: it is found again in either spelling.",
        RECORDED,
        "recorded",
    )
    def _(aws: Caller, number: str = _number) -> None:
        topic = aws.topic()
        first = subscribed(aws, topic, "sms", number)
        for again in (number, "+15550123456"):
            same(subscribed(aws, topic, "sms", again), first, f"the subscription of {again}")
        [listed] = aws.sns("ListSubscriptionsByTopic", TopicArn=topic).result["Subscriptions"]
        same(listed["Endpoint"], "+15550123456", "the endpoint")


for _what, _number in {
    "doubled-hyphen": "+1--5550123456",
    "leading-hyphen": "-15550123456",
    "trailing-dot": "+15550123456.",
    "letters": "+1-555-CALL-ME",
    "words": "no number",
    "nothing-but-a-plus": "+",
}.items():
    refused(
        f"sns/Subscribe/phone-number-with-{_what}",
        "The error about a malformed phone number quotes it as it was given.",
        {"TopicArn": TOPIC, "Protocol": "sms", "Endpoint": _number},
        "InvalidParameter",
        f"Invalid SMS endpoint: {_number}",
        source=RECORDED,
        certainty="recorded",
    )

# -- Devices ---------------------------------------------------------------------------------


def _refuses_device(aws: Caller, device: str) -> None:
    answer = aws.sns("Subscribe", TopicArn=aws.topic(), Protocol="application", Endpoint=device)
    words = f"Invalid parameter: Endpoint Reason: Endpoint does not exist for endpoint arn{device}"
    answer.refused("InvalidParameter", words)


@case("sns/Subscribe/device", "A device of the same account is subscribed at once.", _PAGE, "documented")
def _(aws: Caller) -> None:
    topic = aws.topic()
    device = endpoint(aws, application(aws))
    answer = aws.sns("Subscribe", TopicArn=topic, Protocol="application", Endpoint=device)
    answer.gives(SubscriptionArn=lambda arn: arn.startswith(f"{topic}:"))


@case("sns/Subscribe/device-that-never-was", "The endpoint of a device has to exist.", REPORTED, "reported")
def _(aws: Caller) -> None:
    _refuses_device(aws, f"arn:aws:sns:{aws.region}:{aws.account}:endpoint/GCM/{aws.name()}/0b9c1e0a")


@case("sns/Subscribe/deleted-device", "A deleted endpoint cannot be subscribed.", REPORTED, "reported")
def _(aws: Caller) -> None:
    device = endpoint(aws, application(aws))
    aws.sns("DeleteEndpoint", EndpointArn=device).succeeds()
    _refuses_device(aws, device)


@case(
    "sns/Subscribe/device-of-a-deleted-application",
    "The endpoint of a deleted application cannot be subscribed.",
    REPORTED,
    "reported",
)
def _(aws: Caller) -> None:
    owner = application(aws)
    device = endpoint(aws, owner)
    aws.sns("DeletePlatformApplication", PlatformApplicationArn=owner).succeeds()
    _refuses_device(aws, device)
