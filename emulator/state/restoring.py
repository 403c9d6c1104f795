"""From a document to an emulator: first all of it is read and built, and only then anything changes.

Reading and building go on in portions, while the emulator serves others. What was built takes the place of what there
is in one turn.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import TypeVar

from msgspec import Struct, field

from emulator.aws.place import Place
from emulator.sns.delivery.delivery import Delivery
from emulator.sns.protocols import without_password
from emulator.sns.service import SnsRows
from emulator.sns.topic import Topic
from emulator.sqs.identity import QueueIdentity
from emulator.sqs.move_task import MoveTask
from emulator.sqs.queue import Queue
from emulator.sqs.service import SqsRows
from emulator.state.accounts import rebuilt_clocks, rebuilt_ids
from emulator.state.applications import rebuilt_application
from emulator.state.completing import completing, naming_owners
from emulator.state.decoding import Text, decoding
from emulator.state.deliveries import checking_numbers, rebuilt_delivery
from emulator.state.document import State, checking_owners, making_another_accounts
from emulator.state.effort import Effort
from emulator.state.emulated import Emulated
from emulator.state.move_tasks import rebuilding_move_task
from emulator.state.outbox import rebuilt_entry
from emulator.state.part import DocumentError, at, check_unique, checking_unique, owner_of
from emulator.state.parts import rebuilt_parts
from emulator.state.queues import empty_queue, filling
from emulator.state.restored import rebuilt_name, record_restored
from emulator.state.sms import rebuilt_sms
from emulator.state.subscriptions import StoredSubscription, rebuilt_subscription
from emulator.state.topics import rebuilding_topic
from emulator.timing.turns import Work, at_once, emptied, free, portions

_THINGS_AT_ONCE = 50  # subscriptions or deliveries
Result = TypeVar("Result")


class Rebuilt(Struct):
    """What is to take the place of what there is."""

    queues: dict[str, Queue] = field(default_factory=dict)  # by ARN
    reserved_names: list[tuple[QueueIdentity, float]] = field(default_factory=list)
    move_tasks: list[tuple[Queue, MoveTask]] = field(default_factory=list)
    topics: dict[str, Topic] = field(default_factory=dict)  # by ARN
    sns: SnsRows = field(default_factory=SnsRows)
    deliveries: list[Delivery] = field(default_factory=list)


def restoring_text(emulated: Emulated, text: Text, account: str | None = None) -> Work[None]:
    """As ``restoring``, of a document in JSON. Also msgspec.MsgspecError or UnicodeDecodeError if it is no document."""
    state = yield from decoding(text, State)
    yield from restoring(emulated, state, account)


def restore(emulated: Emulated, state: State, account: str | None = None) -> None:
    """As ``restoring``, at once."""
    at_once(restoring(emulated, state, account))


def loading(emulated: Emulated, state: State) -> Work[None]:
    """Put ``state`` into an emulator that has nothing of it, without recording it. Of one account's only what belongs
    to it is taken. Deliveries make no calls before ``resume``. DocumentError if it cannot be.
    """
    if state.account is not None:
        _leave_what_is_others(state, state.account)
    yield from restoring(emulated, state, is_new=False)


def restoring(emulated: Emulated, state: State, account: str | None = None, *, is_new: bool = True) -> Work[None]:
    """Put ``state`` in the place of what there is: of everything or, if it is one account's, of that account's.

    With an ``account`` it becomes that account's, whose ever it is. DocumentError if it cannot be; nothing has
    changed then. The lists in ``state`` are emptied afterwards. With ``is_new`` False it is as in ``loading``.
    """
    rebuilt, unused = Rebuilt(), True
    try:
        yield from _checking(state, account)
        yield from completing(emulated, state)
        yield from _rebuilding_sqs(emulated, state, rebuilt)
        yield from _rebuilding_sns(emulated, state, rebuilt)
        rows = SqsRows([*rebuilt.queues.values()], rebuilt.reserved_names, rebuilt.move_tasks)
        enter_sqs = yield from emulated.sqs.entering(rows)
        enter_sns = yield from emulated.sns.entering(rebuilt.sns)
        emulated.make_parts(state.parts)
        parts = rebuilt_parts(emulated.parts(), state.parts)
        yield
        _check_topics_of_others(emulated, state, rebuilt)
        unused = False
        with nullcontext() if is_new else emulated.ledger.paused():
            if is_new:
                emulated.reset(Place(state.account))
            emulated.clocks.enter(rebuilt_clocks(state.clock, state.accounts))
            emulated.ids.enter(rebuilt_ids(state.accounts))
            enter_sqs()
            record_restored(emulated.ledger, state)
            enter_sns()
            emulated.dispatch.enter(rebuilt.deliveries)
            for part, of_part in parts:
                part.enter(of_part)
        if is_new:
            emulated.resume()
    finally:
        if unused:
            free(_closed([*rebuilt.queues.values()]))
        if not (is_new and emulated.ledger.kept):  # else what was recorded is in use
            free(_emptied(state))


def _leave_what_is_others(state: State, account: str) -> None:
    """Leave out what the account subscribes to topics of others, which belongs to these."""
    state.subscriptions = [each for each in state.subscriptions if owner_of(each.arn) == account]
    state.cancelled_subscriptions = [each for each in state.cancelled_subscriptions if owner_of(each.arn) == account]
    state.deliveries = [each for each in state.deliveries if each.account == account]


def _closed(queues: list[Queue]) -> Iterator[None]:
    """Free ``queues``, some with each step. Their list is emptied."""
    while queues:
        queues.pop().close()
        yield


def _emptied(state: State) -> Iterator[None]:
    """Drop what is in the lists of ``state``, some of it with each step."""
    for queues in portions(state.queues):
        for queue in queues:
            yield from emptied(queue.messages, queue.used_ids)
        yield
    for topics in portions(state.topics):
        for topic in topics:
            yield from emptied(topic.used_ids, [] if topic.archive is None else topic.archive.messages)
        yield
    yield from emptied(state.queues, state.topics, state.subscriptions, state.outbox, state.deliveries)


def _checking(state: State, account: str | None) -> Work[None]:
    """Check what ``state`` is of, and make it the ``account``'s, if that is given."""
    yield from naming_owners(state)
    yield from checking_owners(state)
    if account is not None:
        yield from making_another_accounts(state, account)
    yield from checking_unique("account", (stored.id for stored in state.accounts))


