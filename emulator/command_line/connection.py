"""HTTP to one port of a running server."""

import json
import ssl
from collections.abc import Iterable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit

import click

from emulator.command_line.failures import NoServerError

SECONDS = 60.0  # without a byte from the server, after which it counts as gone

Body = bytes | IO[bytes] | Iterable[bytes]


class Answer(NamedTuple):
    status: int
    is_json: bool
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Connection:
    """A connection that is kept for the next request. Every method raises NoServerError if nothing answers."""

    def __init__(self, url: str, ca_bundle: str | None) -> None:
        self.url = url
        netloc = urlsplit(url).netloc
        self._http = (
            HTTPSConnection(netloc, timeout=SECONDS, context=_context(ca_bundle))
            if url.startswith("https:")
            else HTTPConnection(netloc, timeout=SECONDS)
        )

    def ask(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
    ) -> Answer:
        """Send a request, and read the whole answer."""
        response = self.open(method, path, body, headers, seconds)
        try:
            return Answer(response.status, _is_json(response), response.read())
        except (OSError, HTTPException) as error:
            raise self._gone(error) from None

    def open(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
    ) -> HTTPResponse:
        """Send a request, and return the answer to be read piece by piece."""
        self._http.timeout = seconds
        if self._http.sock is not None:
            self._http.sock.settimeout(seconds)
        try:
            try:
                self._http.request(method, path, body, dict(headers or {}))
            except (BrokenPipeError, ConnectionResetError):
                if body is None:
                    raise
                # The server refuses a body before it has all of it: its answer may be there.
            return self._http.getresponse()
        except (OSError, HTTPException) as error:
            self.close()
            raise self._gone(error) from None

    def lines(self, response: HTTPResponse) -> Iterable[bytes]:
        """The lines of an answer, as they come; ends with the answer."""
        try:
            while line := response.readline():
                yield line
        except (OSError, HTTPException) as error:
            raise self._gone(error) from None

    def portions(self, response: HTTPResponse, size: int = 1 << 18) -> Iterable[bytes]:
        """The bytes of an answer, in portions."""
        try:
            while portion := response.read1(size):
                yield portion
            if response.length or (response.length is None and not response.isclosed()):
                raise HTTPException("the answer is not complete")
        except (OSError, HTTPException) as error:
            raise self._gone(error) from None

    def close(self) -> None:
        self._http.close()

    def _gone(self, error: Exception) -> NoServerError:
        if isinstance(error, ssl.SSLCertVerificationError):
            return NoServerError(
                f"the certificate of {self.url} is not trusted: {error.verify_message}. Give its CA with --ca-bundle; "
                "the server writes it with --tls-ca-file."
            )
        if isinstance(error, ConnectionRefusedError):
            return NoServerError(f"nothing answers at {self.url}; start it with: {_start_command(self.url)}")
        if isinstance(error, ssl.SSLError):
            return NoServerError(f"what answers at {self.url} does not speak HTTPS ({error.reason})")
        return NoServerError(f"nothing answers at {self.url}: {str(error) or type(error).__name__}")


def _start_command(url: str) -> str:
    parts = urlsplit(url)
    tls = " --tls" if parts.scheme == "https" else ""
    port = "" if parts.port in (4566, None) else f" --port {parts.port}"
    return f"sqs-sns-emulator{port}{tls}"


def _is_json(response: HTTPResponse) -> bool:
    return "json" in response.headers.get_content_type()  # SQS has application/x-amz-json-1.0


def _context(ca_bundle: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_bundle is not None:
        try:
            context.load_verify_locations(ca_bundle)
        except OSError as error:
            raise click.UsageError(f"No certificates can be read from {ca_bundle}: {error}.") from None
    return context
