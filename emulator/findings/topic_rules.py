"""The rules about topics."""

from collections.abc import Iterator

from emulator.findings.rule import Found, Rule
from emulator.findings.scene import Scene
from emulator.sns.topic import Topic


def _no_subscribers(_: Scene, topic: Topic) -> Iterator[Found]:
    published = topic.totals.published
    if published and not topic.subscriptions:
        messages = "1 message was" if published == 1 else f"{published} messages were"
        yield Found(f"{messages} published, and the topic has no subscriptions.", "Subscribe an endpoint.")


TOPIC_RULES: tuple[Rule[Topic], ...] = (
    Rule(
        "no-subscribers",
        "warning",
        "Messages are published to a topic without subscriptions",
        "A message is delivered to those who are subscribed when it is published, and to no one later.",
        _no_subscribers,
    ),
)
