"""The example that compose.yaml runs beside the emulator, without Docker."""

import os
import re
import sys
from pathlib import Path

from tests import patience
from tests.server import running_server

ROOT = Path(__file__).parent.parent
ENDPOINT = "http://emulator:4566"  # in the network of compose.yaml


def compose_environment() -> dict[str, str]:
    """The environment of the consumer in compose.yaml."""
    consumer = (ROOT / "compose.yaml").read_text().partition("  consumer:\n")[2]
    return dict(re.findall(r"^      (AWS_\w+): (\S+)$", consumer, re.MULTILINE))


def run_consumer(url: str) -> str:
    settings = {name: value.replace(ENDPOINT, url) for name, value in compose_environment().items()}
    assert settings["AWS_ENDPOINT_URL"] == url
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | settings
    program = [sys.executable, str(ROOT / "examples" / "consumer" / "consumer.py")]
    return patience.run(program, env=environment, check=True).stdout


def test_consumer_shows_a_filtered_fan_out_and_leaves_the_queues_empty() -> None:
    with running_server("--enforce-policies") as server:
        shown = run_consumer(server.url)
        again = run_consumer(server.url)

    assert shown.splitlines() == [
        "topic arn:aws:sns:us-east-1:000000000000:order-events",
        f"queue {server.url}/000000000000/orders gets every event",
        f'queue {server.url}/000000000000/large-orders gets {{"total": [{{"numeric": [">=", 100]}}]}}',
        "shop published order 17 was paid with total 30",
        "shop published order 18 was paid with total 250",
        "shop published order 19 was paid with total 12",
        "orders received order 17 was paid",
        "orders deleted order 17 was paid",
        "orders received order 18 was paid",
        "orders deleted order 18 was paid",
        "orders received order 19 was paid",
        "orders deleted order 19 was paid",
        "orders has 0 messages left",
        "large-orders received order 18 was paid",
        "large-orders deleted order 18 was paid",
        "large-orders has 0 messages left",
    ]
    assert again == shown
