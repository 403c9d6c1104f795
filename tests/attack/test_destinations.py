"""Clients of AWS choose where deliveries go, and what is in them: neither reaches what is not meant for them."""

import json
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.sns.delivery.answer import NoAnswer
from emulator.sns.delivery.destinations import Destinations, plain_address
from emulator.sns.delivery.http import HttpClient
from emulator.sns.delivery.http_messages import HttpMessage
from emulator.sns.delivery.http_target import Target
from emulator.testing import emulated_aws
from tests import boto, patience
from tests.account_clock import AccountClock
from tests.control.calls import call
from tests.delivery.subscriber import Subscriber, answering, running_subscriber
from tests.delivery.test_misbehavior import in_event_loop
from tests.server import RunningServer, running_server

ACCOUNT = "123456789012"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
RAW_JSON = {
    "RawMessageDelivery": "true",
    "DeliveryPolicy": json.dumps({"requestPolicy": {"headerContentType": "application/json"}}),
}

# Ways to write 127.0.0.1, or an address that leads there.
SPELLINGS = (
    "127.0.0.1",
    "localhost",
    "LOCALHOST",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "127.1",
    "0177.0.0.1",
    "0.0.0.0",
    "0",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[::]",
)

SPECIAL = (
    "169.254.169.254",
    "169.254.170.2",
    "169.254.0.1",
    "2852039166",  # 169.254.169.254 as one number
    "[::ffff:169.254.169.254]",
    "[64:ff9b::a9fe:a9fe]",
    "[2002:a9fe:a9fe::]",
    "[fe80::1]",
    "[febf::1]",
    "[fd00:ec2::254]",
    "[fd00:ec2::23]",
    "[fd20:ce::254]",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
)


def refusal(host: str, address: str, *rules: str, own: list[tuple[str, int]] | None = None, port: int = 80) -> str:
    """Why nothing is delivered; empty if it is."""
    origin = Target.of(f"http://{f'[{host}]' if ':' in host else host}:{port}/").origin
    return Destinations(rules, own or []).why_not(origin, address) or ""


async def refused(url: str, destinations: Destinations) -> str:
    with pytest.raises(NoAnswer) as failed:
        await HttpClient(destinations=destinations).post(HttpMessage(url, {}, b""))
    assert not failed.value.excessive
    return failed.value.reason


class TestRules:
    def test_without_rules_all_but_special_addresses_are_allowed(self) -> None:
        for address in ("10.0.0.1", "127.0.0.1", "8.8.8.8", "fd00::1", "2001:db8::1", "169.253.255.255", "fec0::1"):
            assert not refusal("host.test", address), address

    @pytest.mark.parametrize("spelling", SPECIAL)
    @in_event_loop
    async def test_special_addresses_are_refused_in_every_spelling(self, spelling: str) -> None:
        assert "unless --deliver-to" in await refused(f"http://{spelling}/latest/meta-data/", Destinations())

    def test_special_address_is_refused_behind_a_name_that_is_allowed(self) -> None:
        reason = refusal("host.test", "169.254.169.254", "host.test")
        assert reason == (
            "nothing is delivered to host.test (169.254.169.254), a link-local address, unless --deliver-to "
            "169.254.169.254 is given"
        )

    @pytest.mark.parametrize(
        "rule", ["169.254.169.254", "169.254.169.0/24", "169.254.0.0/16", "::ffff:169.254.0.0/112"]
    )
    def test_special_address_is_allowed_by_a_rule_that_names_it(self, rule: str) -> None:
        assert not refusal("host.test", "169.254.169.254", rule)
        assert not refusal("host.test", "::ffff:169.254.169.254", rule)

    @pytest.mark.parametrize("rule", ["0.0.0.0/0", "169.0.0.0/8", "169.254.170.0/24"])
    def test_special_address_is_not_allowed_by_a_network_that_only_includes_it(self, rule: str) -> None:
        assert "link-local" in refusal("host.test", "169.254.169.254", rule)

    def test_with_rules_all_else_is_refused(self) -> None:
        rules = ("hook.test", "10.0.0.0/8", "fd00::/8")
        for host, address in (("hook.test", "1.2.3.4"), ("any.test", "10.1.2.3"), ("any.test", "fd12::1")):
            assert not refusal(host, address, *rules)
        for host, address in (("other.test", "1.2.3.4"), ("a.hook.test", "1.2.3.4"), ("1.2.3.4", "1.2.3.4")):
            assert f"which no --deliver-to allows; --deliver-to {host} would" in refusal(host, address, *rules)

    def test_mapped_and_translated_addresses_count_as_those_they_stand_for(self) -> None:
        assert str(plain_address("::ffff:10.0.0.1")) == "10.0.0.1"
        assert str(plain_address("64:ff9b::a00:1")) == "10.0.0.1"
        assert str(plain_address("2002:a00:1::")) == "10.0.0.1"
        assert str(plain_address("fe80::1%eth0")) == "fe80::1"
        assert str(plain_address("::1")) == "::1"

    @in_event_loop
    async def test_only_the_allowed_addresses_of_a_name_are_connected_to(self, monkeypatch: pytest.MonkeyPatch) -> None:
        resolve_to(monkeypatch, "169.254.169.254", "127.0.0.1")
        with running_subscriber() as subscriber:
            client = HttpClient(destinations=Destinations())
            answer = await client.post(HttpMessage(f"http://both.test:{subscriber.port}/", {}, b""))
            await client.close()
        assert answer.status == 200

    @in_event_loop
    async def test_name_that_leads_elsewhere_later_is_looked_at_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with running_subscriber() as subscriber:
            subscriber.behave = answering(200, b"", "Connection: close")
            client = HttpClient(destinations=Destinations())
            monkeypatch.setattr("emulator.sns.delivery.resolver._KEPT_SECONDS", 0.0)
            message = HttpMessage(f"http://rebound.test:{subscriber.port}/", {}, b"")
            resolve_to(monkeypatch, "127.0.0.1")
            assert (await client.post(message)).status == 200
            resolve_to(monkeypatch, "169.254.169.254")
            with pytest.raises(NoAnswer, match=r"rebound.test \(169.254.169.254\), a link-local address"):
                await client.post(message)


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let the system's resolver give these addresses to every name."""
    infos = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]
    monkeypatch.setattr("emulator.sns.delivery.resolver.socket.getaddrinfo", lambda *_, **__: infos)


