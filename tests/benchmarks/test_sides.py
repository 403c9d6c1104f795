import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.load.api import Api
from benchmarks.load.prepared import prepared_load
from benchmarks.load.workloads import send_to_nowhere
from benchmarks.peers import table
from benchmarks.peers.install import install
from benchmarks.peers.table import PEERS, UNAVAILABLE, Peer
from benchmarks.process import MeasuredServer, StartError
from benchmarks.results import Skipped
from benchmarks.sides import SIDES, Side, start


@pytest.fixture(autouse=True)
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(table, "HOMES", tmp_path)
    return tmp_path


def example(**given: object) -> Peer:
    fields = {"name": "Example", "version": "1.2", "install": (), "start": ()} | given
    return Peer(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name, side in SIDES.items() if side.is_ceiling and not side.missing()])
def test_ceiling_answers_a_send(name: str) -> None:
    with SIDES[name].start() as server:
        api = Api(server.host, server.port)
        with send_to_nowhere(api) as requests, prepared_load(api, requests, 2) as prepared:
            assert len(prepared.run(60.0, 10).latencies) >= 10


def test_ceiling_can_do_nothing_but_send_and_the_base_is_measured_beside_everything() -> None:
    assert SIDES["nginx"].is_able("send")
    assert not SIDES["nginx"].is_able("receive")
    assert SIDES["raw uvicorn"].is_able("receive")


def test_side_without_topics_cannot_publish() -> None:
    assert SIDES["ElasticMQ"].is_able("receive")
    assert not SIDES["ElasticMQ"].is_able("publish-10")


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_peer_that_is_not_installed_is_skipped_with_a_reason(peer: Peer) -> None:
    with ExitStack() as stack:
        assert start(SIDES[peer.name], stack) == Skipped(peer.name, f"{peer.version} is not installed (make peers)")


@pytest.mark.parametrize("name", UNAVAILABLE)
def test_peer_that_no_registry_has_is_skipped_with_a_reason(name: str) -> None:
    with ExitStack() as stack:
        assert start(SIDES[name], stack) == Skipped(name, UNAVAILABLE[name])


def test_side_that_does_not_start_is_skipped_with_a_reason() -> None:
    peer = example(start=(sys.executable, "-c", "raise SystemExit(4)"))
    with ExitStack() as stack:
        found = start(Side("example", peer.running), stack)
    assert isinstance(found, Skipped)
    assert "ended with 4" in found.reason


def test_peer_is_installed_into_a_folder_of_its_own_and_started_with_its_files(homes: Path) -> None:
    write = "import sys; open(sys.argv[1], 'w').write('installed')"
    peer = example(
        install=((sys.executable, "-c", write, "{home}/page-{version}"),),
        start=(sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", "{at}", "{port}"),
        files={"page.txt": "from {home}"},
    )
    assert install(peer) == "1.2 installed"
    assert (homes / "example" / "page-1.2").read_text() == "installed"
    assert install(peer) == "1.2 is there"
    with ExitStack() as stack:
        assert isinstance(start(Side("example", peer.running, missing=peer.missing), stack), MeasuredServer)


def test_another_version_is_not_the_one_that_is_asked_for() -> None:
    install(example())
    assert example(version="1.3").missing() == "1.3 is not installed (make peers)"


def test_peer_whose_tool_is_missing_is_not_installed() -> None:
    assert install(example(tool="no-such-tool")) == "skipped: no-such-tool is not here"


def test_installation_that_fails_leaves_the_peer_missing() -> None:
    peer = example(install=((sys.executable, "-c", "raise SystemExit(5)"),))
    assert "exit status 5" in install(peer)
    assert peer.missing()


@pytest.mark.parametrize("durable", [False, True])
def test_peer_keeps_messages_on_disk_with_more_environment(durable: bool) -> None:
    code = "import os, sys; sys.exit(4 if os.environ['STORAGE'] == 'on' else 5)"
    peer = example(start=(sys.executable, "-c", code), environment={"STORAGE": "off"}, durable={"STORAGE": "on"})
    with pytest.raises(StartError, match="ended with 4" if durable else "ended with 5"), peer.running(durable=durable):
        pass


def test_peer_that_can_keep_messages_is_a_side_of_its_own() -> None:
    assert SIDES["ElasticMQ with storage"].missing() == SIDES["ElasticMQ"].missing()
    assert "moto with storage" not in SIDES
