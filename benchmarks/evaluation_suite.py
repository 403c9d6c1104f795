"""Runs the SQS and SNS tests of AWS's evaluation suite for emulators against this emulator, and prints the score.

python -m benchmarks.evaluation_suite PATH

PATH is a clone of https://github.com/aws/aws-emulator-evaluation-suite. The tests are chosen by its manifest.jsonl. Its
runner runs them one after another, each against an empty emulator with HTTPS in us-west-2. A test passes if the runner
exits with 0. docs/aws-evaluation-suite.md says more.
"""

import os
import shlex
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from benchmarks.evaluation_manifest import ManifestError, Test, tests_in
from benchmarks.process import stop
from benchmarks.scores import Score
from emulator import __version__

REGION = "us-west-2"
RUN = "uv run fidelity-tests-runner run {test}"
SERVICES = ("sqs", "sns")

_PASSED, _FAILED = 0, 1  # exit codes of the runner
_LAST_LINES = 20  # of what a failed test has written, in the report


class RunnerError(Exception):
    """The runner cannot be run, or gives no verdict about the test; the text says why."""


class Failure(msgspec.Struct, frozen=True):
    test: str
    reason: str
    output: str


class Report(msgspec.Struct, frozen=True):
    suite: str  # its release
    version: str  # of this emulator
    date: str
    command: str  # that ran each test
    all: Score
    services: dict[str, Score]
    failures: list[Failure]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A running emulator with HTTPS."""

    url: str
    ca_file: Path

    def reset(self) -> None:
        context = ssl.create_default_context(cafile=str(self.ca_file))
        request = urllib.request.Request(f"{self.url}/_emulator/reset", method="POST")
        urllib.request.urlopen(request, timeout=60, context=context).close()

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables for the SDKs of a test."""
        files = dict.fromkeys(("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), str(self.ca_file))
        regions = dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), REGION)
        keys = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "test")
        return {"AWS_ENDPOINT_URL": self.url} | files | regions | keys


@contextmanager
def emulator() -> Iterator[Endpoint]:
    with tempfile.TemporaryDirectory() as folder:
        ca_file = Path(folder, "ca.pem")
        options = ["--port", "0", "--region", REGION, "--tls", "--tls-ca-file", str(ca_file), "--log-level", "error"]
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", *options], stdout=subprocess.PIPE, start_new_session=True
        )
        assert process.stdout is not None
        with process.stdout:
            try:
                announced, ready = process.stdout.readline(), process.stdout.readline()
                if ready.strip() != b"Ready.":
                    raise RunnerError("the emulator did not start.")
                yield Endpoint(announced.split()[-1].decode().replace("127.0.0.1", "localhost"), ca_file)
            finally:
                stop(process)


@dataclass(frozen=True, slots=True)
class Runner:
    """``command`` runs one test of the suite in ``folder``."""

    command: str
    folder: Path
    seconds: float  # that one test may take

    def run(self, test: Test, endpoint: Endpoint) -> tuple[int | None, str]:
        """The exit code, which is None if the test took too long, and what was written."""
        places = {"test": test.name, "endpoint": endpoint.url, "ca_file": str(endpoint.ca_file), "region": REGION}
        try:
            words = [word.format(**places) for word in shlex.split(self.command)]
        except (KeyError, IndexError, ValueError) as error:
            raise RunnerError(f"--run is not a command with {{{'}, {'.join(places)}}} in it: {error!r}.") from error
        with tempfile.TemporaryFile() as output:
            try:
                process = subprocess.Popen(
                    words,
                    cwd=self.folder,
                    env=os.environ | endpoint.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except OSError as error:
                raise RunnerError(f"{words[0]} cannot be run: {error.strerror}.") from error
            code: int | None = None
            try:
                code = process.wait(self.seconds)
            except subprocess.TimeoutExpired:
                pass
            finally:
                if code is None:
                    stop(process)
            output.seek(0)
            return code, "\n".join(output.read().decode("utf-8", "replace").splitlines()[-_LAST_LINES:])


def failures_of(tests: Sequence[Test], runner: Runner, endpoint: Endpoint) -> Iterator[tuple[Test, Failure | None]]:
    """Each test with its failure, or None if it passed. RunnerError if the first one ends without a verdict."""
    has_verdict = False
    for test in tests:
        endpoint.reset()
        code, output = runner.run(test, endpoint)
        if code not in (_PASSED, _FAILED, None) and not has_verdict:
            raise RunnerError(f"the runner ended with {code}, which is no verdict:\n{output}")
        has_verdict = True
        reason = f"took longer than {runner.seconds:g} seconds" if code is None else f"exit code {code}"
        yield test, None if code == _PASSED else Failure(test.name, reason, output)


def report_of(suite: Path, command: str, results: Sequence[tuple[Test, Failure | None]]) -> Report:
    def score(service: str | None) -> Score:
        found = [failure for test, failure in results if service in (None, test.service)]
        return Score(found.count(None), len(found))

    return Report(
        release_of(suite),
        __version__,
        datetime.now(UTC).date().isoformat(),
        command,
        score(None),
        {service: score(service) for service in dict.fromkeys(test.service for test, _ in results)},
        [failure for _, failure in results if failure is not None],
    )


def release_of(suite: Path) -> str:
    described = subprocess.run(
        ["git", "describe", "--tags", "--always"], cwd=suite, capture_output=True, text=True, check=False
    )
    return described.stdout.strip() or "unknown"


@click.command("evaluation_suite", help=__doc__)
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--run",
    "command",
    default=RUN,
    show_default=True,
    help="Command that runs {test}, in PATH; it may also have {endpoint}, {ca_file} and {region}.",
)
@click.option("--service-member", help="Member of a test in manifest.jsonl that holds its service or services.")
@click.option("--test-member", help="Member that holds what {test} stands for.")
@click.option("--only", default="", help="Run the tests whose name begins like this.")
@click.option("--list", "listing", is_flag=True, help="List the tests instead of running them.")
@click.option("--test-seconds", type=click.FloatRange(0), default=120.0, show_default=True, help="Limit of a test.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="File for the report, as JSON.")
def main(
    path: Path,
    command: str,
    service_member: str | None,
    test_member: str | None,
    only: str,
    listing: bool,
    test_seconds: float,
    report: Path | None,
) -> None:
    try:
        every = tests_in(path / "manifest.jsonl", SERVICES, service_member, test_member)
    except ManifestError as error:
        raise click.UsageError(str(error)) from None
    tests = [test for test in every if test.name.startswith(only)]
    if not tests:
        raise click.UsageError(f"No test of {' or '.join(SERVICES)} begins with {only!r} in {path / 'manifest.jsonl'}.")
    if listing:
        click.echo("\n".join(f"{test.service} {test.name}" for test in tests))
        return
    results = []
    try:
        with emulator() as endpoint:
            for test, failure in failures_of(tests, Runner(command, path, test_seconds), endpoint):
                results.append((test, failure))
                if failure is not None:
                    print(f"failed: {test.name}: {failure.reason}", flush=True)
    except RunnerError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    found = report_of(path, command, results)
    if report is not None:
        report.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    services = ", ".join(f"{service.upper()} {score}" for service, score in found.services.items())
    print(f"Evaluation suite {found.suite}, emulator {found.version}: {found.all}; {services}")
    sys.exit(bool(found.failures))


if __name__ == "__main__":
    main()