class TestOwnPorts:
    @pytest.mark.parametrize("spelling", SPELLINGS)
    @pytest.mark.parametrize("bound", ["127.0.0.1", "0.0.0.0", "::"])
    @in_event_loop
    async def test_own_port_is_refused_in_every_spelling(self, bound: str, spelling: str) -> None:
        own = [(bound, 4566), (bound, 4567)]
        everything = ("localhost", "0.0.0.0/0", "::/0")
        for port in (4566, 4567):
            reason = await refused(f"http://{spelling}:{port}/_emulator/reset", Destinations(everything, own))
            assert f"port {port}, which is a port of this server" in reason

    @in_event_loop
    async def test_own_port_is_refused_behind_a_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        resolve_to(monkeypatch, "127.0.0.1")
        reason = await refused("http://innocent.test:4566/", Destinations(own=[("127.0.0.1", 4566)]))
        assert reason == "nothing is delivered to innocent.test (127.0.0.1) port 4566, which is a port of this server"

    def test_other_ports_and_the_same_port_of_other_machines_are_allowed(self) -> None:
        own = [("0.0.0.0", 4566)]
        assert not refusal("host.test", "127.0.0.1", own=own, port=4567)
        assert not refusal("host.test", "192.0.2.1", own=own, port=4566)
        assert not refusal("host.test", "127.0.0.2", own=[("127.0.0.1", 4566)], port=4566)


@pytest.fixture(scope="module", params=[False, True], ids=["one port", "control port"])
def confirming(request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    """A server that confirms every subscription."""
    options = ("--control-port", "0") if request.param else ()
    with running_server("--auto-confirm", *options) as server:
        yield server


def client(service: str, server: RunningServer) -> Any:
    return boto.client_of_the_test(service, server.url, ACCOUNT)


def trace_of(server: RunningServer, endpoint: str, message: str, **attributes: str) -> str:
    """The trace of ``message``, when its deliveries have ended."""
    sns = client("sns", server)
    topic = sns.create_topic(Name="attack")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint, Attributes=attributes)
    message_id = sns.publish(TopicArn=topic, Message=message)["MessageId"]
    AccountClock(server.control_url, ACCOUNT).advance(3_600)
    status, _ = call(f"{server.control_url}/_emulator/settle", {"account": ACCOUNT, "timeout": patience.SECONDS})
    assert status == 200
    _, trace = call(f"{server.control_url}/_emulator/trace/{message_id}")
    sns.delete_topic(TopicArn=topic)
    return json.dumps(trace)


