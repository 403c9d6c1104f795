"""From a document to an emulator: first all of it is read and built, and only then anything changes."""

from msgspec import Struct, field

from emulator.aws.place import Place
from emulator.clock import ClockRows
from emulator.sns.delivery.delivery import Delivery
from emulator.sns.protocols import without_password
from emulator.sns.service import SnsRows
from emulator.sns.topic import Topic
from emulator.sqs.identity import QueueIdentity
from emulator.sqs.move_task import MoveTask
from emulator.sqs.queue import Queue
from emulator.sqs.service import SqsRows
from emulator.state.accounts import IdRows, rebuilt_clocks, rebuilt_ids
from emulator.state.applications import rebuilt_application
from emulator.state.completing import completing, naming_owners
from emulator.state.deliveries import check_numbers, rebuilt_delivery
from emulator.state.document import State, check_owners, make_another_accounts
from emulator.state.emulated import Emulated
from emulator.state.move_tasks import rebuilt_move_task
from emulator.state.outbox import rebuilt_entry
from emulator.state.part import DocumentError, at, check_unique
from emulator.state.parts import rebuilt_parts
from emulator.state.queues import rebuilt_queue
from emulator.state.restored import rebuilt_name, record_restored
from emulator.state.sms import rebuilt_sms
from emulator.state.subscriptions import StoredSubscription, rebuilt_subscription
from emulator.state.topics import rebuilt_topic
from emulator.turns import at_once


class Rebuilt(Struct):
    """What is to take the place of what there is."""

    clocks: ClockRows
    ids: IdRows
    queues: dict[str, Queue] = field(default_factory=dict)  # by ARN
    reserved_names: list[tuple[QueueIdentity, float]] = field(default_factory=list)
    move_tasks: list[tuple[Queue, MoveTask]] = field(default_factory=list)
    topics: dict[str, Topic] = field(default_factory=dict)  # by ARN
    sns: SnsRows = field(default_factory=SnsRows)
    deliveries: list[Delivery] = field(default_factory=list)


def restore(emulated: Emulated, state: State, account: str | None = None) -> None:
    """Put ``state`` in the place of what there is: of everything or, if it is one account's, of that account's.

    With an ``account`` it becomes that account's, whose ever it is. DocumentError if it cannot be; nothing has
    changed then.
    """
    at_once(naming_owners(state))
    check_owners(state)
    if account is not None:
        make_another_accounts(state, account)
    at_once(completing(emulated, state))
    check_unique("account", (stored.id for stored in state.accounts))
    rebuilt = Rebuilt(rebuilt_clocks(state.clock, state.accounts), rebuilt_ids(state.accounts))
    _rebuild_sqs(emulated, state, rebuilt)
    _rebuild_sns(emulated, state, rebuilt)
    parts = rebuilt_parts(emulated.parts(), state.parts)
    emulated.reset(Place(state.account))
    emulated.clocks.enter(rebuilt.clocks)
    emulated.ids.enter(rebuilt.ids)
    emulated.sqs.enter(SqsRows([*rebuilt.queues.values()], rebuilt.reserved_names, rebuilt.move_tasks))
    record_restored(emulated.ledger, state)
    emulated.sns.enter(rebuilt.sns)
    emulated.dispatch.enter(rebuilt.deliveries)
    for part, rows in parts:
        part.enter(rows)


def _rebuild_sqs(emulated: Emulated, state: State, rebuilt: Rebuilt) -> None:
    sqs = emulated.sqs
    check_unique("queue", (stored.arn for stored in state.queues))
    for number, stored_queue in enumerate(state.queues):
        with at(f".queues[{number}]"):
            rebuilt.queues[stored_queue.arn] = rebuilt_queue(sqs.queues, stored_queue)
    for number, name in enumerate(state.resting_names):
        with at(f".resting_names[{number}]"):
            rebuilt.reserved_names.append(rebuilt_name(name))
    check_unique("running task of", (task.source for task in state.move_tasks if task.status == "RUNNING"))
    for number, stored_task in enumerate(state.move_tasks):
        with at(f".move_tasks[{number}]"):
            rebuilt.move_tasks.append(rebuilt_move_task(sqs.move_tasks, stored_task, rebuilt.queues))


def _rebuild_sns(emulated: Emulated, state: State, rebuilt: Rebuilt) -> None:
    sns = emulated.sns
    check_unique("topic", (stored.arn for stored in state.topics))
    for number, stored_topic in enumerate(state.topics):
        with at(f".topics[{number}]"):
            rebuilt.topics[stored_topic.arn] = rebuilt_topic(sns.topics, stored_topic)
    rebuilt.sns.topics.extend(rebuilt.topics.values())
    _rebuild_subscriptions(emulated, state, rebuilt)
    check_unique("text messaging of", ((stored.account, stored.region) for stored in state.sms))
    for number, stored_sms in enumerate(state.sms):
        with at(f".sms[{number}]"):
            rebuilt.sns.sms.append(rebuilt_sms(sns.sms, stored_sms))
    check_unique("platform application", (stored.arn for stored in state.platform_applications))
    for number, stored_application in enumerate(state.platform_applications):
        with at(f".platform_applications[{number}]"):
            rebuilt.sns.applications.append(rebuilt_application(sns.applications, stored_application))
    rebuilt.sns.outbox.extend(map(rebuilt_entry, state.outbox))
    _rebuild_deliveries(state, rebuilt)


def _rebuild_subscriptions(emulated: Emulated, state: State, rebuilt: Rebuilt) -> None:
    stored = [*state.subscriptions, *state.cancelled_subscriptions]
    check_unique("subscription", (each.arn for each in stored))
    check_unique("token", ((each.topic_arn, each.token) for each in stored if each.token is not None))
    check_unique("endpoint", ((each.topic_arn, each.protocol, each.endpoint) for each in state.subscriptions))
    for number, each in enumerate(state.subscriptions):
        with at(f".subscriptions[{number}]"):
            topic = _topic_of(each, emulated, state, rebuilt)
            rebuilt.sns.subscriptions.append(rebuilt_subscription(each, topic, emulated.sns))
    for number, each in enumerate(state.cancelled_subscriptions):
        with at(f".cancelled_subscriptions[{number}]"):
            topic = _topic_of(each, emulated, state, rebuilt)
            rebuilt.sns.cancelled.append(rebuilt_subscription(each, topic, emulated.sns))


def _rebuild_deliveries(state: State, rebuilt: Rebuilt) -> None:
    check_numbers(state.deliveries)
    subscriptions = {each.arn: each for each in (*rebuilt.sns.subscriptions, *rebuilt.sns.cancelled)}
    for number, stored in enumerate(state.deliveries):
        with at(f".deliveries[{number}]"):
            rebuilt.deliveries.append(rebuilt_delivery(stored, subscriptions))


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
