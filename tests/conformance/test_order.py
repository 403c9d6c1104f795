"""The tables of the order of checks: complete, and able to tell their faults apart."""

import pytest
from botocore.credentials import Credentials

from emulator.conformance import cases
from emulator.conformance.answer import Answer, HttpAnswer
from emulator.conformance.caller import Caller
from emulator.conformance.connection import Connection
from emulator.conformance.fixtures import QUEUE
from emulator.conformance.mismatch import ABSENT, Mismatch
from emulator.conformance.models import model
from emulator.conformance.order import ORDERS, Fault, Known, Order, order
from emulator.conformance.protocols import PROTOCOLS
from tests.server import RunningServer

cases.load()

# No request of these is refused.
NEVER_REFUSED = {"sns/GetSMSAttributes", "sns/GetSMSSandboxAccountStatus"}

JSON_ERROR = b'{"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "no"}'


@pytest.fixture
def aws(server: RunningServer, account: str) -> Caller:
    connection = Connection({"sqs": server.url, "sns": server.url}, "us-east-1", Credentials(account, "any"), 10_000)
    return Caller(connection, "json", "order")


def fault(name: str, path: str, value: object = "x") -> Fault:
    return Fault(name, {path: value}, "InvalidParameterValue", name)


def table_of(*faults: Fault) -> Order:
    return Order("sqs/SendMessage", {"QueueUrl": QUEUE, "Entries": [{"Id": "a"}]}, faults, (), "", None, False)


def names(table: Order) -> list[tuple[str, str]]:
    return [(earlier.name, later.name) for earlier, later in table.pairs()]


def test_every_operation_has_a_table() -> None:
    operations = {
        f"{service}/{name}"
        for service, protocols in PROTOCOLS.items()
        for name in model(service, protocols[0]).operation_names
    }
    assert len(operations) == 65
    assert {table.operation for table in ORDERS} == operations - NEVER_REFUSED


@pytest.mark.parametrize("table", ORDERS, ids=[f"{table.operation}-{table.variant}" for table in ORDERS])
def test_the_error_of_the_later_fault_is_not_taken_for_that_of_the_earlier(table: Order, aws: Caller) -> None:
    answers = {later.name: table.answer(aws, later) for _, later in table.pairs()}
    for earlier, later in table.pairs():
        with pytest.raises(Mismatch):
            earlier.check(answers[later.name])
    assert aws.close() == []


def test_faults_in_the_same_parameter_are_no_pair() -> None:
    table = table_of(
        fault("empty", "Entries", []),
        fault("id", "Entries.0.Id"),
        fault("other-id", "Entries.0.Id", "y"),
        fault("body", "Entries.0.Body"),
    )
    assert names(table) == [("id", "body"), ("other-id", "body")]


def test_a_parameter_whose_name_begins_like_another_is_another() -> None:
    assert names(table_of(fault("a", "Token"), fault("b", "TokenCount"))) == [("a", "b")]


def test_faults_of_one_group_are_no_pair() -> None:
    missing = [Fault(name, {name: ABSENT}, "MissingParameter", group="missing") for name in ("A", "B")]
    assert names(table_of(*missing, fault("bad", "C"))) == [("A", "bad"), ("B", "bad")]


def test_faults_of_two_entries_are_no_pair() -> None:
    first, second, same = (
        Fault(name, {path: "x"}, "InvalidParameterValue", entry=entry)
        for name, path, entry in (("f", "E.0.A", "a"), ("s", "E.1.A", "b"), ("t", "E.0.B", "a"))
    )
    assert names(table_of(first, second, same)) == [("f", "t")]


def test_a_source_about_a_pair_that_there_is_not_is_refused() -> None:
    known = (Known("second", "first", "recorded from AWS", "recorded"),)
    with pytest.raises(ValueError, match="has no such pairs of faults, in this order"):
        order("sqs/Wire", {}, fault("first", "A"), fault("second", "B"), known=known)


def test_the_fault_of_an_entry_is_no_refusal_of_the_request() -> None:
    refused = Answer("sqs", "json", "SendMessageBatch", HttpAnswer(400, {}, JSON_ERROR))
    succeeded = Answer("sqs", "json", "SendMessageBatch", HttpAnswer(200, {}, b'{"Successful": [], "Failed": []}'))
    bad_entry = Fault("bad-entry", {}, "InvalidParameterValue", entry="a")
    for answer in (refused, succeeded):
        with pytest.raises(Mismatch):
            bad_entry.check(answer)
