"""Install a lock into a virtual environment, exactly: ``python requirements/install.py .venv dev --editable``.

The Makefile calls this; where there is no make, call it by hand. It installs with uv, which takes a few seconds: with
the one on PATH, or else with one that pip brings into the environment. Where uv cannot do it, pip does.
"""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
NEED_PIP = (
    "this Python has neither pip nor ensurepip, so nothing can be installed."
    " On Debian and Ubuntu, `apt install python3-venv` brings them."
)
# What says to pip where packages come from, and the variable that says it to uv.
SETTINGS = {"PIP_INDEX_URL": "UV_DEFAULT_INDEX", "PIP_FIND_LINKS": "UV_FIND_LINKS", "PIP_CERT": "SSL_CERT_FILE"}


class InstallError(Exception):
    """The environment is incomplete; the text says in one line why."""


class Environment:
    """A virtual environment in ``folder``; its stamp says that an installation was completed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.programs / ("python.exe" if os.name == "nt" else "python")
        self.stamp = folder / ".installed"

    def is_complete(self) -> bool:
        """Whether it works with the Python that runs this, and its last installation was not interrupted."""
        if not self.stamp.exists() or not self.python.exists():
            return False
        version = subprocess.run([self.python, "-c", "import sys; print(sys.version)"], capture_output=True, text=True)
        return version.stdout.strip() == sys.version.strip()

    def create(self) -> None:
        """Make it anew, without pip: to bring pip takes longer than everything else."""
        say(f"Creating {self.folder} with Python {sys.version.split()[0]} ...")
        if importlib.util.find_spec("venv") is None:
            raise InstallError("this Python has no module venv. On Debian and Ubuntu, `apt install python3-venv`.")
        run(sys.executable, "-m", "venv", "--clear", "--without-pip", self.folder)

    def install(self, lock: Path) -> None:
        if not (self.install_with_uv(lock) or run_ok(*self.pip(), "--requirement", lock)):
            raise InstallError(f"{lock} could not be installed; above is what pip says.")

    def install_with_uv(self, lock: Path) -> bool:
        uv = self.uv()
        if uv is not None and run_ok(*uv, "--require-hashes", "--requirement", lock):
            return True
        say("uv could not install it; trying pip, which takes longer ...")
        return False

    def install_project(self) -> None:
        """The project itself, editable; the build backend comes from the lock."""
        arguments = ("--no-deps", "--no-build-isolation", "--editable", ROOT)
        uv = self.uv()
        if not ((uv is not None and run_ok(*uv, *arguments)) or run_ok(*self.pip(hashes=False), *arguments)):
            raise InstallError("the project itself could not be installed; above is what pip says.")

    def uv(self) -> list[str | Path] | None:
        """The command of uv that installs here, or None if there is no uv for this machine."""
        own = self.programs / "uv"
        if not (found := shutil.which(own) or shutil.which("uv")):
            lock = ROOT / "requirements" / "uv.lock"
            run_ok(*self.pip(), "--only-binary", ":all:", "--no-deps", "--requirement", lock)
            found = shutil.which(own)
        return [found, "pip", "install", "--quiet", "--python", self.python] if found else None

    def pip(self, *, hashes: bool = True) -> list[str | Path]:
        """The command of pip that installs here: the pip of this Python, or the one bundled with it."""
        if importlib.util.find_spec("pip") is not None:
            pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", self.python]
        else:
            if importlib.util.find_spec("ensurepip") is None:
                raise InstallError(NEED_PIP)
            run(self.python, "-m", "ensurepip")
            pip = [self.python, "-m", "pip"]
        # What is imported is compiled then; to compile everything here takes longer than to install it.
        return [*pip, "install", "--quiet", "--no-compile", *(["--require-hashes"] if hashes else [])]


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def run_ok(*command: str | Path) -> bool:
    settings = {theirs: os.environ[ours] for ours, theirs in SETTINGS.items() if ours in os.environ}
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    return subprocess.run(command, env={**settings, **os.environ, **quiet}, cwd=ROOT).returncode == 0


def run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode != 0:
        reason = (done.stderr or done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
        raise InstallError(f"{' '.join(map(str, command))}: {reason[-1]}")


def install(folder: Path, lock_name: str, *, editable: bool) -> None:
    lock = ROOT / "requirements" / f"{lock_name}.lock"
    if not lock.exists():
        raise InstallError(f"there is no {lock}.")
    since = time.monotonic()
    environment = Environment(folder)
    if not environment.is_complete():
        environment.create()
    environment.stamp.unlink(missing_ok=True)
    packages = sum("==" in line for line in lock.read_text().splitlines())
    say(f"Installing what requirements/{lock.name} names, up to {packages} packages ...")
    environment.install(lock)
    if editable:
        environment.install_project()
    environment.stamp.touch()
    say(f"Installed in {time.monotonic() - since:.1f} s.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the environment; one of another Python is replaced")
    parser.add_argument("lock", help="dev, runtime, build or bench: which file of requirements/")
    parser.add_argument("--editable", action="store_true", help="install the project itself too")
    arguments = parser.parse_args()
    try:
        install(arguments.folder.absolute(), arguments.lock, editable=arguments.editable)
    except (InstallError, OSError) as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit("Interrupted. The next attempt starts over.")


if __name__ == "__main__":
    main()
