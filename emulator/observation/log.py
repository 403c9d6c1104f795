"""Logging: the lines of this process, as text or as JSON."""

import json
import logging
import os
import sys
from datetime import UTC, datetime
from types import TracebackType

from emulator.configuration.values import LogFormat, LogLevel

_TEXT = "%(asctime)s %(levelname)-7s %(message)s"
# The attributes that a log record has without ``extra``.
_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

logger = logging.getLogger("emulator")


def printable(text: str) -> str:
    """``text`` with all unprintable characters escaped, so that it stays on one line."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


class _Formatter(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        """ISO 8601 in UTC, with milliseconds."""
        del datefmt
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class TextFormatter(_Formatter):
    """Time, level and message on one line, then a traceback if any."""

    def __init__(self) -> None:
        super().__init__(_TEXT)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        record.message = printable(record.message)
        return super().formatMessage(record)


class JsonFormatter(_Formatter):
    """One JSON object a line: time, level, message, the record's extra fields, and a traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "time": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields |= {name: value for name, value in vars(record).items() if name not in _OWN_FIELDS}
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)


def configure_logging(level: LogLevel, form: LogFormat) -> None:
    """Send log records to standard error. As JSON, also Python's warnings and uncaught exceptions."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    if form == "json":
        logging.captureWarnings(True)
        sys.excepthook = _log_exception


def announce(text: str, form: LogFormat) -> None:
    """Write a line of the start to standard output, whatever the log level."""
    if form == "json":
        text = JsonFormatter().format(logger.makeRecord(logger.name, logging.INFO, "", 0, text, (), None))
    try:
        print(text, flush=True)
    except OSError as error:  # its reader has gone, or the disk is full
        logger.warning("Cannot write to standard output: %s. The server goes on without it.", error.strerror)
        with open(os.devnull, "w") as nothing:  # for what is still in its buffer, and all that comes
            os.dup2(nothing.fileno(), sys.stdout.fileno())


def _log_exception(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    logger.critical("The emulator has failed", exc_info=(kind, error, traceback))
