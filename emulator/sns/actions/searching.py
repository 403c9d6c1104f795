"""Publishes wait until their queues have caught up, and until long messages have been searched for sensitive data."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeAlias, TypeVar

from emulator.actions.registry import NotYetError
from emulator.aws.errors import ServiceError
from emulator.aws.principals import caller_principal
from emulator.sns.actions.addressing import SnsContext
from emulator.sns.data_protection import DataProtection, Findings
from emulator.sns.publication import Publication, texts_of
from emulator.sns.topic import Topic
from emulator.timing.turns import in_turns, next_turn

_LONG = 4_000  # characters

Answer = TypeVar("Answer")
Coming: TypeAlias = Answer | Coroutine[Any, Any, Answer]  # now or later


def when_searched(
    ctx: SnsContext,
    find_topic: Callable[[], Topic],
    publications: Sequence[Publication],
    publish: Callable[[Topic, Findings | None], Coming[Answer]],
) -> Coming[Answer]:
    """Call ``publish`` with the topic and the sensitive data in the messages, and return its answer.

    Long messages are searched first, in portions. Short ones are not: then ``publish`` gets None, and searches them
    itself. Raises NotYetError while the queues that a publish reaches have not caught up with what fell due in them.
    """
    topic = find_topic()
    if not ctx.state.catch_up(topic):
        raise NotYetError
    protection = topic.data_protection
    if protection is None or sum(len(each.message) for each in publications) <= _LONG:
        return publish(topic, None)
    return _later(ctx, find_topic, protection, publications, publish)


async def _later(
    ctx: SnsContext,
    find_topic: Callable[[], Topic],
    protection: DataProtection,
    publications: Sequence[Publication],
    publish: Callable[[Topic, Findings | None], Coming[Answer]],
) -> Answer:
    texts = [text for publication in publications for text in _texts_of(publication)]
    findings = await in_turns(protection.searching(texts, caller_principal(ctx.account, ctx.region)))
    while not ctx.state.catch_up(topic := find_topic()):
        await next_turn()
    answer = publish(topic, findings)
    return await answer if isinstance(answer, Coroutine) else answer


def _texts_of(publication: Publication) -> list[str]:
    """The distinct texts of a message; none if ``publish`` will refuse it."""
    try:
        return list(dict.fromkeys(texts_of(publication).values()))
    except ServiceError:
        return []
