"""Projects that have packages or modules named as those of this distribution."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.testing.pytest_runs import ROOT, Run

pytest_plugins = ["pytester"]

# Of the project: a package, and a module that is a single file.
OWN = [("emulator", True), ("emulator", False), ("api_shapes", True), ("api_shapes", False)]
OWN_IDS = ["package emulator", "module emulator", "package api_shapes", "module api_shapes"]

WITH_FIXTURE = """
    import boto3
    from {name} import mine
    from sqs_sns_emulator import ExpectationError, emulated_aws
    import pytest

    def test_fixture(emulator):
        assert mine() == "mine"
        boto3.client("sqs").create_queue(QueueName="orders")
        with pytest.raises(ExpectationError):
            emulator.wait_for_message("orders", timeout=0)
        emulator.clock.advance(60)

    @emulated_aws(seed=7)
    def test_in_process():
        topic = boto3.client("sns").create_topic(Name="sales")["TopicArn"]
        boto3.client("sns").publish(TopicArn=topic, Message="sold")

    def test_server():
        with emulated_aws(server=True) as aws:
            aws.faults.add(action="SendMessage", error="ServiceUnavailable")
            assert aws.export_state()

    def test_own_again():
        import {name}
        assert {name}.mine() == "mine"
"""
WITHOUT_FIXTURE = """
    from {name} import mine

    def test_nothing_of_the_emulator():
        assert mine() == "mine"
"""


@pytest.fixture(params=OWN, ids=OWN_IDS)
def name(request: pytest.FixtureRequest, pytester: pytest.Pytester) -> str:
    """Of a package or module of the project in the folder of ``pytester``."""
    name, is_package = request.param
    file = Path(pytester.path, name, "__init__.py") if is_package else Path(pytester.path, f"{name}.py")
    file.parent.mkdir(exist_ok=True)
    file.write_text("def mine():\n    return 'mine'\n")
    return str(name)


def test_emulator_works_beside_them(name: str, run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(WITH_FIXTURE.format(name=name))
    run("--emulator-strict-timing").assert_outcomes(passed=4)


@pytest.mark.parametrize("name", OWN[:1], ids=OWN_IDS[:1], indirect=True)
@pytest.mark.parametrize("way", [("-o", "pythonpath=."), ("--import-mode=importlib",), ("-n", "1")], ids=" ".join)
def test_way_in_which_they_are_found_makes_no_difference(
    name: str, way: tuple[str, ...], run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(WITH_FIXTURE.format(name=name))
    run(*way).assert_outcomes(passed=4)


def test_tests_without_the_emulator_run_unharmed(name: str, run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(WITHOUT_FIXTURE.format(name=name))
    outcome = run()
    outcome.assert_outcomes(passed=1)
    assert not outcome.errlines


def test_classes_are_those_of_emulator_testing_where_the_name_is_free() -> None:
    import emulator.testing
    import sqs_sns_emulator

    for public in sqs_sns_emulator.__all__:
        assert getattr(sqs_sns_emulator, public) is getattr(emulator.testing, public)
    assert sqs_sns_emulator.__all__ == emulator.testing.__all__
    with pytest.raises(AttributeError, match="no attribute 'emulate_aws'"):
        _ = sqs_sns_emulator.emulate_aws


def test_command_line_of_this_distribution_is_run_whatever_the_current_folder_holds(tmp_path: Path) -> None:
    Path(tmp_path, "emulator.py").write_text("raise SystemExit('not this one')")
    for command in (["-m", "sqs_sns_emulator"], [str(ROOT / "sqs_sns_emulator" / "__main__.py")]):
        done = subprocess.run(
            [sys.executable, *command, "--version"],
            cwd=tmp_path,
            env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.startswith("sqs-sns-emulator, version"), done.stderr
