"""A copy of the repository to install from, and what is needed around it."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEADLINE_SECONDS = 300  # a cold cache on a busy machine
_COPIED = [
    "emulator",
    "api_shapes",
    "sqs_sns_emulator",
    "requirements",
    "Makefile",
    "hatch_build.py",
    "pyproject.toml",
    "README.md",
    "LICENSE",
]


def _let_interrupts_in() -> None:
    """A process that a shell starts in the background ignores SIGINT, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Tree:
    """A clean clone in ``folder``, and the environment in which make runs there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "clone"
        self.folder.mkdir()
        for name in _COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.folder / name)  # with what is compiled already
            else:
                shutil.copy(source, self.folder / name)
        self.programs = folder / "programs"  # stands first on PATH
        self.programs.mkdir()
        self.add_program("python3", Path(base_python()))
        others = [entry for entry in os.environ["PATH"].split(os.pathsep) if not Path(entry, "uv").exists()]
        self.environment = os.environ | {"PATH": os.pathsep.join([str(self.programs), *others])}
        self.environment["EMULATOR_COMPILE"] = "0"  # to compile takes a minute
        for name in ("PYTHON", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "VIRTUAL_ENV"):
            self.environment.pop(name, None)

    def add_program(self, name: str, what: Path | str) -> None:
        """A program on PATH: a link to one, or the text of a shell script."""
        program = self.programs / name
        program.unlink(missing_ok=True)
        if isinstance(what, Path):
            program.symlink_to(what)
        else:
            program.write_text(f"#!/bin/sh\n{what}\n")
            program.chmod(0o755)

    def keep_of_lock(self, name: str, *packages: str) -> None:
        """Shorten a lock to ``packages``, so that it is installed quickly."""
        lock = (ROOT / "requirements" / f"{name}.lock").read_text()
        blocks = [re.search(rf"^{package}==[^\n]*(?:\n[ ].*)+\n", lock, re.MULTILINE) for package in packages]
        text = "".join(block[0] for block in blocks if block)
        assert text.count("==") == len(packages)
        (self.folder / "requirements" / f"{name}.lock").write_text(text)

    def make(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["make", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            preexec_fn=_let_interrupts_in,
        )

    @contextmanager
    def making(self, *arguments: str) -> "Iterator[subprocess.Popen[str]]":
        """make in a process group of its own, as a terminal would have it; stdout and stderr are one."""
        process = subprocess.Popen(
            ["make", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=_let_interrupts_in,
        )
        with process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

    def packages(self, environment: str) -> set[str]:
        """Names of what is installed in the environment."""
        folders = self.folder.glob(f"{environment}/lib/python*/site-packages/*.dist-info")
        return {folder.name.partition("-")[0].lower().replace("_", "-") for folder in folders}


def base_python() -> str:
    """The interpreter that this virtual environment was made with."""
    return str(getattr(sys, "_base_executable", sys.executable))
