"""The toolchains and AWS SDKs of other languages, in which the programs of the documentation are run.

The files that name the SDKs, in exact versions, are in the folder of each language. `make test-clients` fetches the
SDKs and compiles them, in workspaces under ``.cache``; the tests only use what is there.
"""

import hashlib
import itertools
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

CLIENTS = Path(__file__).parent
RUN_SECONDS = 300  # a program may have to be compiled, on a busy machine


@dataclass(frozen=True, slots=True)
class Toolchain:
    name: str  # also of the folder with the files, and of the page under docs/languages
    tools: tuple[str, ...]  # programs that must be installed
    files: tuple[str, ...]  # which name the SDK and all it needs
    fetch_commands: tuple[tuple[str, ...], ...]
    run_command: tuple[str, ...]  # a program; {program} is its file, {stem} the file's name without suffix
    sources: str = "."  # where in the workspace programs belong
    packages: tuple[str, ...] = ()  # of Debian, if they cannot be fetched

    @property
    def folder(self) -> Path:
        return CLIENTS / self.name

    @property
    def workspace(self) -> Path:
        return CLIENTS / ".cache" / self.name

    def missing(self) -> str | None:
        """Which of the tools and packages is not installed."""
        without = (tool for tool in self.tools if shutil.which(tool) is None)
        return next(itertools.chain(without, itertools.filterfalse(_is_installed, self.packages)), None)

    def is_fetched(self) -> bool:
        return self._stamp.exists() and self._stamp.read_text() == self._digest()

    def why_not(self) -> str | None:
        """Why no program can be run, or None if one can."""
        if tool := self.missing():
            return f"{tool} is not installed"
        if not self.is_fetched():
            return f"what {self.name} needs is not here: `make test-clients` fetches it"
        return None

    def fetch(self) -> None:
        """Fetch and compile the SDK; raises CalledProcessError if that fails.

        What was fetched for other files is dropped; a fetch that was interrupted is continued.
        """
        if self._stamp.exists():
            shutil.rmtree(self.workspace)
        for file in self.files:
            (self.workspace / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.folder / file, self.workspace / file)
        for command in self.fetch_commands:
            subprocess.run(command, cwd=self.workspace, check=True)
        self._stamp.write_text(self._digest())

    def run(
        self, file: str, code: str, environment: dict[str, str], *arguments: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run ``code``, a program in a file of this name, with ``environment`` as all that it knows of AWS."""
        program = Path(self.sources, file)
        (self.workspace / program).parent.mkdir(exist_ok=True)
        (self.workspace / program).write_text(code)
        command = [part.format(program=program, stem=program.stem) for part in self.run_command]
        return subprocess.run(
            [*command, *arguments],
            cwd=self.workspace,
            env=without_aws() | environment,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
        )

    @property
    def _stamp(self) -> Path:
        return self.workspace / ".fetched"

    def _digest(self) -> str:
        return hashlib.sha256(b"".join((self.folder / file).read_bytes() for file in self.files)).hexdigest()


def _is_installed(package: str) -> bool:
    """Whether a package of Debian is here."""
    shown = subprocess.run(["dpkg-query", "--show", "--showformat=${db:Status-Status}", package], capture_output=True)
    return shown.stdout == b"installed"


def without_aws() -> dict[str, str]:
    """This process's environment without anything that would tell an SDK where AWS is, and who calls."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


JAVA = Toolchain(
    "java",
    tools=("java", "mvn"),
    files=("pom.xml",),
    fetch_commands=(("mvn", "--batch-mode", "--quiet", "dependency:copy-dependencies", "-DoutputDirectory=lib"),),
    run_command=("java", "-cp", "lib/*", "{program}"),
)
JAVASCRIPT = Toolchain(
    "javascript",
    tools=("node", "npm"),
    files=("package.json", "package-lock.json"),
    fetch_commands=(("npm", "ci", "--no-audit", "--no-fund"),),
    run_command=("node", "{program}"),
)
GO = Toolchain(
    "go",
    tools=("go",),
    files=("go.mod", "go.sum"),
    fetch_commands=(
        ("go", "mod", "download"),
        (
            *("go", "build", "github.com/aws/aws-sdk-go-v2/config"),
            *("github.com/aws/aws-sdk-go-v2/service/sqs", "github.com/aws/aws-sdk-go-v2/service/sns"),
        ),
    ),
    run_command=("go", "run", "{program}"),
)
RUST = Toolchain(
    "rust",
    tools=("cargo",),
    files=("Cargo.toml", "Cargo.lock", "src/lib.rs"),
    fetch_commands=(("cargo", "build", "--locked", "--lib"),),
    run_command=("cargo", "run", "--quiet", "--locked", "--offline", "--bin", "{stem}"),
    sources="src/bin",
)
# Not languages of their own: extended clients. Those for Python change boto3 where they are imported.
EXTENDED = Toolchain(
    "extended",
    tools=("python3",),
    files=("requirements.txt",),
    fetch_commands=(
        ("python3", "-m", "venv", "venv"),
        ("venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", "requirements.txt"),
    ),
    run_command=("venv/bin/python", "{program}"),
)
EXTENDED_JAVA = Toolchain("extended-java", JAVA.tools, JAVA.files, JAVA.fetch_commands, JAVA.run_command)
EXTENDED_JAVASCRIPT = Toolchain(
    "extended-javascript", JAVASCRIPT.tools, JAVASCRIPT.files, JAVASCRIPT.fetch_commands, JAVASCRIPT.run_command
)
# The Testcontainers libraries; that for Java is with the SDK, and that for Python in the development environment.
CONTAINERS_JAVASCRIPT = Toolchain(
    "containers-javascript", JAVASCRIPT.tools, JAVASCRIPT.files, JAVASCRIPT.fetch_commands, JAVASCRIPT.run_command
)
CONTAINERS_GO = Toolchain(
    "containers-go",
    GO.tools,
    GO.files,
    fetch_commands=(
        ("go", "mod", "download"),
        ("go", "build", "github.com/aws/aws-sdk-go-v2/service/sqs", "github.com/testcontainers/testcontainers-go/wait"),
    ),
    run_command=GO.run_command,
)
# helm, and what knows the schemas of Kubernetes.
HELM = Toolchain(
    "helm",
    tools=("go", "python3"),
    files=("go.mod", "go.sum", "requirements.txt"),
    fetch_commands=(
        ("go", "build", "-o", "helm", "helm.sh/helm/v3/cmd/helm"),
        ("python3", "-m", "venv", "venv"),
        ("venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", "requirements.txt"),
    ),
    run_command=(),  # there is no program in a language of helm
)
# The reference implementation of dev containers.
DEVCONTAINER = Toolchain("devcontainer", JAVASCRIPT.tools, JAVASCRIPT.files, JAVASCRIPT.fetch_commands, run_command=())
TOOLCHAINS = (JAVA, JAVASCRIPT, GO, RUST)
OTHERS = (EXTENDED, EXTENDED_JAVA, EXTENDED_JAVASCRIPT, CONTAINERS_JAVASCRIPT, CONTAINERS_GO, HELM, DEVCONTAINER)
