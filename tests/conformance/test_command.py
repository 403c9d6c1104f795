"""``sqs-sns-emulator conformance``, as a user calls it."""

import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests import emulator_process, patience
from tests.server import RunningServer, running_server

FIFO = "sqs/ReceiveMessage/fifo-order"


def conformance(*options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    base = {"PATH": "/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/none"}
    environment = base | {"AWS_SHARED_CREDENTIALS_FILE": "/none"} | environment
    return emulator_process.run("conformance", *options, env=environment)


def test_table_has_the_score_of_each_operation(server: RunningServer) -> None:
    done = conformance("--endpoint-url", server.url, "--only", FIFO)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "operation           passed  of",
        "sqs/ReceiveMessage       2   2",
        "all                      2   2",
        "",
        "2 of 2 cases as on AWS: 100.0 %",
    ]


def test_protocol_chooses_the_runs_of_sqs(server: RunningServer) -> None:
    done = conformance("--endpoint-url", server.url, "--only", FIFO, "--protocol", "query", "--format", "json")
    assert [case["protocol"] for case in json.loads(done.stdout)["cases"]] == ["query"]


@pytest.mark.thorough
def test_nothing_is_left_behind() -> None:
    with running_server() as server:
        done = conformance("--endpoint-url", server.url, "--only", "sns/Publish", "--format", "json")
        assert json.loads(done.stdout)["failed"] == 0
        for what in ("queues", "topics"):
            assert json.loads(patience.get(f"{server.url}/_emulator/{what}"))[what] == []


def test_difference_fails_the_run_and_is_shown(tmp_path: Path) -> None:
    """A server with a fault on the account's SQS does not behave as AWS."""
    report = tmp_path / "report.xml"
    with running_server() as server:
        fault = json.dumps({"action": "SendMessage", "error": "OverLimit"}).encode()
        patience.get(f"{server.url}/_emulator/faults", fault)
        options = ("--endpoint-url", server.url, "--only", FIFO)
        shown = conformance(*options, "--protocol", "json")
        written = conformance(*options, "--format", "junit", "--output", str(report))
    assert (shown.returncode, written.returncode) == (1, 1)
    assert f"{FIFO} (json, documented)" in shown.stdout
    assert "SendMessage was refused with 403" in shown.stdout
    assert "0 of 1 case as on AWS: 0.0 %" in shown.stdout
    suites = ElementTree.parse(report).getroot()
    assert [suite.attrib["failures"] for suite in suites] == ["1", "1"]
    assert suites.find(".//failure") is not None


def test_cases_can_be_listed_without_an_endpoint() -> None:
    done = conformance("--list", "--only", FIFO)
    assert (
        done.stdout == f"{FIFO} (documented): Messages of a group are received in the order in which they were sent.\n"
    )


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ((), "Give either --endpoint-url or --aws."),
        (("--aws", "--endpoint-url", "http://localhost:1"), "Give either --endpoint-url or --aws."),
        (("--endpoint-url", "localhost:4566"), "expected the URL of an endpoint, such as http://localhost:4566."),
        (("--only", "sqs/Dance"), "No case begins with sqs/Dance. --list shows all cases."),
        (("--aws",), "Error: there are no credentials for AWS"),
        (("--endpoint-url", "http://127.0.0.1:1", "--only", FIFO), "Error: http://127.0.0.1:1 does not answer"),
    ],
)
def test_run_that_cannot_be_made_says_why(options: tuple[str, ...], complaint: str) -> None:
    done = conformance(*options)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_run_that_has_made_as_many_requests_as_it_may_ends_and_cleans_up() -> None:
    with running_server() as server:
        done = conformance("--endpoint-url", server.url, "--only", FIFO, "--max-requests", "2", "--workers", "1")
        left = json.loads(patience.get(f"{server.url}/_emulator/queues"))["queues"]
    assert done.returncode == 2
    assert done.stderr == "Error: the run has made as many requests as --max-requests allows.\n"
    assert left == []
