import json
import subprocess
import sys
from pathlib import Path

import boto3
import botocore.session
import pytest
from botocore.loaders import JSONFileLoader

from emulator.testing import emulated_aws


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that botocore's loaders read."""
    files: list[str] = []
    load = JSONFileLoader.load_file

    def load_file(self: JSONFileLoader, file_path: str) -> object:
        found = load(self, file_path)
        if found is not None:
            files.append(file_path)
        return found

    monkeypatch.setattr(JSONFileLoader, "load_file", load_file)
    return files


def custom_service(folder: Path) -> Path:
    """A folder with the model of a service that AWS does not have."""
    model = folder / "parcels" / "2026-01-01" / "service-2.json"
    model.parent.mkdir(parents=True)
    model.write_text(json.dumps({"metadata": {"apiVersion": "2026-01-01"}}))
    return folder


def services(session: boto3.Session) -> list[str]:
    found: list[str] = session.get_available_services()
    return found


def test_sessions_of_a_test_read_each_model_once(loaded: list[str]) -> None:
    with emulated_aws():
        boto3.Session().client("sqs")
        loaded.clear()
        boto3.Session().client("sqs").list_queues()
        boto3.client("sqs")
        assert loaded == []
    with emulated_aws() as emulator:
        boto3.Session(region_name="eu-north-1").client("sqs")
        assert emulator.sqs.list_queues()
        assert loaded == []


def test_folder_that_a_session_adds_is_its_own(tmp_path: Path) -> None:
    with emulated_aws():
        before = boto3.Session()
        assert "parcels" not in services(before)
        core = botocore.session.Session()
        session = boto3.Session(botocore_session=core)
        core.get_component("data_loader").search_paths.append(str(custom_service(tmp_path)))
        assert "parcels" in services(session)
        assert "parcels" not in services(boto3.Session())
        assert "parcels" not in services(before)


def test_folder_of_the_environment_is_looked_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", str(custom_service(tmp_path)))
    with emulated_aws():
        assert "parcels" in services(boto3.Session())
        boto3.client("sqs").list_queues()
    monkeypatch.delenv("AWS_DATA_PATH")
    with emulated_aws():
        assert "parcels" not in services(boto3.Session())


def test_botocore_is_as_before_when_the_use_has_ended() -> None:
    before = botocore.session.create_loader
    with emulated_aws(), emulated_aws():
        assert botocore.session.create_loader is not before
    assert botocore.session.create_loader is before


def test_emulated_aws_imports_no_command_line() -> None:
    program = (
        "import sys, boto3\n"
        "from emulator.testing import emulated_aws\n"
        "with emulated_aws():\n"
        "    boto3.client('sqs').list_queues()\n"
        "print('click' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "False\n"
