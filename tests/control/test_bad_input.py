"""An invalid request to any route is refused, with what is wrong and where, and changes nothing."""

import json
import socket
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from emulator.control.routes import ROUTES
from emulator.control.routing import Route
from emulator.state.document import State
from tests import boto, patience
from tests.control.calls import call
from tests.raw_http import ask
from tests.server import RunningServer, running_server

DEEP = b"[" * 100_000 + b"]" * 100_000


def complaint(server: RunningServer, path: str, method: str = "GET", **more: Any) -> str:
    answer = ask(server.url, f"/_emulator/{path}", method, **more)
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/json"
    [(name, text)] = json.loads(answer.body).items()
    assert name == "error"
    return str(text)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("health?verbose=1", "Object contains unknown field `verbose`"),
        ("queues?limit=1", "Object contains unknown field `limit`"),
        ("queues?region=a&region=b", "The parameter `region` is given twice."),
        ("trace?limit=1.5", "Expected `int`, got `str` - at `$.limit`"),
        ("trace?limit=" + "9" * 400, "Expected `int` <= 1000 - at `$.limit`"),
        ("trace?limit=1e400", "Number out of range - at `$.limit`"),
        ("trace?limit=nan", "Expected `int`, got `str` - at `$.limit`"),
        ("trace?account=123456789012%00", "Expected `str` of length <= 12 - at `$.account`"),
        ("trace?account=123456789012%0a", "Expected `str` of length <= 12 - at `$.account`"),
        ("outbox?protocol=null", "Leave out a parameter that has no value, instead of giving null - at `$.protocol`"),
        ("topics/me/us-east-1/jobs", "Expected `str` matching regex '^[0-9]{12}$' - at `$.account`"),
        ("queues/12/us-east-1/jobs", "Expected `str` matching regex '^[0-9]{12}$' - at `$.account`"),
        ("queues/123456789012%0A/us-east-1/jobs", "Expected `str` of length <= 12 - at `$.account`"),
    ],
)
def test_wrong_parameter_is_named(server: RunningServer, path: str, expected: str) -> None:
    assert complaint(server, path) == expected


def test_query_that_is_no_utf8_is_refused(server: RunningServer) -> None:
    assert complaint(server, "queues?region=%ff").startswith("The query string is not UTF-8: ")


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("reset", b"{", "Input data was truncated"),
        ("reset", b"null", "Expected `object`, got `null`"),
        ("reset", b'{"account": "1\x00"}', "JSON is malformed: invalid character (byte 14)"),
        ("reset", b'{"account": "1\\u0000"}', "Expected `str` matching regex '^[0-9]{12}$' - at `$.account`"),
        ("reset", b'{"everything": true}', "Object contains unknown field `everything`"),
        ("clock", b'{"advance": 1e400}', "Number out of range - at `$.advance`"),
        ("clock", b'{"advance": NaN}', "JSON is malformed: invalid character (byte 12)"),
        ("clock", b'{"advance": -1}', "Expected `float` >= 0.0 - at `$.advance`"),
        ("settle", b'{"time": 1}', "Object contains unknown field `time`"),
        ("filter-policy/explain", b'{"policy": %b}' % DEEP, "maximum recursion depth exceeded while deserializing"),
        (
            "filter-policy/explain",
            b'{"policy": {"a": ["\xff"]}}',
            "'utf-8' codec can't decode byte 0xff in position 19",
        ),
    ],
)
def test_wrong_body_is_refused(server: RunningServer, path: str, body: bytes, expected: str) -> None:
    assert complaint(server, path, "POST", body=body).startswith(expected)


@pytest.mark.parametrize("media_type", ["text/plain", "multipart/form-data; boundary=x", "application/xml"])
def test_body_that_says_it_is_no_json_is_refused(server: RunningServer, media_type: str) -> None:
    text = complaint(server, "clock", "POST", headers={"content-type": media_type}, body=b'{"advance": 1}')
    assert text == f"Content-Type: a body must be application/json, not {media_type.partition(';')[0]}."


@pytest.mark.parametrize("media_type", [None, "application/json; charset=utf-8", "application/x-www-form-urlencoded"])
def test_body_needs_no_type_and_may_have_what_curl_says_of_any(
    server: RunningServer, account: str, media_type: str | None
) -> None:
    headers = {} if media_type is None else {"content-type": media_type}
    body = json.dumps({"advance": 1, "account": account}).encode()
    assert ask(server.url, "/_emulator/clock", "POST", headers, body).status == 200


def test_refused_reset_has_reset_nothing(server: RunningServer, account: str, json_sqs: Any) -> None:
    json_sqs.create_queue(QueueName="kept")
    for wrong in ({"account": account, "queue": "x"}, {"account": f"{account}\n"}, [account]):
        assert call(f"{server.url}/_emulator/reset", wrong)[0] == 400
    assert ask(server.url, f"/_emulator/reset?account={account}", "POST").status == 400
    assert len(json_sqs.list_queues()["QueueUrls"]) == 1


def test_null_is_not_an_account_and_does_not_mean_all(server: RunningServer, account: str) -> None:
    boto.client("sns", server.url, account=account).publish(PhoneNumber="+15550100", Message="kept")
    assert complaint(server, "outbox?account=null", "DELETE").endswith("at `$.account`")
    _, answer = call(f"{server.url}/_emulator/outbox?account={account}")
    assert len(answer["entries"]) == 1