def _rebuilding_sqs(emulated: Emulated, state: State, rebuilt: Rebuilt) -> Work[None]:
    sqs = emulated.sqs
    yield from checking_unique("queue", (stored.arn for stored in state.queues))
    effort = Effort()
    for number, stored_queue in enumerate(state.queues):
        with at(f".queues[{number}]"):
            queue = rebuilt.queues[stored_queue.arn] = empty_queue(sqs.queues, stored_queue)
            yield from effort.spend(filling(queue, stored_queue), stored_queue.messages, stored_queue.used_ids)
    for number, name in enumerate(state.resting_names):
        with at(f".resting_names[{number}]"):
            rebuilt.reserved_names.append(rebuilt_name(name))
    check_unique("running task of", (task.source for task in state.move_tasks if task.status == "RUNNING"))
    for number, stored_task in enumerate(state.move_tasks):
        with at(f".move_tasks[{number}]"):
            rebuilt.move_tasks.append((yield from rebuilding_move_task(sqs.move_tasks, stored_task, rebuilt.queues)))


def _rebuilding_sns(emulated: Emulated, state: State, rebuilt: Rebuilt) -> Work[None]:
    sns = emulated.sns
    yield from checking_unique("topic", (stored.arn for stored in state.topics))
    effort = Effort()
    for number, stored_topic in enumerate(state.topics):
        with at(f".topics[{number}]"):
            archived = [] if stored_topic.archive is None else stored_topic.archive.messages
            rebuilding = effort.spend(rebuilding_topic(sns.topics, stored_topic), stored_topic.used_ids, archived)
            rebuilt.topics[stored_topic.arn] = yield from rebuilding
    rebuilt.sns.topics.extend(rebuilt.topics.values())
    yield from _rebuilding_subscriptions(emulated, state, rebuilt)
    check_unique("text messaging of", ((stored.account, stored.region) for stored in state.sms))
    for number, stored_sms in enumerate(state.sms):
        with at(f".sms[{number}]"):
            rebuilt.sns.sms.append(rebuilt_sms(sns.sms, stored_sms))
    check_unique("platform application", (stored.arn for stored in state.platform_applications))
    for number, stored_application in enumerate(state.platform_applications):
        with at(f".platform_applications[{number}]"):
            rebuilt.sns.applications.append(rebuilt_application(sns.applications, stored_application))
    for entries in portions(state.outbox):
        rebuilt.sns.outbox.extend(map(rebuilt_entry, entries))
        yield
    yield from _rebuilding_deliveries(state, rebuilt)


