"""A configuration file of goaws, as its documentation describes it: https://github.com/Admiral-Piett/goaws.

It has environments. As with goaws, ``Local`` is the one that counts. goaws takes its words in any letter case.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.declared.document import Document, DocumentPath
from emulator.declared.translation import Translation
from emulator.declared.wording import shown

_ENVIRONMENT = "Local"

# By goaws's words: the options of ours.
_OPTIONS = {"Region": "region", "AccountId": "account_id"}
_PORTS = ("Port", "SqsPort", "SnsPort")  # the first of them; there is one port for both services here
_CONTENTS = ("QueueAttributeDefaults", "Queues", "Topics", "RandomLatency")
_NOT_NEEDED = ("Host", "LogToFile", "LogFile", "EnableDuplicates")
_NUMBERS = {
    "VisibilityTimeout": "visibility_timeout",
    "ReceiveMessageWaitTimeSeconds": "receive_message_wait_time_seconds",
    "MaximumMessageSize": "maximum_message_size",
    "MessageRetentionPeriod": "message_retention_period",
    "DelaySeconds": "delay_seconds",
}
_QUEUE = ("Name", "RedrivePolicy", *_NUMBERS)
_TOPIC = ("Name", "Subscriptions")
_SUBSCRIPTION = ("QueueName", "Protocol", "EndPoint", "TopicArn", "Raw", "FilterPolicy")
_ACCOUNT_DIGITS = 12
_MILLISECONDS = 1000


class Fields:
    """The fields of a table of the file, by goaws's words for them; each with its value and its path."""

    def __init__(self, table: Mapping[str, Any], path: DocumentPath, known: tuple[str, ...]) -> None:
        words = {word.lower(): word for word in known}
        self.found: dict[str, tuple[Any, DocumentPath]] = {}
        self.unknown: dict[str, DocumentPath] = {}
        for name, value in table.items():
            word = words.get(name.lower())
            if word is None:
                self.unknown[name] = (*path, name)
            else:
                self.found[word] = value, (*path, name)

    def get(self, word: str) -> Any:
        return self.found.get(word, (None, ()))[0]

    def path(self, word: str) -> DocumentPath:
        return self.found[word][1]


def translated(source: Document) -> Document:
    """The configuration that a file of goaws means; DocumentError with its mistakes."""
    return _Goaws(source).translated()


