"""Cases as data: requests, and the errors or members of their answers."""

from typing import Any

from emulator.conformance.caller import Caller
from emulator.conformance.case import Certainty, case
from emulator.conformance.fixtures import filled
from emulator.conformance.protocols import Protocol, Service

Params = dict[str, Any]


def refused(
    id: str,
    sentence: str,
    params: Params,
    code: str,
    message: object = str,
    *,
    source: str,
    certainty: Certainty,
    status: int = 400,
    shape: str | None = None,
    protocols: tuple[Protocol, ...] | None = None,
    account_wide: bool = False,
) -> None:
    """A case: the operation in ``id`` refuses ``params``, in which fixtures stand for things that are created first."""
    service, action = _operation(id)

    @case(id, sentence, source, certainty, protocols=protocols, account_wide=account_wide)
    def run(aws: Caller) -> None:
        aws.call(service, action, filled(params, aws)).refused(code, message, status=status, shape=shape)


def accepted(
    id: str,
    sentence: str,
    params: Params,
    members: Params | None = None,
    *,
    source: str,
    certainty: Certainty,
    protocols: tuple[Protocol, ...] | None = None,
    account_wide: bool = False,
) -> None:
    """A case: the operation in ``id`` accepts ``params`` and answers with ``members``, among others."""
    service, action = _operation(id)

    @case(id, sentence, source, certainty, protocols=protocols, account_wide=account_wide)
    def run(aws: Caller) -> None:
        aws.call(service, action, filled(params, aws)).gives(**(members or {}))


def _operation(id: str) -> tuple[Service, str]:
    service, action, _ = id.split("/")
    return ("sqs" if service == "sqs" else "sns"), action
