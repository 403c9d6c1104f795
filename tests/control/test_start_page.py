"""The page that a browser shows where the console is not, and the pages that cannot read it."""

import asyncio
import base64
import json
import re
from hashlib import sha256
from xml.etree import ElementTree

import pytest

from emulator.configuration.settings import Settings
from emulator.foundation.lazy import Lazy
from emulator.serving.app import Emulator
from emulator.testing.in_process import Request, call
from tests import boto
from tests.raw_http import Answer, ask
from tests.server import RunningServer, running_server

HTML = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
BROWSER = HTML | {"sec-fetch-site": "none", "sec-fetch-mode": "navigate", "upgrade-insecure-requests": "1"}


def page_of(answer: Answer) -> ElementTree.Element:
    """The page as a tree: it is written so that XML parsers can read it, but for two tags."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    text = re.sub(r"<(meta [^>]*)>", r"<\1/>", answer.body.removeprefix("<!DOCTYPE html>\n"))
    return ElementTree.fromstring(text)


@pytest.mark.parametrize("headers", [HTML, BROWSER], ids=["no marks of a browser", "marks of a browser"])
@pytest.mark.parametrize("path", ["/", "/?a=b", "/_emulator", "/_emulator/"])
def test_browser_gets_a_page_that_says_what_is_here(
    with_control_port: RunningServer, without_control: RunningServer, path: str, headers: dict[str, str]
) -> None:
    for server, where in ((with_control_port, "has a port of its own"), (without_control, "is switched off")):
        answer = ask(server.url, path, headers=headers)
        assert answer.status == 200
        assert f"AWS_ENDPOINT_URL={server.url}" in answer.body
        assert where in answer.body


def test_page_has_no_script_and_nothing_from_elsewhere(without_control: RunningServer) -> None:
    answer = ask(without_control.url, "/", headers=BROWSER)
    page = page_of(answer)
    assert page.get("lang") == "en"
    assert page.findtext("head/title")
    assert not {"script", "img", "link", "iframe"} & {element.tag for element in page.iter()}
    style = base64.b64encode(sha256((page.findtext("head/style") or "").encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{style}';")
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert "color-scheme: light dark" in answer.body


def test_what_comes_from_the_request_is_escaped() -> None:
    emulator = Emulator(Settings(external_url='http://"><script>', no_control=True))
    for path in ("/", "/%3Cscript%3E"):
        request = Request("GET", f"http://localhost{path}", list(HTML.items()))
        assert "<script>" not in asyncio.run(call(emulator, request)).body.decode()


@pytest.mark.parametrize("path", ["/nothing", "/000000000000/orders", "/index.html", "/%3Cb%3E"])
def test_unknown_path_leads_a_browser_to_the_page(server: RunningServer, path: str) -> None:
    answer = ask(server.url, path, headers=BROWSER)
    assert answer.status == 404
    notice = next(part for part in page_of(answer).iter("p") if part.get("role") == "status")
    assert "There is no page at" in "".join(notice.itertext())
    assert [link.get("href") for link in notice.iter("a")] == ["/"]


def test_icon_is_no_error(server: RunningServer, with_control_port: RunningServer) -> None:
    for url in (server.url, with_control_port.url, with_control_port.control_url):
        for headers in ({}, {"accept": "image/*", "sec-fetch-site": "same-origin"}):
            answer = ask(url, "/favicon.ico", headers=headers)
            assert (answer.status, answer.body) == (204, "")


@pytest.mark.parametrize("path", ["/", "/nothing", "/favicon.ico"])
def test_head_is_answered_as_get_without_the_body(server: RunningServer, path: str) -> None:
    answer, whole = (ask(server.url, path, method, BROWSER) for method in ("HEAD", "GET"))
    assert (answer.status, answer.body) == (whole.status, "")
    assert answer.headers["content-type"] == whole.headers["content-type"]


def test_address_of_the_page_is_that_of_the_visitor(without_control: RunningServer) -> None:
    answer = ask(without_control.url, "/", headers=HTML | {"host": "emulator:4566"})
    assert "AWS_ENDPOINT_URL=http://emulator:4566<" in answer.body
    with running_server("--no-control", "--external-url", "https://queues.example.com") as external:
        assert "AWS_ENDPOINT_URL=https://queues.example.com<" in ask(external.url, "/", headers=BROWSER).body


@pytest.mark.parametrize("path", ["/", "/nothing", "/favicon.ico"])
@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    ],
    ids=["rebound name", "another origin", "frame"],
)
def test_other_pages_cannot_read_it(
    server: RunningServer, with_control_port: RunningServer, path: str, headers: dict[str, str]
) -> None:
    for url in (server.url, with_control_port.url, with_control_port.control_url):
        assert ask(url, path, headers=HTML | headers).status == 403


def test_person_may_follow_a_link_to_it(server: RunningServer) -> None:
    headers = BROWSER | {"sec-fetch-site": "cross-site", "sec-fetch-user": "?1"}
    assert ask(server.url, "/", headers=headers).status == 200


def test_page_does_not_name_paths_that_are_not_there(
    with_control_port: RunningServer, without_control: RunningServer
) -> None:
    for server in (with_control_port, without_control):
        boto.client("sqs", server.url).create_queue(QueueName="secret")
        for path in ("/", "/_emulator", "/_emulator/"):
            answer = ask(server.url, path, headers=BROWSER)
            assert "secret" not in answer.body
            assert "/_emulator" not in answer.body


@pytest.mark.parametrize(
    ("method", "path", "headers", "text"),
    [
        ("GET", "/", {}, "<Code>MissingAction</Code>"),
        ("GET", "/", {"accept": "*/*"}, "<Code>MissingAction</Code>"),
        ("POST", "/?Action=ListQueues&Version=2012-11-05", HTML, "<ListQueuesResponse"),
        ("GET", "/?Action=ListQueues&Version=2012-11-05", HTML, "<Code>MissingAuthenticationToken</Code>"),
        ("GET", "/000000000000/q?Version=2012-11-05&Action=Dance", BROWSER, "<Code>InvalidAction</Code>"),
        ("GET", "/", HTML | {"authorization": "AWS4-HMAC-SHA256 Credential=a/b/c/sqs/d"}, "MissingAction"),
        ("GET", "/?X-Amz-Credential=a%2Fb%2Fc%2Fs3%2Fd", HTML, "<Code>NotImplemented</Code>"),
        ("POST", "/", HTML, "<Code>MissingAction</Code>"),
    ],
)
def test_calls_of_aws_are_answered_as_ever(
    server: RunningServer, method: str, path: str, headers: dict[str, str], text: str
) -> None:
    assert text in ask(server.url, path, method, headers).body


@pytest.mark.parametrize("path", ["/_emulator", "/_emulator/"])
def test_program_gets_an_overview_of_the_control_interface(
    server: RunningServer, with_control_port: RunningServer, path: str
) -> None:
    for url in (server.url, with_control_port.control_url):
        overview = json.loads(ask(url, path).body)
        assert overview["description"] == "/_emulator/openapi.json"
        assert overview["routes"]["POST /_emulator/reset"]
        assert all(overview["routes"].values())
        assert ask(url, path, "POST").status == 405


def test_request_of_an_sdk_to_the_same_address_makes_nothing_for_browsers() -> None:
    emulator = Emulator(Settings())
    request = Request("GET", "http://localhost/", [("accept", "*/*")])
    assert b"MissingAction" in asyncio.run(call(emulator, request)).body
    assert not any(lazy.made for lazy in vars(emulator).values() if isinstance(lazy, Lazy))
