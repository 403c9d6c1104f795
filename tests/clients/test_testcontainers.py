"""The Testcontainers programs of docs/testcontainers.md, and the container for Python.

They run on a stand-in for a Docker engine, which starts the emulator as a process, and on the engine of this machine if
there is one.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from emulator import __version__
from sqs_sns_emulator.testcontainers import HOST, SqsSnsEmulatorContainer
from tests import patience
from tests.clients import stand_in_engine
from tests.clients.pages import DOCS, Block, blocks
from tests.clients.toolchains import CONTAINERS_GO, CONTAINERS_JAVASCRIPT, JAVA, Toolchain, without_aws
from tests.delivery.subscriber import running_subscriber
from tests.docker.engine import docker, why_not

PAGE = DOCS / "testcontainers.md"
IMAGE = "sqs-sns-emulator:test"
SECONDS = 300


class Engine(NamedTuple):
    variables: dict[str, str]  # by which the libraries find it
    stand_in: stand_in_engine.Engine | None = None


@pytest.fixture(params=["stand-in", "docker"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "docker":
        if reason := why_not():
            pytest.skip(reason)
        docker("build", "--tag", IMAGE, ".", timeout=600)
        yield Engine(
            {"TESTCONTAINERS_RYUK_DISABLED": "true"}
        )  # an image more, which the engine may not be able to pull
    else:
        folder = tmp_path / "containers"
        folder.mkdir()
        with stand_in_engine.engine(IMAGE, folder) as (made, variables):
            yield Engine(variables, made)
            assert not made.containers  # the programs have ended them


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[stand_in_engine.Engine]:
    """The engine of containers that are made in this process."""
    with stand_in_engine.engine(IMAGE, tmp_path) as (made, variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("testcontainers.core.config.testcontainers_config._ryuk_disabled", True)
        yield made


# -- The page ------------------------------------------------------------------------------


def with_image(code: str) -> str:
    changed, times = re.subn(r"[\w./-]+/sqs-sns-emulator:[\w.]+", IMAGE, code)
    assert times == 1
    return changed


@pytest.mark.parametrize("example", blocks(PAGE, "python"), ids=lambda block: block.file)
def test_python_tests_pass(example: Block, engine: Engine, tmp_path: Path) -> None:
    Path(tmp_path, example.file).write_text(with_image(example.text))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", example.file],
        cwd=tmp_path,
        env=without_aws() | engine.variables | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert re.search(rf"\b{example.text.count('def test_')} passed", done.stdout), done.stdout + done.stderr


@pytest.mark.parametrize(
    ("language", "toolchain"),
    [("java", JAVA), ("javascript", CONTAINERS_JAVASCRIPT), ("go", CONTAINERS_GO)],
    ids=["java", "javascript", "go"],
)
def test_program_prints_what_the_page_says(language: str, toolchain: Toolchain, engine: Engine) -> None:
    if reason := toolchain.why_not():
        pytest.skip(reason)
    [program] = blocks(PAGE, language)
    printed = blocks(PAGE)[blocks(PAGE).index(program) + 1]
    assert printed.language == "text"
    done = toolchain.run(program.file, with_image(program.text), engine.variables)
    assert done.stdout == printed.text, done.stderr


def test_page_names_the_versions_of_the_libraries_that_are_tested() -> None:
    page = PAGE.read_text()
    pom = (JAVA.folder / "pom.xml").read_text()
    [java] = re.findall(r"<artifactId>testcontainers</artifactId>\s*<version>([\d.]+)", pom)
    assert f"`org.testcontainers:testcontainers` {java}" in page
    javascript = json.loads((CONTAINERS_JAVASCRIPT.folder / "package.json").read_text())["dependencies"]
    assert f"`testcontainers` {javascript['testcontainers']}" in page
    [go] = re.findall(r"testcontainers-go v([\d.]+)", (CONTAINERS_GO.folder / "go.mod").read_text())
    assert f"`github.com/testcontainers/testcontainers-go` {go}" in page


def test_other_languages_have_the_sdk_of_their_pages() -> None:
    package = json.loads((CONTAINERS_JAVASCRIPT.folder / "package.json").read_text())
    languages = json.loads((CONTAINERS_JAVASCRIPT.folder.parent / "javascript" / "package.json").read_text())
    assert package["dependencies"]["@aws-sdk/client-sqs"] == languages["dependencies"]["@aws-sdk/client-sqs"]
    own, other = ((CONTAINERS_GO.folder.parent / name / "go.mod").read_text() for name in ("containers-go", "go"))
    [sqs] = re.findall(r"aws-sdk-go-v2/service/sqs v\S+", own)
    assert sqs in other


# -- The container for Python ---------------------------------------------------------------


def test_image_is_by_default_that_of_the_installed_version(stand_in: stand_in_engine.Engine) -> None:
    assert SqsSnsEmulatorContainer().image == f"ghcr.io/sqs-sns-emulator/sqs-sns-emulator:{__version__}"


def test_container_knows_the_machine_of_the_tests_by_its_name(stand_in: stand_in_engine.Engine) -> None:
    with SqsSnsEmulatorContainer(IMAGE) as container:
        assert container.get_url().startswith("http://")
    [created] = stand_in.created
    assert created["HostConfig"]["ExtraHosts"] == [f"{HOST}:host-gateway"]


def test_accounts_are_isolated_and_have_faults(stand_in: stand_in_engine.Engine) -> None:
    with SqsSnsEmulatorContainer(IMAGE) as container:
        account = container.account("111111111111", region="eu-north-1")
        account.sqs.create_queue(QueueName="orders")
        account.faults.add(action="SendMessage", error="ServiceUnavailable")
        assert "QueueUrls" not in container.get_client("sqs", region="eu-north-1").list_queues()
        assert container.account().faults.list() == []
        dropped = account.reset()
        assert (dropped.queues, dropped.faults) == (1, 1)


def test_subscriber_on_this_machine_can_use_the_urls_of_what_it_gets(stand_in: stand_in_engine.Engine) -> None:
    with running_subscriber() as subscriber, SqsSnsEmulatorContainer(IMAGE) as container:
        account = container.account("111111111111")
        topic = account.sns.create_topic(Name="orders")["TopicArn"]
        # By its address, since the stand-in does not know this machine by a name.
        account.sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=subscriber.url)
        message = subscriber.next().document
        for url in (message["SigningCertURL"], message["SubscribeURL"]):
            assert url.startswith(f"{container.get_url()}/")
            patience.get(url)
        account.sns.publish(TopicArn=topic, Message="one coffee")
        assert subscriber.next().document["Message"] == "one coffee"


def test_container_that_does_not_start_says_why_and_is_removed(stand_in: stand_in_engine.Engine) -> None:
    container = SqsSnsEmulatorContainer(IMAGE, clock_at="noon")
    with pytest.raises(Exception, match=r"did not start(?s:.*)Invalid value for '--clock-at'"), container:
        pass
    assert stand_in.created
    assert not stand_in.containers


def test_error_of_a_configuration_file_names_the_place(stand_in: stand_in_engine.Engine, tmp_path: Path) -> None:
    file = tmp_path / "queues.toml"
    file.write_text('queues = [{ name = "jobs", dead_letter_queue = "job" }]')
    with pytest.raises(Exception, match=r"emulator\.toml:1:48: There is no queue job"):
        SqsSnsEmulatorContainer(IMAGE).with_config(file).start()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("port", 5000, "port cannot be set: the container listens on its port 4566"),
        ("config", "emulator.toml", "config would be a path in the container: use with_config"),
        ("seeds", 7, "There is no option seeds; did you mean seed?"),
        ("seed", [7], "seed"),
    ],
)
def test_wrong_option_is_refused(stand_in: stand_in_engine.Engine, name: str, value: object, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        SqsSnsEmulatorContainer(IMAGE, **{name: value})


def test_missing_file_is_refused(stand_in: stand_in_engine.Engine) -> None:
    with pytest.raises(ValueError, match=r"There is no file none\.toml"):
        SqsSnsEmulatorContainer(IMAGE).with_config("none.toml")
    with pytest.raises(ValueError, match=r"There is no file none\.yaml"):
        SqsSnsEmulatorContainer(IMAGE).with_template("none.yaml")


def test_second_template_of_a_name_is_refused(stand_in: stand_in_engine.Engine, tmp_path: Path) -> None:
    (tmp_path / "sales.yaml").write_text("Resources: {}")
    container = SqsSnsEmulatorContainer(IMAGE).with_template(tmp_path / "sales.yaml")
    with pytest.raises(ValueError, match=r"There is a template sales\.yaml already"):
        container.with_template(tmp_path / "sales.yaml")


def test_container_whose_log_is_json_is_ready_too(stand_in: stand_in_engine.Engine) -> None:
    with SqsSnsEmulatorContainer(IMAGE, log_format="json") as container:
        assert "QueueUrls" not in container.get_client("sqs").list_queues()


def test_handlers_of_this_process_are_refused(stand_in: stand_in_engine.Engine) -> None:
    with SqsSnsEmulatorContainer(IMAGE) as container, pytest.raises(ValueError, match=f"lambda_urls=.*{HOST}"):
        container.account().function("resize", lambda event, context: None)


def test_missing_testcontainers_is_named(tmp_path: Path) -> None:
    (tmp_path / "testcontainers").mkdir()
    (tmp_path / "testcontainers" / "__init__.py").write_text("raise ModuleNotFoundError('none', name='testcontainers')")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", "import sqs_sns_emulator.testcontainers"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS)
    assert 'pip install "sqs-sns-emulator[testcontainers]"' in done.stderr
