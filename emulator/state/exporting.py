"""From an emulator to the document that holds its state."""

from collections.abc import Callable

from emulator import __version__
from emulator.aws.place import Place
from emulator.sns.delivery.delivery import Delivery
from emulator.sns.service import SnsRows
from emulator.sqs.queue import Queue
from emulator.sqs.service import SqsRows
from emulator.state.accounts import stored_accounts, stored_clock
from emulator.state.applications import stored_application
from emulator.state.deliveries import stored_delivery
from emulator.state.document import VERSION, State
from emulator.state.emulated import Emulated
from emulator.state.move_tasks import stored_move_task
from emulator.state.outbox import stored_entry
from emulator.state.parts import stored_parts
from emulator.state.queues import RestingName, StoredQueue, stored_queue
from emulator.state.sms import stored_sms
from emulator.state.subscriptions import stored_subscription
from emulator.state.topics import stored_topic


def export(
    emulated: Emulated, account: str | None, stored_queue: Callable[[Queue], StoredQueue] = stored_queue
) -> State:
    """The state of everything, or of one account. What has fallen due by now has happened in it.

    ``stored_queue`` makes the parts for queues.
    """
    emulated.advance(Place(account))
    state = State(version=VERSION, emulator=__version__, account=account)
    clocks = emulated.clocks.rows(account)
    if clocks.everyone is not None:
        state.clock = stored_clock(clocks.everyone)
    state.accounts = stored_accounts(clocks, emulated.ids.rows(account), seeded=emulated.ids.seeded)
    _store_sqs(emulated.sqs.rows(account), state, stored_queue)
    _store_sns(emulated.sns.rows(account), state)
    _store_deliveries(emulated.dispatch.rows(account), state)
    state.parts = stored_parts(emulated.parts(), account)
    return state


def _store_sqs(rows: SqsRows, state: State, stored_queue: Callable[[Queue], StoredQueue]) -> None:
    state.queues = list(map(stored_queue, rows.queues))
    state.resting_names = [RestingName(arn=identity.arn, deleted_at=since) for identity, since in rows.reserved_names]
    state.move_tasks = [stored_move_task(task) for _, task in rows.move_tasks]


def _store_sns(rows: SnsRows, state: State) -> None:
    state.topics = list(map(stored_topic, rows.topics))
    state.subscriptions = list(map(stored_subscription, rows.subscriptions))
    state.cancelled_subscriptions = list(map(stored_subscription, rows.cancelled))
    state.sms = list(map(stored_sms, rows.sms))
    state.platform_applications = list(map(stored_application, rows.applications))
    state.outbox = list(map(stored_entry, rows.outbox))


def _store_deliveries(rows: list[Delivery], state: State) -> None:
    state.deliveries = list(map(stored_delivery, rows))