class _Goaws:
    def __init__(self, source: Document) -> None:
        self._to = Translation(source)
        self._queues: set[str] = set()

    def translated(self) -> Document:
        environments = self._to.source.content
        name = _ENVIRONMENT if _ENVIRONMENT in environments or len(environments) != 1 else next(iter(environments))
        if name not in environments:
            self._to.mistakes.add((), f"There is no environment {_ENVIRONMENT}, which is the one that counts.")
            return self._to.document()
        known = (*_OPTIONS, *_PORTS, *_CONTENTS, *_NOT_NEEDED)
        environment = self._fields(environments[name], (name,), "An environment", known)
        self._put_options(environment)
        self._put_queues(environment)
        self._put_topics(environment)
        self._put_latency(environment)
        return self._to.document()

    def _fields(self, value: object, path: DocumentPath, what: str, known: tuple[str, ...]) -> Fields:
        fields = Fields(self._to.table(value, path, what), path, known)
        for name, place in fields.unknown.items():
            self._to.unknown(name, place, what, known)
        return fields

    def _entries(self, environment: Fields, word: str) -> Iterator[tuple[Any, DocumentPath]]:
        entries = environment.get(word)
        if isinstance(entries, list):
            yield from ((entry, (*environment.path(word), number)) for number, entry in enumerate(entries))
        elif entries is not None:
            self._to.mistakes.add(environment.path(word), f"{word} is {shown(entries)}; a list is wanted.")

    def _put_options(self, environment: Fields) -> None:
        for word, option in _OPTIONS.items():
            value = environment.get(word)
            if isinstance(value, int) and word == "AccountId":  # YAML reads twelve digits as a number
                value = f"{value:0{_ACCOUNT_DIGITS}}"
            if value is not None:
                self._to.put(("options", option), value, environment.path(word))
        port = next((word for word in _PORTS if environment.get(word) is not None), None)
        if port is not None:
            self._to.put(("options", "port"), _number(environment.get(port)), environment.path(port))

    def _put_queues(self, environment: Fields) -> None:
        defaults = self._fields(
            environment.get("QueueAttributeDefaults"),
            environment.found.get("QueueAttributeDefaults", (None, ()))[1],
            "QueueAttributeDefaults",
            tuple(_NUMBERS),
        )
        self._defaults = defaults
        for entry, path in self._entries(environment, "Queues"):
            queue = self._fields(entry, path, "A queue", _QUEUE)
            name = self._name(queue, path, "queue")
            if name is not None:
                self._put_queue(name, queue, path)

    def _put_queue(self, name: str, queue: Fields, path: DocumentPath) -> None:
        if name in self._queues:
            self._to.mistakes.add(path, f"There are two queues {name}.")
            return
        self._queues.add(name)
        self._to.put(("queues", name), {}, path)
        for word, field in _NUMBERS.items():
            given = queue if word in queue.found else self._defaults
            if word in given.found:
                self._to.put(("queues", name, field), _number(given.get(word)), given.path(word))
        if queue.get("RedrivePolicy") is not None:
            policy = queue.get("RedrivePolicy")
            self._to.put(("queues", name, "redrive_policy"), policy, queue.path("RedrivePolicy"))

    def _put_topics(self, environment: Fields) -> None:
        for entry, path in self._entries(environment, "Topics"):
            topic = self._fields(entry, path, "A topic", _TOPIC)
            name = self._name(topic, path, "topic")
            if name is None:
                continue
            self._to.put(("topics", name), {}, path)
            for number, (each, place) in enumerate(self._entries(topic, "Subscriptions")):
                subscription = self._fields(each, place, "A subscription", _SUBSCRIPTION)
                self._put_subscription(("topics", name, "subscriptions", number), subscription, place)

    def _put_subscription(self, path: DocumentPath, subscription: Fields, place: DocumentPath) -> None:
        queue = subscription.get("QueueName")
        made: dict[str, Any] = {}
        originals: dict[str, DocumentPath] = {}
        if queue is not None:
            made["queue"], originals["queue"] = queue, subscription.path("QueueName")
            if isinstance(queue, str) and queue not in self._queues:  # goaws makes it
                self._put_queue(queue, Fields({}, (), ()), subscription.path("QueueName"))
        elif subscription.get("Protocol") is not None and subscription.get("EndPoint") is not None:
            made = {"protocol": str(subscription.get("Protocol")).lower(), "endpoint": subscription.get("EndPoint")}
            made["confirmed"] = True
            originals["endpoint"], originals["protocol"] = subscription.path("EndPoint"), subscription.path("Protocol")
        else:
            self._to.mistakes.add(place, "A subscription has a QueueName, or a Protocol and an EndPoint.")
        for word, field in (("Raw", "raw_message_delivery"), ("FilterPolicy", "filter_policy")):
            if subscription.get(word) is not None:
                made[field], originals[field] = subscription.get(word), subscription.path(word)
        self._to.put(path, made, place)
        for field, original in originals.items():
            self._to.put((*path, field), made[field], original)

    def _name(self, fields: Fields, path: DocumentPath, noun: str) -> str | None:
        name = fields.get("Name")
        if isinstance(name, str):
            return name
        self._to.mistakes.add(path, f"A {noun} has a Name, which is a text.")
        return None

    def _put_latency(self, environment: Fields) -> None:
        """Milliseconds, of which a fault delays each request by some."""
        if environment.get("RandomLatency") is None:
            return
        path = environment.path("RandomLatency")
        bounds = self._fields(environment.get("RandomLatency"), path, "RandomLatency", ("Min", "Max"))
        least, most = (_number(bounds.get(word) or 0) for word in ("Min", "Max"))
        if not isinstance(least, int | float) or not isinstance(most, int | float) or not 0 <= least <= most:
            self._to.mistakes.add(path, "Min and Max are milliseconds, the smaller number first.")
        elif most:
            uniform = [least / _MILLISECONDS, most / _MILLISECONDS]
            self._to.put(("faults", 0, "latency"), {"uniform": uniform}, path)


def _number(value: Any) -> Any:
    """Attributes may be texts, as in AWS's interface."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value