@pytest.mark.parametrize("spelling", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"])
@pytest.mark.parametrize("path", ["/_emulator/reset", "/_localstack/state/reset", "/?Action=DeleteQueue"])
def test_client_of_aws_cannot_reset_the_server_by_a_delivery(
    confirming: RunningServer, spelling: str, path: str
) -> None:
    sqs = client("sqs", confirming)
    queue_url = sqs.create_queue(QueueName="kept")["QueueUrl"]
    for url in {confirming.url, confirming.control_url}:
        endpoint = f"http://{spelling}:{url.rpartition(':')[2]}{path}"
        assert "which is a port of this server" in trace_of(confirming, endpoint, "{}", **RAW_JSON)
    assert sqs.list_queues()["QueueUrls"] == [queue_url]


@pytest.mark.parametrize(
    "path", ["/_emulator/reset", "/_emulator/state", "/_localstack/health", "/", "/000000000000/q"]
)
def test_delivery_that_comes_through_a_proxy_is_refused(confirming: RunningServer, path: str) -> None:
    for url in {confirming.url, confirming.control_url}:
        request = urllib.request.Request(
            url + path,
            b"Action=CreateQueue&QueueName=by-delivery",
            {"Content-Type": "application/x-www-form-urlencoded", "x-amz-sns-message-type": "Notification"},
        )
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(request, timeout=patience.SECONDS)
        assert answer.value.code == 403
        assert b"A delivery of SNS is not taken here" in answer.value.read()
    assert "by-delivery" not in json.dumps(client("sqs", confirming).list_queues())


def test_deliveries_go_only_where_the_option_allows_it_and_the_log_says_why(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        running_subscriber() as subscriber,
        log.open("w") as errors,
        running_server("--auto-confirm", "--deliver-to", "127.0.0.1", stderr=errors) as server,
    ):
        allowed = trace_of(server, subscriber.url, "hello", RawMessageDelivery="true")
        assert '"status": 200' in allowed
        refused = trace_of(server, "http://10.255.255.1/hook", "hello")
        reason = "nothing is delivered to 10.255.255.1, which no --deliver-to allows; --deliver-to 10.255.255.1 would"
        assert reason in refused
    assert reason in log.read_text()


def test_option_is_read_from_the_environment_too(subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMULATOR_DELIVER_TO", "10.0.0.0/8 hook.test")
    with running_server("--auto-confirm") as server:
        assert "which no --deliver-to allows" in trace_of(server, subscriber.url, "hello")
    assert subscriber.requests.empty()


@pytest.mark.parametrize("server_of_its_own", [False, True])
def test_events_of_functions_follow_the_same_rules(subscriber: Subscriber, server_of_its_own: bool) -> None:
    urls = {FUNCTION: subscriber.url}
    with emulated_aws(server=server_of_its_own, account_id=ACCOUNT, lambda_urls=urls, deliver_to=["10.0.0.0/8"]) as aws:
        topic = aws.sns.create_topic(Name="topic")["TopicArn"]
        aws.sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=FUNCTION)
        message_id = aws.sns.publish(TopicArn=topic, Message="hello")["MessageId"]
        aws.clock.advance(3_600)
        aws.settle()
        assert "which no --deliver-to allows" in str(aws.trace.of(message_id))
    assert subscriber.requests.empty()


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("http://hook.test", "http://hook.test is neither a host, such as webhook.test, nor a network, such as"),
        ("hook.test:80", "hook.test:80 is neither a host"),
        ("", " is neither a host"),
        ("*", "* is neither a host"),
        ("hook..test", "hook..test is neither a host"),
        ("10.0.0.0/33", "10.0.0.0/33 is neither a host"),
        ("1.2.3", "1.2.3 is neither a host"),
        ("10.0.0.1/8", "10.0.0.1/8 is no network; did you mean 10.0.0.0/8?"),
    ],
)
def test_bad_rule_is_refused_with_what_is_wrong(value: str, complaint: str) -> None:
    refused = patience.run([sys.executable, "-m", "emulator", "--port", "0", "--deliver-to", value])
    assert refused.returncode == 2
    assert complaint in refused.stderr


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    with running_subscriber() as subscriber:
        yield subscriber
