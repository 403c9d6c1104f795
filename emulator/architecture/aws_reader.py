"""Reads a live account of AWS: only by List, Get and Describe, page by page, and slower when AWS asks for that.

boto3 is an extra of its own, and is imported with the first use.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

ATTEMPTS_MAX = 8
_FIRST_PAUSE = 0.5  # seconds; each further one is twice as long
_PAUSE_MAX = 20.0
_READS = re.compile(r"(list|get|describe)_[a-z_]+")
_THROTTLES = ("RequestLimitExceeded", "SlowDown", "TooManyRequests", "TooManyRequestsException", "RequestThrottled")
_THROTTLE_STATUSES = (429, 503)

MakeClient = Callable[[str], Any]  # by the name of a service


class AwsError(Exception):
    """AWS, or boto3, refuses what was asked for. The text says what and why."""


class RefusedReadError(AwsError):
    """AWS refuses one call, as the caller may not make it or the service is not there.

    An emulator that does not know the call may also answer what no SDK can read.
    """


class Call(NamedTuple):
    """A call that was made, for reports of what was read."""

    service: str
    operation: str


class AwsReader:
    """Makes the calls. ``errors`` are those that boto3 raises; ``sleep`` takes seconds."""

    def __init__(
        self,
        make_client: MakeClient,
        region: str,
        errors: tuple[type[Exception], ...],
        sleep: Callable[[float], None],
    ) -> None:
        self.region = region
        self._errors = errors
        self.calls: list[Call] = []
        self._make = make_client
        self._sleep = sleep
        self._clients: dict[str, Any] = {}

    def read(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """The answer of one call. RefusedReadError if it is refused or cannot be read, AwsError if nothing answers."""
        assert _READS.fullmatch(operation), f"{operation} does not only read"
        for attempt in range(ATTEMPTS_MAX):
            self.calls.append(Call(service, operation))
            try:
                answer: dict[str, Any] = getattr(self._client(service), operation)(**parameters)
            except self._errors as error:
                pause = _pause(error, attempt)
                if pause is None:
                    raise _refused(service, operation, error) from None
                if attempt < ATTEMPTS_MAX - 1:
                    self._sleep(pause)
            else:
                return answer
        raise AwsError(f"AWS throttled {service} {operation} {ATTEMPTS_MAX} times: try again later.")

    def pages(self, service: str, operation: str, items: str, token: str, **parameters: Any) -> Iterator[Any]:
        """The items of all pages. ``token`` is the name of that of the next page, in answers and requests."""
        asked, answered = (token, token) if "/" not in token else token.split("/")
        while True:
            answer = self.read(service, operation, **parameters)
            yield from answer.get(items) or []
            following = answer.get(answered)
            if not following or following == parameters.get(asked):
                return
            parameters[asked] = following

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            try:
                self._clients[service] = self._make(service)
            except self._errors as error:
                raise AwsError(f"{service}: {error}") from None
        return self._clients[service]


def _response(error: Exception) -> dict[str, Any]:
    response = getattr(error, "response", None)
    return response if isinstance(response, dict) else {}


def _pause(error: Exception, attempt: int) -> float | None:
    """For how long to wait before another attempt, in seconds; None if none would help."""
    response = _response(error)
    code = str(response.get("Error", {}).get("Code", ""))
    metadata = response.get("ResponseMetadata", {})
    if "Throttl" not in code and code not in _THROTTLES and metadata.get("HTTPStatusCode") not in _THROTTLE_STATUSES:
        return None
    asked = str(metadata.get("HTTPHeaders", {}).get("retry-after", ""))
    pause = _FIRST_PAUSE * (1 << attempt)
    return min(max(pause, float(asked) if asked.isdecimal() else 0.0), _PAUSE_MAX)


def _refused(service: str, operation: str, error: Exception) -> AwsError:
    from botocore.parsers import ResponseParserError

    if isinstance(error, ResponseParserError):
        return RefusedReadError(f"{service} {operation}: the answer does not have AWS's form")
    details = _response(error).get("Error")
    if details is None:
        return AwsError(f"{service} {operation}: {error}")
    return RefusedReadError(f"{service} {operation}: {details.get('Code')}: {details.get('Message')}")


def reader_of_environment(region: str | None, sleep: Callable[[float], None]) -> AwsReader:
    """A reader with the credentials, profile and endpoint of boto3's settings. AwsError without boto3 or a region."""
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError
    except ImportError:
        text = "boto3 is not installed: pip install 'sqs-sns-emulator[aws]' installs it."
        raise AwsError(text) from None
    try:
        session = boto3.Session(region_name=region)
    except BotoCoreError as error:
        raise AwsError(str(error)) from None
    if session.region_name is None:
        raise AwsError("No region is given: --region or AWS_REGION says it.")
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=30)
    known = (BotoCoreError, ClientError, ResponseParserError)
    return AwsReader(lambda service: session.client(service, config=config), session.region_name, known, sleep)
