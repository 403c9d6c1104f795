"""Projects that have packages or modules named as those of this distribution."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.testing.pytest_runs import ROOT, Run

pytest_plugins = ["pytester"]

# Each name as a package and as a module that is a single file, and each way in which pytest finds them.
WAYS = {
    "emulator/__init__.py": ("--emulator-strict-timing",),
    "api_shapes.py": ("-n", "1"),
    "emulator.py": ("-o", "pythonpath=."),
    "api_shapes/__init__.py": ("--import-mode=importlib",),
}
THOROUGH = {"api_shapes.py", "emulator.py", "api_shapes/__init__.py"}

WITH_FIXTURE = """
    import boto3
    from {name} import mine
    from sqs_sns_emulator import ExpectationError, emulated_aws
    import pytest

    def test_fixture(emulator):
        assert mine() == "mine"
        boto3.client("sqs").create_queue(QueueName="orders")
        emulator.faults.add(action="SendMessage", error="ServiceUnavailable")
        assert emulator.export_state()
        with pytest.raises(ExpectationError):
            emulator.wait_for_message("orders", timeout=0)
        emulator.clock.advance(60)

    @emulated_aws(seed=7)
    def test_in_process():
        topic = boto3.client("sns").create_topic(Name="sales")["TopicArn"]
        boto3.client("sns").publish(TopicArn=topic, Message="sold")

    def test_own_again():
        import {name}
        assert {name}.mine() == "mine"
"""
WITH_SERVER = """
    from {name} import mine
    from sqs_sns_emulator import emulated_aws

    def test_server():
        with emulated_aws(server=True) as aws:
            assert aws.export_state()
        assert mine() == "mine"
"""
WITHOUT_FIXTURE = """
    from {name} import mine

    def test_nothing_of_the_emulator():
        assert mine() == "mine"
"""


def write(folder: Path, file: str) -> str:
    """Write a module of the project, and return its name."""
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    path.write_text("def mine():\n    return 'mine'\n")
    return file.partition("/")[0].removesuffix(".py")


@pytest.mark.parametrize(
    "file", [pytest.param(file, marks=[pytest.mark.thorough] if file in THOROUGH else []) for file in WAYS]
)
def test_emulator_works_beside_them_in_whichever_way_they_are_found(
    file: str, run: Run, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(WITH_FIXTURE.format(name=write(pytester.path, file)))
    run(*WAYS[file]).assert_outcomes(passed=3)


@pytest.mark.thorough
def test_server_starts_beside_them(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(WITH_SERVER.format(name=write(pytester.path, "emulator.py")))
    run().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "files", [("emulator/__init__.py", "api_shapes.py"), ("emulator.py", "api_shapes/__init__.py")], ids=" ".join
)
def test_tests_without_the_emulator_run_unharmed(files: tuple[str, str], run: Run, pytester: pytest.Pytester) -> None:
    names = [write(pytester.path, file) for file in files]
    pytester.makepyfile(**{f"test_{name}": WITHOUT_FIXTURE.format(name=name) for name in names})
    outcome = run()
    outcome.assert_outcomes(passed=2)
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
