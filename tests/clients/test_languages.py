"""The programs of docs/languages, each run with the AWS SDK of its language against a server.

They are skipped where a toolchain is missing, or its SDK not fetched: see ``tests/clients/toolchains.py``.
"""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.pages import DOCS, DOCUMENTED_URL, Program, blocks, environment, programs
from tests.clients.toolchains import GO, JAVA, JAVASCRIPT, RUST, TOOLCHAINS, Toolchain
from tests.server import running_server

LANGUAGES = DOCS / "languages"


def page_of(toolchain: Toolchain) -> Path:
    return LANGUAGES / f"{toolchain.name}.md"


def run(toolchain: Toolchain, program: Program, url: str) -> tuple[str, str]:
    """What the program prints and complains of, against the server there.

    One that names the documented URL itself is run without the environment of the page.
    """
    surroundings = {} if DOCUMENTED_URL in program.code else environment(page_of(toolchain))
    surroundings = {name: value.replace(DOCUMENTED_URL, url) for name, value in surroundings.items()}
    done = toolchain.run(program.file, program.code.replace(DOCUMENTED_URL, url), surroundings)
    return done.stdout, done.stderr


def require(toolchain: Toolchain) -> None:
    if reason := toolchain.why_not():
        pytest.skip(reason)


@pytest.mark.parametrize("toolchain", TOOLCHAINS, ids=lambda toolchain: toolchain.name)
def test_programs_print_what_the_page_says(toolchain: Toolchain) -> None:
    require(toolchain)
    found = programs(page_of(toolchain))
    assert len(found) >= 2
    with running_server() as server:
        url = server.url.replace("127.0.0.1", "localhost")
        for program in found:
            printed, complaint = run(toolchain, program, url)
            assert printed == program.printed.replace(DOCUMENTED_URL, url), complaint


def test_javascript_sdk_follows_the_queue_url_unless_it_is_told_not_to() -> None:
    require(JAVASCRIPT)
    [fixed_url] = [program for program in programs(page_of(JAVASCRIPT)) if program.file == "fixed-url.mjs"]
    elsewhere = fixed_url.code.replace("sqs.us-east-1.amazonaws.com", "sqs.invalid")
    told = Program("told.mjs", elsewhere, fixed_url.printed)
    untold = Program("untold.mjs", elsewhere.replace("useQueueUrlAsEndpoint: false", ""), "")
    with running_server() as server:
        assert run(JAVASCRIPT, told, server.url)[0] == told.printed
        printed, complaint = run(JAVASCRIPT, untold, server.url)
    assert printed == ""
    assert "using QueueUrl host as endpoint" in complaint
    assert "sqs.invalid" in complaint


def java_versions() -> dict[str, str]:
    [version] = re.findall(
        r"<artifactId>bom</artifactId><version>([\d.]+)", squeezed((JAVA.folder / "pom.xml").read_text())
    )
    return {"software.amazon.awssdk:bom": version}


def javascript_versions() -> dict[str, str]:
    return dict(json.loads((JAVASCRIPT.folder / "package.json").read_text())["dependencies"])


def go_versions() -> dict[str, str]:
    found = re.findall(r"github.com/aws/aws-sdk-go-v2/(\S+) v(\S+)$", (GO.folder / "go.mod").read_text(), re.MULTILINE)
    return dict(found)


def rust_versions() -> dict[str, str]:
    lock = tomllib.loads((RUST.folder / "Cargo.lock").read_text())
    return {package["name"]: package["version"] for package in lock["package"]}


VERSIONS: dict[Toolchain, Callable[[], dict[str, str]]] = {
    JAVA: java_versions,
    JAVASCRIPT: javascript_versions,
    GO: go_versions,
    RUST: rust_versions,
}


@pytest.mark.parametrize("toolchain", TOOLCHAINS, ids=lambda toolchain: toolchain.name)
def test_page_names_the_versions_that_its_programs_are_run_with(toolchain: Toolchain) -> None:
    introduction, _, _ = page_of(toolchain).read_text().partition("\n## ")
    named = dict(re.findall(r"`(\S+)`\s(\d+\.\d+\.\d+)", introduction))
    assert named
    assert named.items() <= VERSIONS[toolchain]().items()


def test_java_page_shows_the_dependencies_of_its_programs() -> None:
    [maven] = blocks(page_of(JAVA), "xml")
    [gradle] = blocks(page_of(JAVA), "kotlin")
    assert squeezed(maven.text) in squeezed((JAVA.folder / "pom.xml").read_text())
    modules = re.findall(r'"software.amazon.awssdk:(\w+)(?::([\d.]+))?"', gradle.text)
    assert modules == [("bom", java_versions()["software.amazon.awssdk:bom"]), ("sqs", ""), ("sns", "")]


def test_javascript_page_installs_the_dependencies_of_its_programs() -> None:
    [console] = blocks(page_of(JAVASCRIPT), "console")
    assert console.text.startswith("$ npm install ")
    assert set(console.text.split()[3:]) == set(javascript_versions())


def test_go_page_installs_the_dependencies_of_its_programs() -> None:
    [console] = blocks(page_of(GO), "console")
    installed = re.findall(r"^\$ go get github.com/aws/aws-sdk-go-v2/(\S+)$", console.text, re.MULTILINE)
    imported = {path for program in programs(page_of(GO)) for path in go_modules(program.code)}
    assert imported - {"aws", "credentials"} == set(installed)  # these two come with the others


def go_modules(code: str) -> set[str]:
    """The modules of the SDK that a program imports."""
    return {path.removesuffix("/types") for path in re.findall(r'"github.com/aws/aws-sdk-go-v2/(\S+)"', code)}


def test_rust_page_shows_the_dependencies_of_its_programs() -> None:
    [shown] = blocks(page_of(RUST), "toml")
    manifest = tomllib.loads((RUST.folder / "Cargo.toml").read_text())
    assert tomllib.loads(shown.text) == manifest["dependencies"]


def squeezed(xml: str) -> str:
    return re.sub(r"\s+", "", xml)
