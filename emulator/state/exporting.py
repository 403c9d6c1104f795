"""From an emulator to the document that holds its state."""

from collections.abc import Callable
from typing import NamedTuple

from emulator import __version__
from emulator.aws.place import Place
from emulator.sns.delivery.delivery import Delivery
from emulator.sns.service import SnsRows
from emulator.sns.subscription import Subscription
from emulator.sns.topic import Topic
from emulator.sqs.move_task import MoveTask
from emulator.sqs.queue import Queue
from emulator.sqs.service import SqsRows
from emulator.state.accounts import stored_accounts, stored_clock
from emulator.state.applications import stored_application
from emulator.state.deliveries import stored_delivery
from emulator.state.document import VERSION, State
from emulator.state.emulated import Emulated
from emulator.state.move_tasks import StoredMoveTask, stored_move_task
from emulator.state.outbox import stored_entry
from emulator.state.parts import stored_parts
from emulator.state.queues import RestingName, StoredQueue, stored_queue
from emulator.state.sms import stored_sms
from emulator.state.subscriptions import StoredSubscription, stored_subscription
from emulator.state.topics import StoredTopic, stored_topic


class Forms(NamedTuple):
    """What makes the parts of which there may be very many."""

    queue: Callable[[Queue], StoredQueue]
    move_task: Callable[[MoveTask], StoredMoveTask]
    topic: Callable[[Topic], StoredTopic]
    subscription: Callable[[Subscription], StoredSubscription]


WHOLE = Forms(stored_queue, stored_move_task, stored_topic, stored_subscription)


def export(emulated: Emulated, account: str | None) -> State:
    """The state of everything, or of one account. What has fallen due by now has happened in it."""
    emulated.advance(Place(account))
    return export_at_present(emulated, account, WHOLE)


def export_at_present(emulated: Emulated, account: str | None, forms: Forms) -> State:
    """As ``export``, of what has caught up with what fell due. ``forms`` makes most of it."""
    state = State(version=VERSION, emulator=__version__, account=account)
    clocks = emulated.clocks.rows(account)
    if clocks.everyone is not None:
        state.clock = stored_clock(clocks.everyone)
    state.accounts = stored_accounts(clocks, emulated.ids.rows(account), seeded=emulated.ids.seeded)
    _store_sqs(emulated.sqs.rows(account), state, forms)
    _store_sns(emulated.sns.rows(account), state, forms)
    _store_deliveries(emulated.dispatch.rows(account), state)
    state.parts = stored_parts(emulated.parts(), account)
    return state


def _store_sqs(rows: SqsRows, state: State, forms: Forms) -> None:
    state.queues = list(map(forms.queue, rows.queues))
    state.resting_names = [RestingName(arn=identity.arn, deleted_at=since) for identity, since in rows.reserved_names]
    state.move_tasks = [forms.move_task(task) for _, task in rows.move_tasks]


def _store_sns(rows: SnsRows, state: State, forms: Forms) -> None:
    state.topics = list(map(forms.topic, rows.topics))
    state.subscriptions = list(map(forms.subscription, rows.subscriptions))
    state.cancelled_subscriptions = list(map(stored_subscription, rows.cancelled))
    state.sms = list(map(stored_sms, rows.sms))
    state.platform_applications = list(map(stored_application, rows.applications))
    state.outbox = list(map(stored_entry, rows.outbox))


def _store_deliveries(rows: list[Delivery], state: State) -> None:
    state.deliveries = list(map(stored_delivery, rows))
