"""The feature of dev containers: its description, and its script, run with another folder than /usr/local."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from click.testing import CliRunner

from emulator import __version__
from tests import patience
from tests.packaging.tree import DEADLINE_SECONDS, ROOT
from tests.ports import free_port

FEATURE = ROOT / "devcontainer" / "src" / "sqs-sns-emulator"
DESCRIPTION: dict[str, Any] = json.loads((FEATURE / "devcontainer-feature.json").read_text())
INSTALL = FEATURE / "install.sh"
PAGE = (ROOT / "docs" / "devcontainers.md").read_text()
# https://containers.dev/implementors/features/#devcontainer-feature-json-properties
PROPERTIES = {
    *("id", "version", "name", "description", "documentationURL", "licenseURL", "keywords", "options", "containerEnv"),
    *("privileged", "init", "capAdd", "securityOpt", "entrypoint", "customizations", "dependsOn", "installsAfter"),
    *("legacyIds", "deprecated", "mounts", "onCreateCommand", "updateContentCommand", "postCreateCommand"),
    *("postStartCommand", "postAttachCommand"),
}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the script is one of POSIX")


def install(prefix: Path, **options: str) -> "subprocess.CompletedProcess[str]":
    """Run the script with these options, and with ``prefix`` in place of /usr/local."""
    names = {"VERSION", "PORT", "AUTOSTART", "ARGUMENTS"}
    environment = {name: value for name, value in os.environ.items() if name not in names}
    environment |= {"PREFIX": str(prefix), "LOG": str(prefix / "log"), **options}
    return subprocess.run(
        ["/bin/sh", INSTALL], env=environment, capture_output=True, text=True, timeout=DEADLINE_SECONDS, cwd=FEATURE
    )


# -- The description -----------------------------------------------------------------------


def test_description_has_what_the_specification_asks_for() -> None:
    assert DESCRIPTION.keys() <= PROPERTIES
    assert DESCRIPTION["id"] == FEATURE.name
    assert DESCRIPTION["version"] == __version__
    for name, option in DESCRIPTION["options"].items():
        assert re.fullmatch(r"[a-z]+", name)
        assert option.keys() <= {"type", "default", "description", "proposals", "enum"}
        assert {"string": str, "boolean": bool}[option["type"]] is type(option["default"])
    assert all(isinstance(value, str) for value in DESCRIPTION["containerEnv"].values())


def test_variables_of_the_container_fit_the_default_port() -> None:
    assert DESCRIPTION["containerEnv"]["AWS_ENDPOINT_URL"].endswith(f":{DESCRIPTION['options']['port']['default']}")


def test_defaults_of_the_script_are_those_of_the_description() -> None:
    defaults = dict(re.findall(r"^([A-Z]+)=\$\{\1:-(.*)\}$", INSTALL.read_text(), re.MULTILINE))
    for name, option in DESCRIPTION["options"].items():
        assert defaults[name.upper()] == str(option["default"]).lower(), name
    assert DESCRIPTION["entrypoint"].startswith(f"{defaults['PREFIX']}/")


def test_documentation_is_where_the_description_says() -> None:
    page = re.fullmatch(r"https://[^/]+/sqs-sns-emulator/(\w+)/", DESCRIPTION["documentationURL"])
    assert page
    assert (ROOT / "docs" / f"{page[1]}.md").exists()


def test_page_lists_the_options() -> None:
    listed = re.findall(r"^\| `(\w+)` \| (?:`(.*?)`)? ?\|", PAGE, re.MULTILINE)
    assert dict(listed) == {name: str(row["default"]).lower() for name, row in DESCRIPTION["options"].items()}


def test_files_of_the_page_give_the_feature_options_that_it_has() -> None:
    files = [
        json.loads(text)
        for text in re.findall(r"^```json devcontainer.json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    ]
    given = [options for file in files for options in file.get("features", {}).values()]
    assert len(given) == 2
    for options in given:
        assert options.keys() <= DESCRIPTION["options"].keys()
    changed = next(file for file in files if "containerEnv" in file)
    [options] = changed["features"].values()
    assert changed["containerEnv"]["AWS_ENDPOINT_URL"].endswith(f":{options['port']}")


def test_compose_file_of_the_page_points_the_application_at_the_emulator() -> None:
    services = yaml.safe_load(compose_file())["services"]
    assert services["app"]["environment"].items() >= DESCRIPTION["containerEnv"].items() - {
        ("AWS_ENDPOINT_URL", DESCRIPTION["containerEnv"]["AWS_ENDPOINT_URL"])
    }
    assert services["app"]["environment"]["AWS_ENDPOINT_URL"] == "http://emulator:4566"
    assert services["app"]["depends_on"].keys() == services.keys() - {"app"}


def test_compose_file_of_the_page_follows_its_schema(tmp_path: Path) -> None:
    from check_jsonschema import main  # here, as it takes longer than the other tests

    file = tmp_path / "compose.yaml"
    file.write_text(compose_file())
    checked = CliRunner().invoke(main, ["--builtin-schema", "vendor.compose-spec", str(file)])
    assert checked.exit_code == 0, checked.output


def compose_file() -> str:
    [text] = re.findall(r"^```yaml compose.yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert isinstance(text, str)
    return text


# -- The script ----------------------------------------------------------------------------


def test_shellcheck_finds_nothing_in_the_script() -> None:
    program = shutil.which("shellcheck", path=Path(sys.executable).parent)
    if program is None:
        pytest.skip("shellcheck is not in the development environment: its package has no wheel for this machine")
    done = subprocess.run([program, INSTALL], capture_output=True, text=True, timeout=patience.SECONDS)
    assert done.returncode == 0, done.stdout


def test_script_can_be_executed() -> None:
    assert os.access(INSTALL, os.X_OK)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "aws", 'the option port is "aws", which is no number'),
        ("PORT", "4566; reboot", "which is no number"),
        ("AUTOSTART", "yes", 'the option autostart is "yes": true or false is wanted'),
        ("VERSION", "newest", 'the option version is "newest": "latest", a version, a path or a URL is wanted'),
    ],
)
def test_wrong_option_is_named_and_nothing_installed(name: str, value: str, said: str, tmp_path: Path) -> None:
    done = install(tmp_path, **{name: value})
    assert done.returncode == 1
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_python_the_script_says_what_to_add(tmp_path: Path) -> None:
    if Path("/usr/local/python/current/bin/python3").exists():
        pytest.skip("this machine has the Python of a dev container")
    done = install(tmp_path, PATH=str(tmp_path))
    assert done.returncode == 1
    assert "Python 3.11 or later is needed: add the feature ghcr.io/devcontainers/features/python" in done.stderr


@pytest.fixture(scope="module")
def installed(uv: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The folder in which the script has installed a wheel of this repository, and the port that it was given."""
    folder = tmp_path_factory.mktemp("feature")
    subprocess.run(
        [uv, "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder],
        cwd=ROOT,
        env=os.environ | {"EMULATOR_COMPILE": "0"},
        timeout=DEADLINE_SECONDS,
        check=True,
    )
    [wheel] = folder.glob("*.whl")
    port = free_port()
    done = install(folder / "prefix", VERSION=str(wheel), PORT=str(port), ARGUMENTS="--region eu-north-1 --seed 7")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "prefix", port


@pytest.mark.thorough
def test_emulator_starts_with_the_container(installed: tuple[Path, int]) -> None:
    prefix, port = installed
    url = f"http://localhost:{port}"
    entrypoint = prefix / "share" / "sqs-sns-emulator" / "entrypoint.sh"
    number = prefix / "number"  # of the process that the script leaves in the background
    entrypoint.write_text(entrypoint.read_text().replace(" &\n", f" &\necho $! > {number}\n"))
    try:
        # As the tools of dev containers do: the scripts of all features, and then what the container is for.
        start = ["/bin/sh", "-c", f'{entrypoint}\nexec "$@"', "-"]
        said = patience.run([*start, str(prefix / "bin" / "sqs-sns-emulator"), "wait", "--url", url])
        assert said.stdout == "Ready.\n", (prefix / "log").read_text()
        dummies = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        sqs = boto3.client("sqs", endpoint_url=url, region_name="eu-north-1", **dummies)
        assert sqs.create_queue(QueueName="orders")["QueueUrl"] == f"{url}/000000000000/orders"
    finally:
        os.kill(int(number.read_text()), signal.SIGTERM)
    assert "sqs.CreateQueue 200" in (prefix / "log").read_text()


@pytest.mark.thorough
def test_without_autostart_only_the_command_is_there(installed: tuple[Path, int]) -> None:
    prefix, _ = installed
    [wheel] = prefix.parent.glob("*.whl")
    other = prefix.parent / "other"
    done = install(other, VERSION=str(wheel), AUTOSTART="false")
    assert done.returncode == 0, done.stdout + done.stderr
    entrypoint = other / "share" / "sqs-sns-emulator" / "entrypoint.sh"
    said = patience.run([str(entrypoint), str(other / "bin" / "sqs-sns-emulator"), "--version"])
    assert said.stdout == f"sqs-sns-emulator, version {__version__} (plain Python)\n"
    assert not (other / "log").exists()
