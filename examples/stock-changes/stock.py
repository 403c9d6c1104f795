"""The stock: it publishes what happens to it, whoever wants to know."""

import json
import sys

import boto3

TOPIC = "stock-changes"
LOW = 5


class Stock:
    def __init__(self) -> None:
        self._pieces: dict[str, int] = {}
        self._sns = boto3.client("sns")
        self._topic_arn = self._sns.create_topic(Name=TOPIC)["TopicArn"]

    def set(self, item: str, pieces: int) -> str | None:
        """The event that is published, if the change is worth one."""
        event = event_of(self._pieces.get(item), pieces)
        self._pieces[item] = pieces
        if event:
            self._sns.publish(
                TopicArn=self._topic_arn,
                Message=json.dumps({"item": item, "pieces": pieces, "event": event}),
                MessageAttributes={"event": {"DataType": "String", "StringValue": event}},
            )
        return event


def event_of(before: int | None, pieces: int) -> str | None:
    if pieces == 0:
        return "sold-out"
    if before == 0:
        return "back"
    return "low" if pieces < LOW else None


def main(changes: list[str]) -> None:
    stock = Stock()
    for change in changes:
        item, _, pieces = change.partition("=")
        print(f"stock: {item} is {stock.set(item, int(pieces)) or 'there'}")


if __name__ == "__main__":
    main(sys.argv[1:])
