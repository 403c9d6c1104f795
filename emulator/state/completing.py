"""What a document leaves open and the emulator can make itself: ids, times, keys, numbers, defaults.

A field that is left out has a default that no document can give, or that means that there is nothing. Here such fields
get their values before anything is built, so that what is recorded of a restored document is complete.
"""

from collections.abc import Iterable

from emulator.aws.limits import CONFIRMATION_TOKEN_BYTES
from emulator.foundation.ids import Ids
from emulator.sns.subscription_attributes import DEFAULTS
from emulator.sns.topic import FIRST_SEQUENCE_NUMBER
from emulator.state.accounts import clock_setting
from emulator.state.completing_queues import ALL_GIVEN, Numbers, completing_queue
from emulator.state.deliveries import StoredDelivery
from emulator.state.document import State
from emulator.state.effort import Effort
from emulator.state.emulated import Emulated
from emulator.state.move_tasks import StoredDestination, StoredMoveTask
from emulator.state.outbox import StoredEntry
from emulator.state.part import DocumentError, Maker, at, owner_of, time_or
from emulator.state.queues import StoredQueue
from emulator.state.subscriptions import StoredSubscription
from emulator.state.topics import StoredArchive, StoredTopic
from emulator.timing.clock import ClockSetting
from emulator.timing.turns import Work, portions

_PASSWORD_DIGITS = 6


def naming_owners(state: State) -> Work[None]:
    """Give an owner to each subscription that has none: the account of the document, or else of the topic."""
    for portion in portions([*state.subscriptions, *state.cancelled_subscriptions]):
        for subscription in portion:
            subscription.owner = subscription.owner or state.account or owner_of(subscription.topic or subscription.arn)
        yield


def completing(emulated: Emulated, state: State) -> Work[None]:
    """Complete a document, in portions. DocumentError if it says too little."""
    maker = _maker(emulated, state)
    numbers: dict[str, Numbers] = {}  # by queue
    effort = Effort()
    for queue in state.queues:
        work = completing_queue(queue, maker)
        numbers[queue.arn] = yield from effort.spend(work, queue.messages, queue.used_ids)
    for name in state.resting_names:
        name.deleted_at = time_or(name.deleted_at, maker.now(owner_of(name.arn)))
    queues = {queue.arn: queue for queue in state.queues}
    for task in state.move_tasks:
        yield from _completing_task(task, queues, numbers.get(task.source, ALL_GIVEN), maker)
    for topic in state.topics:
        kept = [] if topic.archive is None else topic.archive.messages
        yield from effort.spend(_completing_topic(topic, maker), topic.used_ids, kept)
    yield from _completing_subscriptions(state, maker)
    _complete_devices(state, maker)
    yield from _completing_entries(state.outbox, emulated, maker)
    yield from _completing_deliveries(state.deliveries, maker)


def _maker(emulated: Emulated, state: State) -> Maker:
    """Makes ids and times as the emulator does once the document has been restored.

    Where ids have a seed, these do not come from the streams of the accounts, which the document sets back.
    """
    clocks = emulated.clocks
    accounts = {account.id: clock_setting(account.clock) for account in state.accounts}
    others = clocks.at_start if state.clock is None else clock_setting(state.clock)
    times: dict[ClockSetting, float] = {}

    def now(account: str) -> float:
        setting = accounts.get(account, others)
        if setting not in times:
            times[setting] = clocks.time_with(setting)
        return times[setting]

    return Maker(Ids("what a document leaves open") if emulated.ids.seeded else emulated.ids, now)


# -- Move tasks ----------------------------------------------------------------------------


def _completing_task(
    task: StoredMoveTask, queues: dict[str, StoredQueue], numbers: Numbers, maker: Maker
) -> Work[None]:
    task.id = task.id or maker.ids.uuid()
    task.started_at = time_or(task.started_at, maker.now(owner_of(task.source)))
    task.to_move = task.to_move or task.moved + len(task.left)
    task.left = numbers.of(task.left)
    if task.left and not task.destinations and task.source in queues:
        left, origins = set(task.left), dict[str | None, None]()
        for portion in portions(queues[task.source].messages):
            origins |= {message.dead_letter_source: None for message in portion if message.sequence in left}
            yield
        task.destinations = [
            StoredDestination(origin=origin, queue=_known(task.destination or origin, queues)) for origin in origins
        ]
    if not task.goes_to:
        task.goes_to = sorted({each.queue for each in task.destinations if each.queue is not None})


def _known(arn: str | None, queues: dict[str, StoredQueue]) -> str | None:
    return arn if arn in queues else None


# -- Topics and subscriptions --------------------------------------------------------------


