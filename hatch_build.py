"""Compiles the modules that ``emulator/compilation.py`` names, with mypyc: for a wheel, or into a folder.

Building a wheel compiles them if there is a C compiler, and makes the plain wheel otherwise. EMULATOR_COMPILE=0 makes
the plain wheel in any case, and with EMULATOR_COMPILE=1 a failure to compile is an error. ``make compiled`` calls
``python hatch_build.py FOLDER``; EMULATOR_COMPILED=FOLDER then lets the sources run compiled. Without FOLDER it only
tells, by its exit code, whether there is a C compiler.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
SWITCH = "EMULATOR_COMPILE"
NO_COMPILER = "There is no C compiler that finds the headers of this Python, so nothing is compiled."
COMPILERS = ["mypy>=2.4", "setuptools>=80"]  # with mypy comes mypyc; setuptools finds and calls the C compiler
# What `make check` refuses is no reason to fail here, where other versions of the libraries may be installed.
_MYPY_OPTIONS = ["--no-warn-return-any", "--no-warn-unused-ignores", "--no-incremental"]
_C_OPTIONS = ["-Wno-error"]


class CompileError(Exception):
    """The modules could not be compiled; the text says why in one line."""


class CompiledWheel(BuildHookInterface[BuilderConfig]):
    """Adds the compiled modules to a wheel, which is then one for this Python and this system."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What a build needs besides: with the types of the libraries mypyc makes faster code."""
        return [*COMPILERS, *self.metadata.core.dependencies] if _switch() != "0" and has_c_compiler() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable" or _switch() == "0":
            return
        self._folder = Path(tempfile.mkdtemp(prefix="emulator-compiled-"))
        try:
            compile_apart(self._folder)
        except CompileError as error:
            if _switch() == "1":
                raise
            self.app.display_warning(f"{error} The wheel is one of plain Python.")
            return
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["force_include"][str(self._folder)] = "emulator/_compiled"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if hasattr(self, "_folder"):
            shutil.rmtree(self._folder)


def _switch() -> str:
    value = os.environ.get(SWITCH, "")
    if value not in ("", "0", "1"):
        raise SystemExit(f"The environment variable {SWITCH} must be 0 or 1, not {value!r}.")
    return value


def has_c_compiler() -> bool:
    """Whether there is one that finds the headers of this Python."""
    import sysconfig

    if os.name == "nt":
        return True  # it is not on PATH; setuptools looks for it
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()
    headers = sysconfig.get_path("include")
    command = [*compiler, "-fsyntax-only", "-x", "c", f"-I{headers}", "-"]
    try:
        tried = subprocess.run(command, input="#include <Python.h>\n", capture_output=True, text=True)
    except OSError:
        return False
    return tried.returncode == 0


def compile_apart(folder: Path) -> None:
    """Compile the modules into ``folder`` in a process of its own, as mypyc ends the process when it fails."""
    if not has_c_compiler():
        raise CompileError(NO_COMPILER)
    done = subprocess.run([sys.executable, __file__, folder], capture_output=True, text=True, cwd=ROOT)
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines() or [f"exit code {done.returncode}"]
        wrong = next((line for line in lines if "error:" in line), lines[-1])
        raise CompileError(f"The modules could not be compiled: {wrong}.")


def compile_modules(folder: Path) -> None:
    """Compile the modules into ``folder``, which is made anew."""
    sys.path.insert(0, str(ROOT))
    import setuptools
    from mypyc.build import mypycify

    from emulator import compilation

    os.chdir(ROOT)
    began_at, digest = time.time(), compilation.digest_of_sources()  # a source may change meanwhile
    with tempfile.TemporaryDirectory() as scratch:
        extensions = mypycify(
            [*_MYPY_OPTIONS, *map(compilation.source_of, compilation.MODULES)],
            group_name=compilation.GROUP,
            target_dir=scratch,
            multi_file=True,  # so that the C compiler runs on all cores
            debug_level="0",
        )
        for extension in extensions:
            if os.name != "nt":
                extension.extra_compile_args += _C_OPTIONS
        command = setuptools.Distribution({"ext_modules": extensions}).get_command_obj("build_ext")
        assert command is not None, "setuptools has this command"
        command.build_lib, command.build_temp = str(Path(scratch, "lib")), str(Path(scratch, "temp"))
        command.ensure_finalized()
        _compile_in_parallel(command)
        command.run()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(Path(scratch, "lib"), folder)
    sources = Path(folder, compilation.SOURCES)
    sources.write_text(digest + "\n", encoding="ascii")
    os.utime(sources, (began_at, began_at))  # make compares it with the sources


def _compile_in_parallel(command: Any) -> None:
    """Let a build_ext command compile as many C files at the same time as there are cores."""
    build = command.build_extensions

    def build_extensions() -> None:
        compile_all: Callable[..., list[str]] = command.compiler.compile

        def compile_each(sources: list[str], **options: Any) -> list[str]:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                objects = pool.map(lambda source: compile_all([source], **options), sources)
                return [each for made in objects for each in made]

        command.compiler.compile = compile_each
        build()

    command.build_extensions = build_extensions


if __name__ == "__main__":
    if not has_c_compiler():
        print(NO_COMPILER)
        sys.exit(1)
    if len(sys.argv) > 1:
        compile_modules(Path(sys.argv[1]).absolute())
