"""The action comes before everything else: its parameters have no meaning without it."""

from emulator.conformance.caller import Caller
from emulator.conformance.case import case
from emulator.conformance.cases.sources import SNS_API, SQS_API
from emulator.conformance.protocols import Service


@case(
    "sqs/Wire/order-unknown-operation-before-unreadable-body",
    "A JSON request for an unknown operation is refused before its body is read.",
    f"{SQS_API}/CommonErrors.html",
    "assumed",
    protocols=("json",),
)
def _(aws: Caller) -> None:
    aws.json("Fly", b"{").refused("UnknownOperationException")


def _unknown_action(service: Service, page: str, parameter: str) -> None:
    @case(
        f"{service}/Wire/order-unknown-action-before-parameters",
        "A query request for an unknown action is refused before its parameters are looked at.",
        f"{page}/CommonErrors.html",
        "assumed",
        protocols=("query",),
    )
    def run(aws: Caller) -> None:
        aws.form(service, {"Action": "Fly", parameter: "gone", "MaxResults": "many"}).refused("InvalidAction")


_unknown_action("sqs", SQS_API, "QueueUrl")
_unknown_action("sns", SNS_API, "TopicArn")