def _completing_topic(topic: StoredTopic, maker: Maker) -> Work[None]:
    now, last = maker.now(owner_of(topic.arn)), FIRST_SEQUENCE_NUMBER - 1
    if topic.arn.endswith(".fifo"):
        topic.settings.setdefault("FifoTopic", "true")
    for portion in portions(topic.used_ids):
        for used in portion:
            used.message_id = used.message_id or maker.ids.uuid()
            used.used_at = time_or(used.used_at, now)
            if not topic.sequence:
                last = max(last, _number(used.sequence_number))
        yield
    if topic.archive is None and "ArchivePolicy" in topic.settings:
        topic.archive = StoredArchive(beginning=now)
    if topic.archive is not None:
        last = max(last, (yield from _completing_archive(topic.archive, now, maker)))
    topic.sequence = topic.sequence or last - FIRST_SEQUENCE_NUMBER + 1


def _completing_archive(archive: StoredArchive, now: float, maker: Maker) -> Work[int]:
    """Complete an archive, in portions. Returns the sequence number of its last message, or that before the first."""
    last, oldest = FIRST_SEQUENCE_NUMBER - 1, now
    for portion in portions(archive.messages):
        for message in portion:
            message.id = message.id or maker.ids.uuid()
            message.published_at = time_or(message.published_at, now)
            message.deduplication_id = message.deduplication_id or maker.ids.uuid()
            message.sequence_number = message.sequence_number or str(last + 1)
            last, oldest = _number(message.sequence_number), min(oldest, message.published_at)
        yield
    archive.beginning = time_or(archive.beginning, oldest)
    return last


def _number(text: str | None) -> int:
    """A sequence number; that before the first if the text is none."""
    usable = text is not None and text.isascii() and text.isdecimal()
    return max(int(text or ""), FIRST_SEQUENCE_NUMBER - 1) if usable else FIRST_SEQUENCE_NUMBER - 1


def _completing_subscriptions(state: State, maker: Maker) -> Work[None]:
    for name, cancelled in (("subscriptions", False), ("cancelled_subscriptions", True)):
        numbered: Iterable[tuple[int, StoredSubscription]] = enumerate(getattr(state, name))
        for portion in portions(numbered):
            for number, subscription in portion:
                with at(f".{name}[{number}]"):
                    _complete_subscription(subscription, maker, cancelled=cancelled)
            yield


def _complete_subscription(subscription: StoredSubscription, maker: Maker, *, cancelled: bool) -> None:
    if not subscription.arn and not subscription.topic:
        raise DocumentError("A subscription must have its `arn`, or the ARN of its `topic`", ".arn")
    if not subscription.arn:
        subscription.arn = f"{subscription.topic}:{maker.ids.uuid()}"
    if subscription.topic not in ("", subscription.arn.rpartition(":")[0]):
        raise DocumentError(f"{subscription.arn} is no subscription to this topic", ".topic")
    subscription.topic = ""
    account = owner_of(subscription.arn)
    subscription.pending_since = time_or(subscription.pending_since, maker.now(account))
    subscription.settings = {**DEFAULTS, **subscription.settings}
    if subscription.token is None and (cancelled or not subscription.confirmed):
        subscription.token = maker.ids.random_bytes(CONFIRMATION_TOKEN_BYTES).hex()
    if subscription.replay_status is None and "ReplayPolicy" in subscription.settings:
        subscription.replay_status = "Completed"  # a restore sends nothing


# -- Phones, devices, the outbox and deliveries --------------------------------------------


def _complete_devices(state: State, maker: Maker) -> None:
    for messaging in state.sms:
        for phone in messaging.phones:
            phone.one_time_password = phone.one_time_password or maker.digits(_PASSWORD_DIGITS)
    for application in state.platform_applications:
        for endpoint in application.endpoints:
            endpoint.id = endpoint.id or maker.ids.uuid()


def _completing_entries(entries: list[StoredEntry], emulated: Emulated, maker: Maker) -> Work[None]:
    """Numbers go on behind those of the document, and of the entries that stay."""
    numbers = [int(entry.id or 0) for entry in entries]
    last = max(numbers, default=0) if all(numbers) else max([*numbers, emulated.sns.outbox.last_number])
    for portion in portions(entries):
        for entry in portion:
            if not entry.id:
                last += 1
                entry.id = str(last)
            entry.at = time_or(entry.at, maker.now(entry.account))
            entry.message_id = entry.message_id or maker.ids.uuid()
        yield


def _completing_deliveries(deliveries: list[StoredDelivery], maker: Maker) -> Work[None]:
    last: dict[str, int] = {}
    for portion in portions(deliveries):
        for delivery in portion:
            last[delivery.account] = max(last.get(delivery.account, 0), delivery.number)
        yield
    for portion in portions(deliveries):
        for delivery in portion:
            if not delivery.number:
                last[delivery.account] += 1
                delivery.number = last[delivery.account]
            now = maker.now(delivery.account)
            delivery.due = time_or(delivery.due, now)
            for attempt in delivery.attempts:
                attempt.at = time_or(attempt.at, now)
                attempt.next_at = time_or(attempt.next_at, delivery.due)
        yield
