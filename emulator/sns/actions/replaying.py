"""An action that begins a replay answers when the archived messages have been delivered."""

from collections.abc import Coroutine
from typing import Any, TypeVar

from emulator.sns.actions.addressing import SnsContext
from emulator.sns.topic import Topic
from emulator.timing.turns import next_turn

Answer = TypeVar("Answer")


def after_replay(ctx: SnsContext, topic: Topic, answer: Answer) -> Answer | Coroutine[Any, Any, Answer]:
    """``answer``, or a coroutine of it that waits until no replay of ``topic`` is under way."""
    return _later(ctx, topic, answer) if ctx.state.replays.is_under_way(topic) else answer


async def _later(ctx: SnsContext, topic: Topic, answer: Answer) -> Answer:
    while ctx.state.replays.is_under_way(topic):
        await next_turn()
    return answer
