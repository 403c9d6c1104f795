"""The feature of dev containers, as the reference implementation reads and packages it; no container is built."""

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.clients.pages import DOCS, blocks
from tests.clients.toolchains import DEVCONTAINER, without_aws

SOURCES = Path(__file__).parents[2] / "devcontainer" / "src"
FEATURE = SOURCES / "sqs-sns-emulator"
DESCRIPTION: dict[str, Any] = json.loads((FEATURE / "devcontainer-feature.json").read_text())
PUBLISHED = "ghcr.io/OWNER/features/sqs-sns-emulator:0"
SECONDS = 300


@pytest.fixture(scope="module", autouse=True)
def _devcontainer() -> None:
    if reason := DEVCONTAINER.why_not():
        pytest.skip(reason)


def devcontainer(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    command: list[str | Path] = [DEVCONTAINER.workspace / "node_modules" / ".bin" / "devcontainer", *arguments]
    environment = without_aws() | {"TMPDIR": str(folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_package_has_the_description_and_a_script_that_can_be_executed(tmp_path: Path) -> None:
    output = tmp_path / "output"
    devcontainer("features", "package", str(SOURCES), "--output-folder", str(output), folder=tmp_path)
    [described] = json.loads((output / "devcontainer-collection.json").read_text())["features"]
    assert DESCRIPTION.items() <= described.items()
    with tarfile.open(output / "devcontainer-feature-sqs-sns-emulator.tgz") as package:
        files = {os.path.normpath(member.name): member for member in package if member.isfile()}
    assert files.keys() == {"devcontainer-feature.json", "install.sh"}
    assert files["install.sh"].mode & 0o111


@pytest.mark.parametrize(
    "text", [block.text for block in blocks(DOCS / "devcontainers.md", "json") if PUBLISHED in block.text]
)
def test_files_of_the_page_use_the_feature(text: str, tmp_path: Path) -> None:
    own = tmp_path / ".devcontainer"
    shutil.copytree(FEATURE, own / "feature")
    local = {name: value for name, value in DESCRIPTION.items() if name != "installsAfter"}  # it would ask ghcr.io
    (own / "feature" / "devcontainer-feature.json").write_text(json.dumps(local))
    (own / "devcontainer.json").write_text(text.replace(PUBLISHED, "./feature"))
    read = devcontainer(
        *("read-configuration", "--workspace-folder", str(tmp_path), "--include-features-configuration"),
        *("--docker-path", "true"),  # there need be no Docker to find out that no container runs
        folder=tmp_path,
    )
    configuration = json.loads(read.stdout)
    [[feature]] = [each["features"] for each in configuration["featuresConfiguration"]["featureSets"]]
    assert feature["containerEnv"] == DESCRIPTION["containerEnv"]
    assert feature["entrypoint"] == DESCRIPTION["entrypoint"]
    assert feature["value"] == json.loads(text)["features"][PUBLISHED]
