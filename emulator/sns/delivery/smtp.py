"""Mail to a real SMTP server, so that a mail catcher can show it.

The standard library's client waits for the server, so it runs in a thread of its own, mail by mail. Publishing
never waits for it: what does not fit into the line, or is refused, is reported.
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

from emulator.events import Observer
from emulator.sns.events import Forwarded, ForwardingFailed
from emulator.sns.outbox_entry import Entry

_DEFAULT_PORT = 25
_TIMEOUT_SECONDS = 10
_WAITING_MAX = 1_000  # mails

_Job = tuple[Entry, asyncio.AbstractEventLoop]  # the loop in which to tell what became of it


class SmtpServer:
    """Where mail goes: the ``Forwarder`` of the outbox. ``now_of`` tells the time in an account."""

    def __init__(self, url: str, observer: Observer, now_of: Callable[[str], float]) -> None:
        parts = urlsplit(url)
        self._url = url
        self._host = parts.hostname or "localhost"
        self._port = parts.port or _DEFAULT_PORT
        self._observer = observer
        self._now_of = now_of
        self._line: Queue[_Job] = Queue(_WAITING_MAX)
        self._worker: Thread | None = None

    def forward(self, entry: Entry) -> None:
        """Put a mail into the line."""
        if self._worker is None:
            self._worker = Thread(target=self._work, name="smtp", daemon=True)
            self._worker.start()
        try:
            self._line.put_nowait((entry, asyncio.get_running_loop()))
        except Full:
            self._tell(entry, f"{_WAITING_MAX} mails are waiting already")

    def _work(self) -> None:
        while True:
            entry, loop = self._line.get()
            problem = self._send(entry)
            if loop.is_closed():
                return
            loop.call_soon_threadsafe(self._tell, entry, problem)

    def _send(self, entry: Entry) -> str | None:
        """What went wrong, if anything."""
        try:
            mail = _mail(entry)
            with smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT_SECONDS) as server:
                server.send_message(mail, to_addrs=[entry.endpoint])
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one mail, the next one is sent
            return f"{type(error).__name__}: {error}"
        return None

    def _tell(self, entry: Entry, problem: str | None) -> None:
        now = self._now_of(entry.account)
        if problem is None:
            self._observer.tell(Forwarded(now, entry.message_id, entry.account, entry.id, self._url))
        else:
            failed = ForwardingFailed(now, entry.message_id, entry.account, entry.id, self._url, problem)
            self._observer.tell(failed)
            self._observer.warn([failed])


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
