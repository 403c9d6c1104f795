"""`make run` and `make install` in a clean clone."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import __version__
from tests.packaging.tree import DEADLINE_SECONDS, ROOT, Tree

if sys.platform == "win32":
    pytest.skip("has no make", allow_module_level=True)

VERSION_LINE = f"sqs-sns-emulator, version {__version__} (plain Python)\n"
IMPORT_ALL = """
import importlib, pkgutil, emulator
for module in pkgutil.walk_packages(emulator.__path__, "emulator."):
    if not module.name.startswith(("emulator.testing", "emulator.conformance", "emulator.__main__")):
        importlib.import_module(module.name)
"""


def locked(name: str) -> set[str]:
    return set(
        re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", (ROOT / "requirements" / f"{name}.lock").read_text(), re.MULTILINE)
    )


@pytest.fixture
def small(tree: Tree, uv: Path) -> Tree:
    """A tree whose locks hold just what `--version` and an editable installation need, with uv on PATH."""
    tree.add_program("uv", uv)
    tree.keep_of_lock("runtime", "click")
    tree.keep_of_lock("dev", *sorted(locked("build")))
    return tree


def output_until(line: str, lines: Iterator[str]) -> list[str]:
    before: list[str] = []
    for found in lines:
        if found == line:
            return before
        before.append(found)
    raise AssertionError(f"no {line!r} in {before}")


@pytest.mark.thorough
def test_run_in_a_clean_clone_installs_the_runtime_alone_and_says_so(tree: Tree) -> None:
    with tree.making("run", "ARGS=--port 0") as server:
        assert server.stdout is not None
        words = output_until("Ready.\n", iter(server.stdout.readline, ""))
        os.killpg(server.pid, signal.SIGINT)
    assert words[0].startswith("Creating ")
    assert words[1].startswith(
        f"Installing what requirements/runtime.lock names, up to {len(locked('runtime'))} packages"
    )
    assert words[-1].startswith("SQS and SNS on http://127.0.0.1:")
    assert tree.packages(".venv-run") <= locked("runtime") | {"uv"}
    assert not (tree.folder / ".venv").exists()
    subprocess.run([".venv-run/bin/python", "-c", IMPORT_ALL], cwd=tree.folder, timeout=DEADLINE_SECONDS, check=True)
    again = tree.make("run", "ARGS=--version")
    assert (again.stdout, again.stderr) == (VERSION_LINE, "")


@pytest.mark.thorough
def test_run_and_install_work_in_any_order_and_leave_each_other_alone(small: Tree) -> None:
    assert small.make("run", "ARGS=--version").stdout == VERSION_LINE
    runtime = small.packages(".venv-run")
    assert small.make("install").returncode == 0
    assert small.packages(".venv-run") == runtime == {"click"}
    assert {"sqs-sns-emulator", "hatchling"} < small.packages(".venv")
    assert small.make("run", "ARGS=--version").stderr == ""
    assert small.make("install").stderr == ""


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("target", "lock", "environment"), [("run", "runtime", ".venv-run"), ("install", "dev", ".venv")]
)
def test_changed_lock_is_installed_before_the_next_run(small: Tree, target: str, lock: str, environment: str) -> None:
    assert small.make(target, "ARGS=--version").returncode == 0
    small.keep_of_lock(lock, *sorted(small.packages(environment) - {"sqs-sns-emulator"}), "idna")
    stamp = small.folder / environment / ".installed"
    os.utime(stamp, (0, 0))  # file times may be as coarse as a second
    assert small.make(target, "ARGS=--version").returncode == 0
    assert "idna" in small.packages(environment)


@pytest.mark.thorough
def test_interrupted_installation_is_done_again_from_the_start(small: Tree, uv: Path) -> None:
    small.add_program("uv", "echo installing >&2; exec sleep 600")
    with small.making("run", "ARGS=--version") as process:
        assert process.stdout is not None
        output_until("installing\n", iter(process.stdout.readline, ""))
        os.killpg(process.pid, signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode != 0
    assert "Interrupted. The next attempt starts over." in rest
    assert "Traceback" not in rest
    assert not (small.folder / ".venv-run" / ".installed").exists()

    small.add_program("uv", uv)
    assert small.make("run", "ARGS=--version").stdout == VERSION_LINE


@pytest.mark.thorough
def test_interrupted_update_is_done_again_from_the_start(small: Tree, uv: Path) -> None:
    small.make("run", "ARGS=--version")
    os.utime(small.folder / ".venv-run" / ".installed", (0, 0))
    small.add_program("uv", "kill -INT $PPID; exit 1")
    assert small.make("run", "ARGS=--version").returncode != 0

    small.add_program("uv", uv)
    assert "Creating " in small.make("run", "ARGS=--version").stderr


@pytest.mark.thorough
def test_where_uv_fails_pip_installs_the_same(small: Tree) -> None:
    small.add_program("uv", "exit 2")
    run = small.make("run", "ARGS=--version")
    assert run.stdout == VERSION_LINE
    assert "uv could not install it; trying pip" in run.stderr
    assert "click" in small.packages(".venv-run")


@pytest.mark.thorough
def test_named_python_replaces_the_environment_of_another_one(small: Tree) -> None:
    small.make("run", "ARGS=--version")
    python = small.folder / ".venv-run" / "bin" / "python"
    python.unlink()
    python.write_text("#!/bin/sh\necho 3.9.2 of another\n")
    python.chmod(0o755)
    assert "of another" in small.make("run", "ARGS=--version").stdout

    run = small.make("run", "ARGS=--version", "PYTHON=python3")

    assert "Creating " in run.stderr
    assert run.stdout == VERSION_LINE
    assert "Creating " not in small.make("run", "ARGS=--version", "PYTHON=python3").stderr


def test_too_old_python_is_one_clear_line(small: Tree) -> None:
    pretend = "import sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (main)'; exec(sys.argv[1])"
    small.add_program("python3.9", f'exec python3 -c "{pretend}" "$2"')
    run = small.make("run", "PYTHON=python3.9")
    assert run.returncode == 2
    assert run.stderr.startswith(
        "Error: Python 3.11 or later is needed, not 3.9.2: make PYTHON=python3.13 ...\nmake: ***"
    )


@pytest.mark.thorough
def test_lock_that_cannot_be_installed_leaves_nothing_half_done(small: Tree) -> None:
    lock = small.folder / "requirements" / "runtime.lock"
    lock.write_text(re.sub("sha256:[0-9a-f]", "sha256:", lock.read_text()).replace("sha256:", "sha256:0"))
    run = small.make("run", "ARGS=--version")
    assert run.returncode == 2
    assert "could not be installed; above is what pip says." in run.stderr
    assert "Traceback" not in run.stderr
    assert not (small.folder / ".venv-run" / ".installed").exists()


@pytest.mark.parametrize("module", ["venv", pytest.param("ensurepip", marks=pytest.mark.thorough)])
def test_missing_module_of_python_is_one_clear_line_with_the_remedy(small: Tree, module: str) -> None:
    """As on Debian without python3-venv."""
    names = ["venv"] if module == "venv" else ["ensurepip", "pip"]
    site = small.folder / "hiding"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        f"u.find_spec = lambda name, package=None: None if name in {names} else find(name, package)\n"
    )
    small.environment["PYTHONPATH"] = str(site)
    small.add_program("uv", "exit 1")
    run = small.make("run")
    assert run.returncode == 2
    assert run.stderr.splitlines()[-2].startswith("Error: this Python has n")
    assert "apt install python3-venv" in run.stderr
    assert "Traceback" not in run.stderr
