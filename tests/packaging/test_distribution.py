"""The wheel and the sdist, and their installation as docs/installation.md describes it."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.metadata import Metadata

from emulator import __version__
from emulator.console import files
from tests.packaging.tree import DEADLINE_SECONDS, ROOT, Tree, base_python

WHEEL = f"sqs_sns_emulator-{__version__}-py3-none-any.whl"
SDIST = f"sqs_sns_emulator-{__version__}.tar.gz"
PAGE = (ROOT / "docs" / "installation.md").read_text(encoding="utf-8")
# They need a release, or the network.
NOT_RUN = {
    "pip install sqs-sns-emulator",
    'pip install "sqs-sns-emulator[pytest]"',
    "pipx install sqs-sns-emulator",
    "uv tool install sqs-sns-emulator",
    "git clone https://github.com/sqs-sns-emulator/sqs-sns-emulator",
    "cd sqs-sns-emulator",
}
FIRST_TEST = """
def test_message_arrives(emulator):
    queue = emulator.sqs.create_queue(QueueName="queue")["QueueUrl"]
    emulator.sqs.send_message(QueueUrl=queue, MessageBody="hello")
    assert emulator.wait_for_message(queue).body == "hello"
"""


@pytest.fixture(scope="module")
def distributions(uv: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [uv, "build", "--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder],
        cwd=ROOT,
        env=os.environ | {"EMULATOR_COMPILE": "0"},
        timeout=DEADLINE_SECONDS,
        check=True,
    )
    return folder


@pytest.fixture(scope="module")
def metadata(distributions: Path) -> Metadata:
    """What the wheel says of itself; the specification's own rules are checked on the way."""
    with zipfile.ZipFile(distributions / WHEEL) as wheel:
        text = wheel.read(f"sqs_sns_emulator-{__version__}.dist-info/METADATA")
    return Metadata.from_email(text, validate=True)


def test_wheel_holds_the_packages_their_types_and_the_license(distributions: Path) -> None:
    with zipfile.ZipFile(distributions / WHEEL) as wheel:
        names = set(wheel.namelist())
        entry_points = wheel.read(f"sqs_sns_emulator-{__version__}.dist-info/entry_points.txt").decode()
    assert {name.partition("/")[0] for name in names} == {
        "emulator",
        "api_shapes",
        "sqs_sns_emulator",
        f"sqs_sns_emulator-{__version__}.dist-info",
    }
    assert {"emulator/py.typed", "api_shapes/py.typed"} < names
    assert {f"emulator/console/static/{name}" for name in files.names()} < names
    assert f"sqs_sns_emulator-{__version__}.dist-info/licenses/LICENSE" in names
    assert "sqs-sns-emulator = emulator.__main__:main" in entry_points
    assert "[pytest11]\nsqs_sns_emulator = sqs_sns_emulator.pytest_plugin" in entry_points


def test_metadata_says_where_the_project_lives_and_what_it_runs_on(metadata: Metadata) -> None:
    assert metadata.license_expression == "Apache-2.0"
    assert metadata.description_content_type == "text/markdown"
    assert set(metadata.project_urls or {}) == {"Repository", "Documentation", "Changelog", "Issues"}
    assert "Typing :: Typed" in (metadata.classifiers or [])
    assert "pytest" in (metadata.provides_extra or [])


def test_claimed_pythons_are_those_that_the_workflow_tests(metadata: Metadata) -> None:
    claimed = re.findall(r"Python :: (3\.\d+)$", "\n".join(metadata.classifiers or []), re.MULTILINE)
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    tested = re.search(r"^ +python: \[(.*)\]$", workflow, re.MULTILINE)
    assert tested
    assert re.findall(r"3\.\d+", tested[1]) == claimed
    assert str(metadata.requires_python) == f">={claimed[0]}"
    assert f"Python {claimed[0]} to {claimed[-1]}" in PAGE


