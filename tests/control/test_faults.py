"""Faults over HTTP: the routes, what goes over the wire, and connections that end or wait."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests import boto, patience
from tests.actions.sqs.raw import RawCaller, credentials
from tests.control.calls import call
from tests.server import RunningServer, running_server


@pytest.fixture
def faults(server: RunningServer, account: str) -> Iterator[str]:
    """The URL of the faults, which are gone at the end."""
    yield f"{server.url}/_emulator/faults"
    call(f"{server.url}/_emulator/faults?account={account}", method="DELETE")


def add(faults: str, account: str, **rule: object) -> str:
    """The URL of a new fault of the account."""
    status, state = call(faults, rule | {"account": account})
    assert status == 200, state
    return f"{faults}/{state['id']}"


# -- The routes ----------------------------------------------------------------------------


def test_fault_is_added_shown_listed_and_removed(faults: str, account: str, json_sqs: Any) -> None:
    rule = {"service": "sqs", "action": "ListQueues", "account": account, "after": 1, "error": "AccessDenied"}
    status, added = call(faults, rule)
    assert (status, added) == (200, {"id": added["id"], "rule": rule, "matched": 0, "fired": 0, "held_up": 0})
    json_sqs.list_queues()
    with pytest.raises(ClientError):
        json_sqs.list_queues()
    one = f"{faults}/{added['id']}"
    counted = added | {"matched": 2, "fired": 1}
    assert call(f"{faults}?account={account}") == (200, {"faults": [counted]})
    shown = call(one)[1]
    [firing] = shown.pop("firings")
    assert shown == counted
    assert firing.keys() == {"at", "account", "action", "request_id"}
    assert call(one, method="DELETE") == (204, None)
    assert call(one, method="DELETE") == (404, {"error": f"No fault {added['id']}."})
    assert call(one) == (404, {"error": f"No fault {added['id']}."})
    json_sqs.list_queues()


def test_faults_of_one_account_are_listed_and_removed_without_the_others(faults: str, account: str) -> None:
    other = f"9{account[1:]}"
    mine, theirs = add(faults, account, cut="before"), add(faults, other, cut="before")
    everyones = call(faults, {"action": "OptInPhoneNumber", "cut": "before"})[1]["id"]
    listed = [fault["id"] for fault in call(faults)[1]["faults"]]
    assert [each.rpartition("/")[2] for each in (mine, theirs)] == [each for each in listed if each != everyones][-2:]
    assert call(f"{faults}?account={account}", method="DELETE")[1] == {"account": account, "removed": 1}
    assert [call(each)[0] for each in (mine, theirs, f"{faults}/{everyones}")] == [404, 200, 200]
    for each in (theirs, f"{faults}/{everyones}"):
        call(each, method="DELETE")


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        (b"{", "Input data was truncated"),
        ({"eror": "AccessDenied"}, "Object contains unknown field `eror`"),
        ({"error": "AccessDenied", "service": "s3"}, "Invalid enum value 's3' - at `$.service`; allowed: sns, sqs"),
        ({"cut": "before", "action": "Fly"}, "action: sqs or sns has no action 'Fly'."),
        ({"cut": "before", "first": 1, "every": 1}, "every: a rule has only one of first, every, probability, "),
    ],
)
def test_rule_that_makes_no_sense_is_refused_and_nothing_changes(faults: str, rule: object, complaint: str) -> None:
    before = call(faults)
    status, answer = call(faults, rule)
    assert status == 400
    assert complaint in answer["error"]
    assert call(faults) == before


def test_reset_of_an_account_ends_its_faults(server: RunningServer, faults: str, account: str) -> None:
    one = add(faults, account, cut="before")
    call(f"{server.url}/_emulator/reset", {"account": account})
    assert call(one)[0] == 404


def test_fault_of_one_account_does_not_hit_another(server: RunningServer, faults: str, account: str) -> None:
    one = add(faults, account, error="AccessDenied")
    boto.client("sqs", server.url, account=f"9{account[1:]}").list_queues()
    assert call(one)[1]["matched"] == 0


# -- On the wire ---------------------------------------------------------------------------

CORAL = "com.amazon.coral.service"
IDENTITIES = [
    ("RequestThrottled", 403, "com.amazonaws.sqs#RequestThrottled", "RequestThrottled", "Sender"),
    ("Throttling", 400, f"{CORAL}#ThrottlingException", "Throttling", "Sender"),
    ("ServiceUnavailable", 503, f"{CORAL}#ServiceUnavailableException", "ServiceUnavailable", "Receiver"),
    ("InternalFailure", 500, f"{CORAL}#InternalFailure", "InternalFailure", "Receiver"),
    ("OverLimit", 403, "com.amazonaws.sqs#OverLimit", "OverLimit", "Sender"),
    ("KmsDisabled", 400, "com.amazonaws.sqs#KmsDisabled", "KMS.DisabledException", "Sender"),
]


@pytest.mark.parametrize(("name", "status", "type_", "code", "fault"), IDENTITIES)
def test_error_has_the_identity_that_aws_gives_it_in_both_protocols(
    server: RunningServer, faults: str, account: str, name: str, status: int, type_: str, code: str, fault: str
) -> None:
    add(faults, account, service="sqs", action="ListQueues", error=name, message="On purpose.")
    raw = RawCaller(server.url, account)
    answer = raw.json("ListQueues", {})
    assert answer.json_error == (status, type_, f"{code};{fault}", "On purpose.")
    answer = raw.query({"Action": "ListQueues"})
    assert answer.xml_error == (status, code, "On purpose.")
    assert answer.text_of("Type") == fault


@pytest.mark.parametrize(
    ("name", "status", "code", "text"),
    [
        ("ThrottledException", 429, "Throttled", "Rate exceeded"),
        ("InternalError", 500, "InternalError", "Asked for by fault-"),
        ("NotFound", 404, "NotFound", "Asked for by fault-"),
    ],
)
def test_error_of_sns_has_its_identity_too(
    faults: str, account: str, sns: Any, name: str, status: int, code: str, text: str
) -> None:
    add(faults, account, service="sns", action="ListTopics", error=name)
    with pytest.raises(ClientError) as refused:
        sns.list_topics()
    response = refused.value.response
    assert (response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]) == (status, code)
    assert response["Error"]["Message"].startswith(text)


# -- Connections ---------------------------------------------------------------------------


class Caller:
    """One connection, on which ListQueues is called."""

    def __init__(self, server: RunningServer, account: str, *, chunked: bool = False) -> None:
        self._server = server
        host, port = server.url.removeprefix("http://").split(":")
        self._socket = socket.create_connection((host, int(port)), timeout=patience.SECONDS)
        headers = credentials(account) | {"Host": host, "X-Amz-Target": "AmazonSQS.ListQueues"}
        lines = ["POST / HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        size, body = ("Transfer-Encoding: chunked", "2\r\n{}\r\n0\r\n\r\n") if chunked else ("Content-Length: 2", "{}")
        self._request = "\r\n".join([*lines, size, "", body]).encode()

    def send(self, times: int = 1) -> None:
        self._socket.sendall(self._request * times)

    def barrier(self) -> None:
        """Afterwards the server has read what was sent, and seen what has ended."""
        for _ in range(2):
            call(f"{self._server.url}/_emulator/health")

    def received(self) -> bytes:
        """All that comes until the server ends the connection."""
        with self._socket:
            parts = []
            while part := self._socket.recv(65_536):
                parts.append(part)
        return b"".join(parts)

    def answer(self) -> bytes:
        return self._socket.recv(65_536)

    def hang_up(self) -> None:
        self._socket.close()
        self.barrier()


@pytest.mark.parametrize("chunked", [False, True], ids=["fast way", "long way"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_cut_connection_ends_without_a_byte(
    server: RunningServer, faults: str, account: str, moment: str, chunked: bool
) -> None:
    one = add(faults, account, service="sqs", cut=moment)
    caller = Caller(server, account, chunked=chunked)
    caller.send()
    assert caller.received() == b""
    assert call(one)[1]["fired"] == 1


def test_answers_before_the_cut_still_arrive_and_requests_behind_it_are_lost(
    server: RunningServer, faults: str, account: str
) -> None:
    one = add(faults, account, service="sqs", cut="before", after=2)
    caller = Caller(server, account)
    caller.send(times=4)
    assert caller.received().count(b"HTTP/1.1 200 OK") == 2
    assert call(one)[1]["matched"] == 3


@pytest.mark.parametrize("chunked", [False, True], ids=["fast way", "long way"])
@pytest.mark.parametrize("effect", [{"latency": 3_600}, {"stall": "before"}, {"stall": "after"}], ids=str)
def test_nothing_is_left_of_a_client_that_hangs_up_while_it_is_held_up(
    server: RunningServer, faults: str, account: str, effect: dict[str, object], chunked: bool
) -> None:
    one = add(faults, account, service="sqs", **effect)
    caller = Caller(server, account, chunked=chunked)
    caller.send()
    caller.barrier()
    assert call(one)[1]["held_up"] == 1
    caller.hang_up()
    assert call(one)[1]["held_up"] == 0


def test_nothing_is_left_of_it_either_where_other_requests_stood_behind(
    server: RunningServer, faults: str, account: str
) -> None:
    one = add(faults, account, service="sqs", latency=3_600)
    caller = Caller(server, account)
    caller.send(times=3)
    caller.barrier()
    assert call(one)[1]["held_up"] == 1
    caller.hang_up()
    told = call(one)[1]
    assert (told["held_up"], told["matched"]) == (0, 1)


def test_others_are_served_while_one_is_held_up_until_its_fault_is_removed(
    server: RunningServer, faults: str, account: str, json_sqs: Any
) -> None:
    one = add(faults, account, service="sqs", latency=3_600, first=1)
    caller = Caller(server, account)
    caller.send()
    caller.barrier()
    json_sqs.list_queues()
    call(one, method="DELETE")
    assert caller.answer().startswith(b"HTTP/1.1 200 OK")
    caller.hang_up()


def test_stalled_connection_is_cut_when_its_fault_is_removed(server: RunningServer, faults: str, account: str) -> None:
    one = add(faults, account, service="sqs", stall="before")
    caller = Caller(server, account)
    caller.send()
    caller.barrier()
    call(one, method="DELETE")
    assert caller.received() == b""


def test_malformed_request_is_refused_before_any_fault_sees_it(
    server: RunningServer, faults: str, account: str
) -> None:
    one = add(faults, account, cut="before")
    assert RawCaller(server.url, account).json("ListQueues", b"{").status == 400
    assert call(one)[1]["matched"] == 0


def test_server_ends_at_once_though_a_client_is_held_up(account: str) -> None:
    with running_server() as server:
        add(f"{server.url}/_emulator/faults", account, service="sqs", latency=3_600, first=1)
        add(f"{server.url}/_emulator/faults", account, service="sqs", stall="after", after=1)
        slow, stalled = Caller(server, account), Caller(server, account)
        slow.send()
        slow.barrier()
        stalled.send()
        stalled.barrier()
        server.process.terminate()
        assert server.process.wait(patience.SECONDS) == 0
        assert slow.received().startswith(b"HTTP/1.1 200 OK")
        assert stalled.received() == b""
