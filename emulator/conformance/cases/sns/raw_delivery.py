"""RawMessageDelivery of subscriptions that do not support it."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sns.subscribe import subscribed
from emulator.conformance.cases.sources import REPORTED

_RAW_ENDPOINTS = {
    "lambda": "arn:aws:lambda:{region}:{account}:function:conformance",
    "sms": "+15550123456",
    "email": "nobody@example.com",
    "email-json": "nobody@example.com",
}
for _protocol, _endpoint in _RAW_ENDPOINTS.items():
    for _value in ("true", "false"):

        @case(
            f"sns/Subscribe/raw-message-delivery-{_value}-by-{_protocol}",
            "RawMessageDelivery, even false, is for queues, URLs and delivery streams only.",
            REPORTED,
            "reported",
        )
        def _(aws: Caller, protocol: str = _protocol, endpoint: str = _endpoint, value: str = _value) -> None:
            address = endpoint.format(region=aws.region, account=aws.account)
            given = {"TopicArn": aws.topic(), "Protocol": protocol, "Endpoint": address}
            answer = aws.sns("Subscribe", **given, Attributes={"RawMessageDelivery": value})
            words = f"Delivery protocol [{protocol}] does not support raw message delivery."
            answer.refused("InvalidParameter", f"Invalid parameter: {words}")


for _value in ("true", "false"):

    @case(
        f"sns/SetSubscriptionAttributes/raw-message-delivery-{_value}-of-a-phone",
        "RawMessageDelivery, even false, cannot be set for a phone number.",
        REPORTED,
        "reported",
    )
    def _(aws: Caller, value: str = _value) -> None:
        subscription = subscribed(aws, aws.topic(), "sms", "+15550123456")
        answer = aws.sns(
            "SetSubscriptionAttributes",
            SubscriptionArn=subscription,
            AttributeName="RawMessageDelivery",
            AttributeValue=value,
        )
        words = "Delivery protocol [sms] does not support raw message delivery."
        answer.refused("InvalidParameter", f"Invalid parameter: {words}")
