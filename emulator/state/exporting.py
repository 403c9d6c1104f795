"""From an emulator to the document that holds its state."""

from collections.abc import Callable

from emulator import __version__
from emulator.sns.subscription import Subscription
from emulator.sqs.queue import Queue
from emulator.state.accounts import stored_account, stored_clock
from emulator.state.applications import stored_application
from emulator.state.deliveries import stored_delivery
from emulator.state.document import VERSION, State
from emulator.state.emulated import Emulated
from emulator.state.move_tasks import stored_move_task
from emulator.state.outbox import stored_entry
from emulator.state.part import owner_of
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
    _advance(emulated, account)
    state = State(version=VERSION, emulator=__version__, account=account)
    _export_sqs(emulated, state, stored_queue)
    _export_sns(emulated, state)
    clocks, ids = emulated.clocks, emulated.ids
    if account is None:
        state.clock = stored_clock(clocks.everyone)
    accounts = _accounts(emulated) if account is None else [account]
    state.accounts = [stored_account(each, clocks.of(each), ids) for each in accounts]
    return state


def _accounts(emulated: Emulated) -> list[str]:
    """Those of which there is more to say than of one that nobody has used yet."""
    clocks, ids = emulated.clocks, emulated.ids
    with_own_time = {each for each in clocks.accounts if clocks.of(each).setting != clocks.everyone.setting}
    return sorted(with_own_time | ids.accounts)


def _advance(emulated: Emulated, account: str | None) -> None:
    def now_of(owner: str) -> float:
        return emulated.clocks.of(owner).now()

    for queue in emulated.queues:
        if account in (None, queue.identity.account):
            queue.advance(now_of(queue.identity.account))
    emulated.sns.advance(now_of, account)


def _export_sqs(emulated: Emulated, state: State, stored_queue: Callable[[Queue], StoredQueue]) -> None:
    account, queues = state.account, emulated.queues
    mine = [queue for queue in queues if account in (None, queue.identity.account)]
    state.queues = [stored_queue(queue) for queue in mine]
    state.resting_names = [
        RestingName(arn=identity.arn, deleted_at=since)
        for identity, since in queues.reserved_names()
        if account in (None, identity.account)
    ]
    state.move_tasks = [stored_move_task(task) for queue in mine for task in reversed(emulated.move_tasks.known(queue))]


def _export_sns(emulated: Emulated, state: State) -> None:
    account, sns = state.account, emulated.sns

    def concerns(subscription: Subscription) -> bool:
        return account in (None, subscription.owner, owner_of(subscription.topic_arn))

    state.topics = [stored_topic(topic) for topic in sns.topics if account in (None, topic.account)]
    state.subscriptions = [stored_subscription(each) for each in sns.subscriptions if concerns(each)]
    state.cancelled_subscriptions = [
        stored_subscription(each) for each in sns.subscriptions.cancelled if concerns(each)
    ]
    state.sms = [stored_sms(messaging) for (owner, _), messaging in sns.sms if account in (None, owner)]
    state.platform_applications = [
        stored_application(application) for application in sns.applications if account in (None, application.account)
    ]
    state.outbox = [stored_entry(entry) for entry in sns.outbox if account in (None, entry.account)]
    state.deliveries = [stored_delivery(delivery) for delivery in emulated.dispatch.lasting(account)]
