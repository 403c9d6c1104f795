"""What is said of each action where it is registered: whether it only reads, whom it is for, and what it is about."""

from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest

import emulator.cloudformation.actions
import emulator.functions.actions
import emulator.sns.actions
import emulator.sqs.actions
import emulator.sts.actions  # noqa: F401 - importing them registers the actions
from api_shapes import aws_lambda, cloudformation, sns, sqs, sts
from api_shapes.operation import Operation
from emulator.actions.registry import ABOUT, REGISTRY, TRAITS, Registration, Traits, action
from emulator.actions.subjects import _READERS as READERS
from emulator.sns.topic_policy import DELEGABLE_ACTIONS
from tests import boto
from tests.actions.test_other_accounts import CALLS, DELEGABLE, SHAREABLE, Call, world
from tests.server import RunningServer, running_server

AnyOperation = Operation[Any, Any]

# What operations that name nothing get as arguments.
ARGUMENTS = {"CheckIfPhoneNumberIsOptedOut": {"phoneNumber": "+15551234567"}}
READS = sorted(name for name, traits in TRAITS.items() if traits.reads and name[0] not in ("lambda", "cloudformation"))


def operations() -> list[AnyOperation]:
    modules = sqs, sns, sts, aws_lambda, cloudformation
    return [operation for module in modules for operation in module.OPERATIONS.values()]


@pytest.fixture(scope="module")
def frozen() -> Iterator[RunningServer]:
    with running_server("--clock-at", "2030-01-01T00:00:00Z") as server:
        yield server


def state_of(server: RunningServer, account: str) -> bytes:
    with urlopen(f"{server.url}/_emulator/state?account={account}") as answer:
        return bytes(answer.read())


@pytest.mark.parametrize(("service", "operation"), READS, ids=[name for _, name in READS])
def test_action_that_reads_leaves_the_state_as_it_is(
    frozen: RunningServer, account: str, service: str, operation: str
) -> None:
    owned = world(frozen, account)
    boto.client_of_the_test("sqs", frozen.url, account).send_message(QueueUrl=owned.owned["{url}"], MessageBody="hello")
    before = state_of(frozen, account)
    call = next(
        (call for call in CALLS if (call.service, call.operation) == (service, operation)),
        Call(service, operation, ARGUMENTS.get(operation, {}), False),
    )
    perform, arguments = owned._replace(stranger=account).call(call)
    perform(**arguments)
    assert state_of(frozen, account) == before


def test_receiving_writes(frozen: RunningServer, account: str) -> None:
    client = boto.client("sqs", frozen.url, account=account)
    url = client.create_queue(QueueName="queue")["QueueUrl"]
    client.send_message(QueueUrl=url, MessageBody="hello")
    before = state_of(frozen, account)
    client.receive_message(QueueUrl=url)
    assert state_of(frozen, account) != before
    assert not TRAITS["sqs", "ReceiveMessage"].reads


def test_every_operation_has_traits() -> None:
    assert TRAITS.keys() == REGISTRY.keys() == {(each.service, each.name) for each in operations()}


def test_action_of_which_nothing_is_said_writes_and_is_for_its_owner_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    registration: Registration[Any, Any] = action(sqs.SEND_MESSAGE)
    key = ("sqs", "SendMessage")
    monkeypatch.setitem(REGISTRY, key, REGISTRY[key])
    monkeypatch.setitem(TRAITS, key, TRAITS[key])
    request: Any = sqs.SendMessageRequest
    monkeypatch.setitem(ABOUT, request, ABOUT[request])
    registration(lambda _ctx, _request: None)
    assert TRAITS[key] == Traits(reads=False, owner_only=True, about=())


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: f"{operation.service} {operation.name}")
def test_action_is_about_what_its_request_names(operation: AnyOperation) -> None:
    """A new operation that names a queue or a topic cannot be forgotten."""
    fields = operation.request.__struct_fields__
    named = tuple(field for field in fields if field in READERS and field != "name")
    assert ABOUT[operation.request] == (("name",) if operation is sns.CREATE_TOPIC else named)


def open_to_others(service: str) -> set[str]:
    names = {name for (of, name), traits in TRAITS.items() if of == service and not traits.owner_only}
    assert {name.removesuffix("Batch") for name in names} <= names, "a batch is as open as its single call"
    return {name for name in names if not name.endswith("Batch")}


def test_other_accounts_can_get_what_aws_lets_an_owner_share() -> None:
    assert open_to_others("sqs") == SHAREABLE
    assert open_to_others("sns") == DELEGABLE - {"Receive"}
    assert open_to_others("sts") == set()


def test_policies_of_topics_name_the_same_actions() -> None:
    """``Receive`` is no operation: it is in AWS's list of what a topic's policy can name."""
    assert DELEGABLE_ACTIONS == DELEGABLE