def test_sdist_is_the_repository(distributions: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("this is no git repository")
    with tarfile.open(distributions / SDIST) as sdist:
        held = {name.partition("/")[2] for name in sdist.getnames()}
    tracked = {name for name in listed.stdout.splitlines() if (ROOT / name).exists()}
    assert tracked - held == set()
    assert "PKG-INFO" in held


def test_every_other_address_is_that_of_the_metadata() -> None:
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob(".github/**/*.*"), ROOT / "pyproject.toml"]
    own = re.compile(r"https://[\w.-]+(?:/[\w.-]+)*/sqs-sns-emulator(?=[/\s\"').,]|$)(?:/[\w./-]*)?", re.MULTILINE)
    allowed = ("https://pypi.org/project/sqs-sns-emulator/", urls["Documentation"], urls["Repository"])
    found = [address for page in pages for address in own.findall(page.read_text(encoding="utf-8"))]
    assert len(found) > 5
    assert [address for address in found if not address.startswith(allowed)] == []


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a POSIX shell")
def test_commands_of_the_page_install_a_server_and_a_plugin_that_work(tree: Tree, uv: Path, tmp_path: Path) -> None:
    tree.add_program("uv", uv)
    tree.environment["UV_CONSTRAINT"] = str(constraints(tmp_path))  # what the cache has
    assert {command for command, _ in commands()} > NOT_RUN
    for command, output in commands():
        if command in NOT_RUN:
            continue
        done = subprocess.run(
            quick(command),
            shell=True,
            cwd=tree.folder,
            env=tree.environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        if output:
            assert done.stdout == output
        if "pip install" in command:
            assert version_installed(tree) == f"sqs-sns-emulator, version {__version__} (plain Python)\n"
        if WHEEL in command:
            assert "1 passed" in output_of_a_first_test(tree, tmp_path)
    assert not (tree.folder / "venv" / "bin" / "sqs-sns-emulator").exists()


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform == "win32", reason="has no C compiler on PATH")
def test_compiled_wheel_runs_compiled_until_a_source_is_another(tree: Tree, uv: Path, tmp_path: Path) -> None:
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    source = tree.folder / "emulator" / "compilation.py"
    few = 'MODULES = (\n    "emulator.structures.line",\n    "emulator.structures.numbers",\n)\n'
    source.write_text(re.sub(r"(?ms)^MODULES = \(\n.*?^\)\n", few, source.read_text(), count=1))
    build = [str(uv), "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable]
    build += ["--out-dir", "dist"]
    environment = tree.environment | {"EMULATOR_COMPILE": "1"}
    subprocess.run(build, cwd=tree.folder, env=environment, timeout=DEADLINE_SECONDS, check=True)
    [wheel] = (tree.folder / "dist").glob("*.whl")
    assert not wheel.name.endswith("-none-any.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as content:
        content.extractall(installed)
    assert version_in(installed) == "compiled"
    assert version_in(installed, EMULATOR_PURE="1") == "plain Python"
    with (installed / "emulator" / "structures" / "line.py").open("a") as line:
        line.write("# another\n")
    assert version_in(installed) == "plain Python"


def version_in(folder: Path, **variables: str) -> str:
    """What --version says in brackets of the packages in ``folder``."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EMULATOR_")}
    environment |= {"PYTHONPATH": str(folder), **variables}
    command = [sys.executable, "-P", "-m", "emulator", "--version"]
    said = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout
    return said.partition("(")[2].partition(")")[0]


def commands() -> Iterator[tuple[str, str]]:
    """Every command of the page, and what it prints."""
    for block in re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = step.partition("\n")
            yield command, output


def quick(command: str) -> str:
    """The same with uv, which has everything in its cache."""
    if command == "make dist":  # without the development environment
        return f"uv build --quiet --no-build-isolation --python {sys.executable} --out-dir dist"
    command = re.sub(r"^python3 -m venv|^uv venv", f"uv venv --quiet --clear --python {base_python()}", command)
    return re.sub(r"^venv/bin/pip (\w+)(?: --yes)?", r"uv pip \1 --python venv", command)


def constraints(folder: Path) -> Path:
    lock = (ROOT / "requirements" / "dev.lock").read_text(encoding="utf-8")
    file = folder / "constraints.txt"
    file.write_text("\n".join(re.findall(r"^[\w.-]+==[^\s;]+", lock, re.MULTILINE)))
    return file


def version_installed(tree: Tree) -> str:
    command = [str(tree.folder / "venv" / "bin" / "sqs-sns-emulator"), "--version"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout


def output_of_a_first_test(tree: Tree, folder: Path) -> str:
    """What pytest says in a folder elsewhere, where the plugin is known only because it is installed."""
    (folder / "test_first.py").write_text(FIRST_TEST)
    command = [str(tree.folder / "venv" / "bin" / "pytest"), "-q", "-p", "no:cacheprovider", "test_first.py"]
    tested = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=DEADLINE_SECONDS)
    return tested.stdout + tested.stderr
