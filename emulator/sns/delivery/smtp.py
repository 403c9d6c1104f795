"""Sends mail to a real SMTP server, for example a mail catcher.

The standard library's client blocks, so it runs in a thread of its own, one mail after the other. Publishing never
waits for it. A mail that exceeds the length of its queue, or that the server refuses, is reported.
"""

import asyncio
import smtplib
from collections.abc import Callable
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from queue import Full, Queue
from threading import Thread
from urllib.parse import urlsplit

from emulator.foundation.events import Observer
from emulator.sns.events import Forwarded, ForwardingFailed
from emulator.sns.outbox_entry import Entry

_DEFAULT_PORT = 25
_TIMEOUT_SECONDS = 10
_WAITING_MAX = 1_000  # mails

_Job = tuple[Entry, asyncio.AbstractEventLoop]  # the event loop in which the result is reported


class SmtpServer:
    """A mail server: a ``Forwarder`` of the outbox. ``now_of`` gives the time of an account."""

    def __init__(self, url: str, observer: Observer, now_of: Callable[[str], float]) -> None:
        parts = urlsplit(url)
        self._url = url
        self._host = parts.hostname or "localhost"
        self._port = parts.port or _DEFAULT_PORT
        self._observer = observer
        self._now_of = now_of
        self._line: Queue[_Job] = Queue(_WAITING_MAX)
        self._worker: Thread | None = None

    def forward(self, entry: Entry, subscription: object = None, undelivered: object = None) -> None:
        """Queue a mail for sending."""
        if self._worker is None:
            self._worker = Thread(target=self._work, name="smtp", daemon=True)
            self._worker.start()
        try:
            self._line.put_nowait((entry, asyncio.get_running_loop()))
        except Full:
            self._report(entry, f"{_WAITING_MAX} mails are waiting already")

    def _work(self) -> None:
        while True:
            entry, loop = self._line.get()
            problem = self._send(entry)
            if loop.is_closed():
                return
            loop.call_soon_threadsafe(self._report, entry, problem)

    def _send(self, entry: Entry) -> str | None:
        """What went wrong; None if nothing did."""
        try:
            mail = _mail(entry)
            with smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT_SECONDS) as server:
                server.send_message(mail, to_addrs=[entry.endpoint])
        except Exception as error:  # noqa: BLE001 - an error of one mail must not keep the next one from being sent
            return f"{type(error).__name__}: {error}"
        return None

    def _report(self, entry: Entry, problem: str | None) -> None:
        now = self._now_of(entry.account)
        if problem is None:
            self._observer.report(Forwarded(now, entry.message_id, entry.account, entry.id, self._url))
        else:
            failed = ForwardingFailed(now, entry.message_id, entry.account, entry.id, self._url, problem)
            self._observer.report_and_warn(failed)


def _mail(entry: Entry) -> EmailMessage:
    name, _, address = entry.details["From"].rpartition(" ")
    mail = EmailMessage()
    mail["From"] = Address(name, addr_spec=address.strip("<>"))
    mail["To"] = entry.endpoint
    mail["Subject"] = entry.subject
    mail["Date"] = datetime.fromtimestamp(entry.at, UTC)
    mail["Message-ID"] = f"<{entry.message_id}.{entry.id}@sns.amazonaws.com>"
    mail.set_content(entry.body)
    return mail