def test_clock_stops_before_the_calendar_does(server: RunningServer, account: str) -> None:
    clock = f"{server.url}/_emulator/clock"
    century = {"advance": 3_155_760_000, "account": account}
    answers = [call(clock, century) for _ in range(80)]
    assert answers[-1][0] == 400
    assert answers[-1][1]["error"].startswith("The clock cannot go beyond the year 9000")
    assert call(f"{clock}?account={account}")[1]["now"].startswith("89")
    call(f"{server.url}/_emulator/reset", {"account": account})


def test_clocks_move_together_or_not_at_all(server: RunningServer, account: str) -> None:
    clock = f"{server.url}/_emulator/clock"
    for _ in range(69):
        assert call(clock, {"advance": 3_155_760_000, "account": account})[0] == 200
    before = call(clock)[1]["epoch"]
    assert call(clock, {"advance": 3_155_760_000})[0] == 400
    assert call(clock)[1]["epoch"] < before + 1_000
    call(f"{server.url}/_emulator/reset", {"account": account})


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("clock", "DELETE", {"GET", "HEAD", "POST"}),
        ("outbox", "PUT", {"DELETE", "GET", "HEAD"}),
        ("reset", "GET", {"POST"}),
        ("openapi.json", "OPTIONS", {"GET", "HEAD"}),
    ],
)
def test_wrong_method_is_answered_with_all_the_right_ones(
    server: RunningServer, path: str, method: str, allowed: set[str]
) -> None:
    answer = ask(server.url, f"/_emulator/{path}", method)
    assert (answer.status, set(answer.headers["allow"].split(", "))) == (405, allowed)


def test_head_is_a_get_without_the_body(server: RunningServer) -> None:
    answer = ask(server.url, "/_emulator/health", "HEAD")
    assert (answer.status, answer.body) == (200, "")
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("path", ["queues/", "trace/%00", "queues/123456789012/us-east-1/%ff", "Health"])
def test_path_that_leads_nowhere_is_404_in_json(server: RunningServer, path: str) -> None:
    answer = ask(server.url, f"/_emulator/{path}")
    assert answer.status == 404
    assert list(json.loads(answer.body)) == ["error"]


def test_client_that_hangs_up_amid_its_request_leaves_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    with running_server() as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=patience.SECONDS) as client:
            client.sendall(b"POST /_emulator/reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            assert ask(server.url, "/_emulator/health").status == 200
        assert ask(server.url, "/_emulator/health").status == 200
    assert capfd.readouterr().err == ""


def structs_of(kind: Any) -> Iterator[type[msgspec.Struct]]:
    """The structs that the JSON of ``kind`` is made of."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
        for hint in get_type_hints(kind).values():
            yield from structs_of(hint)
    for argument in get_args(kind):
        yield from structs_of(argument)


BODIES = {route.types["body"] for route in ROUTES if "body" in route.types} - {msgspec.Raw} | {State}
QUERIES = {route.types["query"] for route in ROUTES if "query" in route.types}


STRUCTS = {struct.__name__: struct for kind in BODIES | QUERIES for struct in structs_of(kind)}


@pytest.mark.parametrize("name", sorted(STRUCTS))
def test_no_part_of_a_body_or_a_query_takes_unknown_members(name: str) -> None:
    assert STRUCTS[name].__struct_config__.forbid_unknown_fields


def spelled(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method in ("POST", "PUT", "DELETE")], ids=spelled)
def test_misspelt_member_is_refused_by_every_route_that_changes_something(server: RunningServer, route: Route) -> None:
    path = route.path.format(account="1" * 12, region="us-east-1", name="queue", fault_id="fault-1")
    status, answer = call(server.url + path, {"acount": "1" * 12}, route.method)
    assert (status, "acount" in answer["error"]) == (400, True)
    if "query" not in route.types:
        return
    status, answer = call(f"{server.url}{path}?acount={'1' * 12}", method=route.method)
    assert (status, "acount" in answer["error"]) == (400, True)


@pytest.mark.parametrize("path", ["outbox", "faults"])
def test_call_that_removes_says_whose_and_how_many(server: RunningServer, account: str, path: str) -> None:
    boto.client("sns", server.url, account=account).publish(PhoneNumber="+15550100", Message="kept")
    rule = {"action": "SendMessage", "account": account, "error": "ServiceUnavailable"}
    assert call(f"{server.url}/_emulator/faults", rule)[0] == 200
    url = f"{server.url}/_emulator/{path}"
    assert call(f"{url}?account={account}", method="DELETE") == (200, {"account": account, "removed": 1})
    assert call(f"{url}?account={account}", method="DELETE") == (200, {"account": account, "removed": 0})


def test_calls_that_remove_or_move_everything_say_so() -> None:
    with running_server() as server:
        boto.client("sns", server.url).publish(PhoneNumber="+15550100", Message="gone")
        for path, removed in (("outbox", 1), ("faults", 0)):
            answer = call(f"{server.url}/_emulator/{path}", method="DELETE")
            assert answer == (200, {"account": "all", "removed": removed})
        assert call(f"{server.url}/_emulator/clock", {"advance": 1})[1]["account"] == "all"
        assert call(f"{server.url}/_emulator/clock", {"advance": 1, "account": "1" * 12})[1]["account"] == "1" * 12
        assert call(f"{server.url}/_emulator/clock", method="POST")[0] == 400
