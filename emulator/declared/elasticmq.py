"""A configuration file of ElasticMQ, in HOCON: https://github.com/softwaremill/elasticmq#automatically-creating-queues-on-startup.

It may contain any configuration of ElasticMQ and of the libraries that it is made of. What says something about queues,
and where the server listens, is read; the rest has no meaning here.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

import hocon
from hocon import HoconArray, HoconObject, HoconScalar, HoconValue

from emulator.configuration.document_error import DocumentError
from emulator.declared.attributes import as_text
from emulator.declared.document import VALUES_MAX, Document, DocumentPath, Mistake, Position
from emulator.declared.translation import Translation
from emulator.declared.wording import shown

# What the default configuration of ElasticMQ says is not needed. Its length stays, and with it all positions.
_CLASSPATH = re.compile(r"^[ \t]*include[ \t]+(?:required\([ \t]*)?classpath\([^)\n]*\)\)?", re.MULTILINE)

_OPTIONS: Mapping[DocumentPath, str] = {
    ("rest-sqs", "bind-port"): "port",
    ("rest-sqs", "bind-hostname"): "host",
    ("rest-stats", "enabled"): "elasticmq_statistics",
    ("aws", "region"): "region",
    ("aws", "accountId"): "account_id",
}
_SECTIONS = ("queues", *dict.fromkeys(str(path[0]) for path in _OPTIONS))
_DURATIONS = {
    "defaultVisibilityTimeout": "visibility_timeout",
    "delay": "delay_seconds",
    "receiveMessageWait": "receive_message_wait_time_seconds",
}
_FLAGS = {"contentBasedDeduplication": "content_based_deduplication"}
_IMPOSSIBLE = {
    "copyTo": "copies messages to another queue, which SQS cannot do: publish to a topic with both queues instead.",
    "moveTo": "redirects messages to another queue, which SQS cannot do: send them to that queue.",
}
_QUEUE = (*_DURATIONS, *_FLAGS, *_IMPOSSIBLE, "deadLettersQueue", "fifo", "tags")
_DEAD_LETTERS = ("name", "maxReceiveCount")
_ACCOUNT_DIGITS = 12
_READ_MAX = 1 << 18  # bytes of a file that is included
_FIFO = ".fifo"


def elasticmq_document(file: str, text: str) -> Document:
    """The configuration that a file of ElasticMQ means; DocumentError with its mistakes."""
    try:
        config = hocon.parse_string(
            _CLASSPATH.sub(lambda found: " " * len(found[0]), text),
            base_dir=os.path.dirname(os.path.abspath(file)),
            read_file=_read_included,
        )
        content = _content(config)
    except (hocon.ParseError, hocon.ResolveError) as error:
        mistake = Mistake(f"{str(error).capitalize().rstrip('.')}.", Position(error.line, error.col))
        raise DocumentError([Document(error.file or file, {}).worded(mistake)]) from None
    except (hocon.ConfigError, OSError, ValueError, RecursionError) as error:
        raise DocumentError([f"{file}: {str(error).rstrip('.')}."]) from None
    return _ElasticMq(Document(file, content), config).translated()


def _read_included(path: str) -> str:
    with open(path, "rb") as opened:
        raw = opened.read(_READ_MAX + 1)
    if len(raw) > _READ_MAX:
        raise ValueError(f"{path} is larger than {_READ_MAX} bytes")
    return raw.decode("utf-8-sig")


def _content(config: hocon.Config) -> dict[str, Any]:
    """The sections that are read, as plain data. ValueError if substitutions have made too much of them."""
    left = VALUES_MAX

    def plain(value: HoconValue) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise ValueError(f"there are more than {VALUES_MAX} values")
        match value:
            case HoconObject():
                return {key: plain(each) for key, each in value.fields.items()}
            case HoconArray():
                return [plain(each) for each in value.items]
            case HoconScalar(value_type="string"):
                return value.raw
            case HoconScalar(value_type="null"):
                return None
            case HoconScalar(value_type="boolean"):
                return value.raw.lower() in ("true", "yes", "on")
        return hocon.as_number(value)

    found = {section: config.get_value(section) for section in _SECTIONS}
    return {section: plain(value) for section, value in found.items() if value is not None}


class _ElasticMq:
    def __init__(self, source: Document, config: hocon.Config) -> None:
        self._to = Translation(source)
        self._config = config

    def translated(self) -> Document:
        content = self._to.source.content
        for path, option in _OPTIONS.items():
            section, name = str(path[0]), str(path[1])
            value = self._to.table(content.get(section), (section,), section).get(name)
            if value is not None:
                self._to.put(("options", option), self._account(value) if name == "accountId" else value, path)
        queues = self._to.table(content.get("queues"), ("queues",), "queues")
        names = {name: self._name(name, queue) for name, queue in queues.items()}
        for name, queue in queues.items():
            path = ("queues", name)
            self._to.put(("queues", names[name]), {}, path)
            self._put_queue(("queues", names[name]), self._to.table(queue, path, "A queue"), path, names)
        return self._to.document()

    def _account(self, value: Any) -> Any:
        """Twelve digits, which HOCON reads as a number."""
        return f"{value:0{_ACCOUNT_DIGITS}}" if isinstance(value, int) else value

    def _name(self, name: str, queue: object) -> str:
        """FIFO queues have names that end with .fifo."""
        fifo = isinstance(queue, Mapping) and queue.get("fifo") is True
        return f"{name}{_FIFO}" if fifo and not name.endswith(_FIFO) else name

    def _put_queue(
        self, to: DocumentPath, queue: Mapping[str, Any], path: DocumentPath, names: Mapping[str, str]
    ) -> None:
        for field, value in queue.items():
            place = (*path, field)
            if field in _IMPOSSIBLE:
                self._to.mistakes.add(place, f"{field} {_IMPOSSIBLE[field]}")
            elif field in _DURATIONS:
                self._put_duration((*to, _DURATIONS[field]), value, place)
            elif field in _FLAGS or field == "fifo":
                self._put_flag(to, field, value, place)
            elif field == "tags":
                tags = self._to.table(value, place, "tags")
                self._to.put((*to, "tags"), {tag: as_text(each) for tag, each in tags.items()}, place)
            elif field == "deadLettersQueue":
                self._put_dead_letters((*to, "dead_letter_queue"), value, place, names)
            else:
                self._to.unknown(field, place, "A queue", _QUEUE)

    def _put_flag(self, to: DocumentPath, field: str, value: Any, place: DocumentPath) -> None:
        if isinstance(value, Mapping) and field == "fifo":
            name = f"{place[-2]}{_FIFO}"
            self._to.mistakes.add(place, f'A name with a dot is written in quotes: "{name}" {{ fifo = true }}.')
        elif not isinstance(value, bool):
            self._to.mistakes.add(place, f"{field} is {shown(value)}; true or false is wanted.")
        elif field in _FLAGS:
            self._to.put((*to, _FLAGS[field]), value, place)

    def _put_duration(self, to: DocumentPath, value: Any, place: DocumentPath) -> None:
        """HOCON takes a number without a unit as milliseconds, of which SQS knows none."""
        what = place[-1]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self._to.mistakes.add(place, f"{what} is {shown(value)}; a duration is wanted, such as 10 seconds.")
            return
        if value not in (0, "0") and str(value).replace(".", "").isdecimal():
            self._to.mistakes.add(place, f"{what} has no unit, and means milliseconds; write {value} seconds.")
            return
        try:
            seconds = self._config.get_duration(".".join(f'"{step}"' for step in place), "s")
        except hocon.ConfigError:
            self._to.mistakes.add(place, f"{what} is {shown(value)}; a duration is wanted, such as 10 seconds.")
            return
        if seconds != int(seconds):
            self._to.mistakes.add(place, f"{what} is {shown(value)}; SQS has whole seconds.")
        else:
            self._to.put(to, int(seconds), place)

    def _put_dead_letters(self, to: DocumentPath, value: Any, place: DocumentPath, names: Mapping[str, str]) -> None:
        dead_letters = self._to.table(value, place, "deadLettersQueue")
        for field in dead_letters.keys() - set(_DEAD_LETTERS):
            self._to.unknown(field, (*place, field), "deadLettersQueue", _DEAD_LETTERS)
        missing = [field for field in _DEAD_LETTERS if field not in dead_letters]
        if missing:
            self._to.mistakes.add(place, f"deadLettersQueue has no {' and no '.join(missing)}.")
            return
        name, count = dead_letters["name"], dead_letters["maxReceiveCount"]
        self._to.put(to, {}, place)
        self._to.put((*to, "queue"), names.get(name, name) if isinstance(name, str) else name, (*place, "name"))
        self._to.put((*to, "max_receive_count"), count, (*place, "maxReceiveCount"))
