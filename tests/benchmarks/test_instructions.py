"""The counting of instructions, with a stand-in for valgrind: the real one takes a minute."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks import instructions
from benchmarks.results import ROOT, read
from benchmarks.tables import TABLES

# Runs the program behind the options, and says of each of its processes that an operation took a thousand instructions.
VALGRIND = f"""#!{sys.executable}
import subprocess, sys
program = [word for word in sys.argv[1:] if not word.startswith("--")]
ran = subprocess.run(program, capture_output=True, text=True, check=True)
print(ran.stdout, end="")
for line in ran.stdout.splitlines():
    process, _, times = line.split()
    print(f"=={{process}}== Collected : {{5_000_000 + 1_000 * int(times)}}", file=sys.stderr)
"""


def counted(*arguments: str) -> Result:
    return CliRunner().invoke(instructions.main, arguments)


def values(folder: Path, case: str, side: str, column: str) -> list[float]:
    results = read("instructions", folder)
    assert results is not None
    figure = results.figure(case, side, column)
    assert figure is not None
    return figure.values


@pytest.fixture
def valgrind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "valgrind"
    program.write_text(VALGRIND)
    program.chmod(0o755)
    monkeypatch.setattr("benchmarks.instructions.shutil.which", lambda _: str(program))


@pytest.mark.thorough
@pytest.mark.usefixtures("valgrind")
def test_every_operation_is_counted_without_its_start(tmp_path: Path) -> None:
    off = instructions.COLLECTOR_OFF  # the next test has both, of one operation
    run = counted("--collector", "off", "--more", "3", "--json", str(tmp_path))
    assert run.exit_code == 0, run.output
    for case in instructions.CASES.values():
        assert values(tmp_path, case, "emulator", off) == [1_000]
    assert "| Publish to 1 queue | 1,000 |" in "\n".join(TABLES["instructions"](tmp_path))


@pytest.mark.thorough
@pytest.mark.usefixtures("valgrind")
def test_operation_is_counted_beside_another_checkout(tmp_path: Path) -> None:
    arguments = ["--against", str(ROOT), "--operations", "receive-empty", "--more", "3", "--json", str(tmp_path)]
    run = counted(*arguments)
    assert run.exit_code == 0, run.output
    case = instructions.CASES["receive-empty"]
    for collector, ratio in instructions.RATIOS.items():
        for side in ("emulator", instructions.other_side(ROOT)):
            assert values(tmp_path, case, side, collector) == [1_000]
        assert values(tmp_path, case, "emulator", ratio) == [1.0]
    row = f"| {case} | 1,000 | 1,000 | 1.000 | 1,000 | 1,000 | 1.000 |"
    assert row in "\n".join(TABLES["instructions"](tmp_path))


@pytest.mark.usefixtures("valgrind")
def test_collector_can_be_chosen() -> None:
    run = counted("--operations", "receive-empty", "--collector", "off", "--more", "1")
    assert run.exit_code == 0, run.output
    assert "collector off" in run.output
    assert "collector on" not in run.output


def test_counts_of_two_runs_are_told_apart_by_their_processes() -> None:
    said = "==9== Collected : 1\n==12== Collected : 300\n==11== Collected: 100\n"
    assert instructions.per_operation("11 send 10\n12 send 20\n", said, 10) == {"send": 20}


def test_missing_valgrind_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.instructions.shutil.which", lambda _: None)
    run = counted()
    assert run.exit_code == 1
    assert "valgrind is not installed" in run.output
    assert "apt-get install valgrind" in run.output


@pytest.mark.usefixtures("valgrind")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--operations", "nothing"], "'nothing' is none of send, fifo"),
        (["--collector", "half"], "'half' is none of off, on"),
        (["--against", "tests"], "is not a checkout"),
        (["--compiled", "tests"], "There are no compiled modules in"),
    ],
)
def test_wrong_options_are_refused(arguments: list[str], said: str) -> None:
    run = counted(*arguments)
    assert run.exit_code == 2
    assert said in run.output


@pytest.mark.usefixtures("valgrind")
def test_failing_operation_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    (broken / "emulator").mkdir(parents=True)
    (broken / "emulator" / "__main__.py").write_text("")
    (broken / "emulator" / "__init__.py").write_text("raise ImportError('cut in half')")
    run = counted("--against", str(broken), "--operations", "receive-empty", "--more", "1")
    assert run.exit_code == 1
    assert "cut in half" in run.output