def _rebuilding_subscriptions(emulated: Emulated, state: State, rebuilt: Rebuilt) -> Work[None]:
    stored = [*state.subscriptions, *state.cancelled_subscriptions]
    yield from checking_unique("subscription", (each.arn for each in stored))
    yield from checking_unique("token", ((each.topic_arn, each.token) for each in stored if each.token is not None))
    yield from checking_unique(
        "endpoint", ((each.topic_arn, each.protocol, each.endpoint) for each in state.subscriptions)
    )
    for portion in portions(enumerate(state.subscriptions), _THINGS_AT_ONCE):
        for number, each in portion:
            with at(f".subscriptions[{number}]"):
                topic = _topic_of(each, emulated, state, rebuilt)
                rebuilt.sns.subscriptions.append(rebuilt_subscription(each, topic, emulated.sns))
        yield
    for number, each in enumerate(state.cancelled_subscriptions):
        with at(f".cancelled_subscriptions[{number}]"):
            topic = _topic_of(each, emulated, state, rebuilt)
            rebuilt.sns.cancelled.append(rebuilt_subscription(each, topic, emulated.sns))


def _check_topics_of_others(emulated: Emulated, state: State, rebuilt: Rebuilt) -> None:
    """DocumentError where another account's topic has changed since, to which the document's account subscribes."""
    if state.account is None:
        return
    for path, stored in (
        ("subscriptions", state.subscriptions),
        ("cancelled_subscriptions", state.cancelled_subscriptions),
    ):
        for number, each in enumerate(stored):
            if each.topic_arn not in rebuilt.topics:
                with at(f".{path}[{number}]"):
                    _topic_of(each, emulated, state, rebuilt)


def _rebuilding_deliveries(state: State, rebuilt: Rebuilt) -> Work[None]:
    yield from checking_numbers(state.deliveries)
    subscriptions = {each.arn: each for each in (*rebuilt.sns.subscriptions, *rebuilt.sns.cancelled)}
    for portion in portions(enumerate(state.deliveries), _THINGS_AT_ONCE):
        for number, stored in portion:
            with at(f".deliveries[{number}]"):
                rebuilt.deliveries.append(rebuilt_delivery(stored, subscriptions))
        yield


def _topic_of(stored: StoredSubscription, emulated: Emulated, state: State, rebuilt: Rebuilt) -> Topic:
    """A topic of the document, or one of another account that stays as it is."""
    topic = rebuilt.topics.get(stored.topic_arn)
    if topic is not None:
        return topic
    topic = emulated.sns.topics.get(stored.topic_arn) if state.account is not None else None
    if topic is None or topic.account == state.account:
        raise DocumentError(f"There is no topic {stored.topic_arn}", ".arn")
    others = [each for each in topic.subscriptions.values() if each.owner != state.account]
    if any(each.arn == stored.arn or (each.protocol, each.endpoint) == _endpoint(stored) for each in others):
        raise DocumentError(
            f"Another account has subscribed {without_password(stored.endpoint)} to {topic.arn}", ".arn"
        )
    return topic


def _endpoint(stored: StoredSubscription) -> tuple[str, str]:
    return stored.protocol, stored.endpoint
