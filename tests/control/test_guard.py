"""Web pages and the control interface: what a browser sends on their behalf, and what becomes of it."""

import json
import re
from collections.abc import Iterator

import pytest

from emulator.control.routes import ROUTES
from emulator.control.routing import Route
from tests.control.calls import call
from tests.raw_http import ask
from tests.server import RunningServer, running_server

APP = "http://localhost:3000"
COLLEAGUE = "https://tools.example.com"


@pytest.fixture(scope="module")
def open_server() -> Iterator[RunningServer]:
    with running_server("--allow-origin", f"{APP}/", "--allow-origin", "https://Tools.example.com:443") as server:
        yield server


@pytest.mark.parametrize(
    "origin", ["https://evil.example", APP, "http://127.0.0.1", "http://127.0.0.1:1", "null", "file://", ""]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_page_of_another_origin_is_refused_and_moves_nothing(
    server: RunningServer, account: str, origin: str, method: str
) -> None:
    body = json.dumps({"freeze": True, "account": account}).encode()
    answer = ask(server.url, "/_emulator/clock", method, {"origin": origin}, body)
    assert answer.status == 403
    assert json.loads(answer.body) == {
        "error": f"Web pages of {origin} may not use the control interface; --allow-origin {origin} allows them."
    }
    assert "access-control-allow-origin" not in answer.headers
    assert call(f"{server.url}/_emulator/clock?account={account}")[1]["frozen"] is False


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_no_route_answers_a_page_of_another_origin(server: RunningServer, route: Route) -> None:
    path = re.sub(r"\{\w+\}", "x", route.path)
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert ask(server.url, path, route.method, headers).status == 403


def test_page_of_the_emulators_own_may_use_it(server: RunningServer) -> None:
    assert ask(server.url, "/_emulator/clock", headers={"origin": server.url}).status == 200
    assert (
        ask(server.url, "/_emulator/reset", "POST", {"origin": server.url}, b'{"account": "000000000099"}').status
        == 200
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}, 403),
        ({"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-user": "?1"}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
    ],
)
def test_page_gets_nothing_without_an_origin_either_unless_a_person_follows_a_link(
    server: RunningServer, headers: dict[str, str], status: int
) -> None:
    assert ask(server.url, "/_emulator/queues", headers=headers).status == status


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:4566",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil-localhost.localstack.cloud",
        "[::1",
        ":80",
    ],
)
def test_name_that_a_stranger_may_have_made_lead_here_is_refused(server: RunningServer, host: str) -> None:
    answer = ask(server.url, "/_emulator/queues", headers={"host": host})
    assert answer.status == 403
    assert json.loads(answer.body) == {
        "error": f"The host {host} is not known to be this emulator's; to allow it, give --allow-origin http://{host}."
    }
    rebound = {"host": host, "origin": f"http://{host}"}
    assert ask(server.url, "/_emulator/reset", "POST", rebound).status == 403


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:80",
        "localhost.",
        "sqs.localhost",
        "emulator",
        "my_emulator:4566",
        "host.docker.internal:4566",
        "emulator.default.svc.cluster.local",
        "emulator.default.svc",
        "sqs.us-east-1.localhost.localstack.cloud:4566",
        "10.1.2.3:4566",
        "[fe80::1]:4566",
    ],
)
def test_names_of_this_machine_and_of_services_are_fine(server: RunningServer, host: str) -> None:
    assert ask(server.url, "/_emulator/health", headers={"host": host}).status == 200


def test_host_of_the_external_url_is_fine() -> None:
    with running_server("--external-url", "https://queues.example.com:99") as server:
        assert ask(server.url, "/_emulator/health", headers={"host": "queues.example.com"}).status == 200
        assert ask(server.url, "/_emulator/health", headers={"host": "example.com"}).status == 403


@pytest.mark.parametrize("origin", [APP, COLLEAGUE])
def test_page_that_is_let_in_can_read_the_answer(open_server: RunningServer, origin: str) -> None:
    answer = ask(open_server.url, "/_emulator/clock", headers={"origin": origin})
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, origin)
    assert answer.headers["vary"] == "Origin"


def test_preflight_request_is_answered_with_what_a_page_may_send(open_server: RunningServer) -> None:
    wanted = {"access-control-request-method": "DELETE", "access-control-request-headers": "content-type"}
    answer = ask(open_server.url, "/_emulator/outbox", "OPTIONS", {"origin": APP} | wanted)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, APP)
    assert {"DELETE", "GET", "POST"} <= set(answer.headers["access-control-allow-methods"].split(", "))
    assert "content-type" in answer.headers["access-control-allow-headers"].lower()


def test_letting_one_page_in_leaves_the_others_out(open_server: RunningServer) -> None:
    for origin in ("http://localhost:3001", "https://localhost:3000", "https://tools.example.com:444"):
        assert ask(open_server.url, "/_emulator/clock", headers={"origin": origin}).status == 403


def test_refusal_is_logged_for_the_browser_keeps_it_from_its_user(capfd: pytest.CaptureFixture[str]) -> None:
    with running_server() as server:
        ask(server.url, "/_emulator/clock", headers={"origin": APP})
    assert f"WARNING Web pages of {APP} may not use the control interface" in capfd.readouterr().err
