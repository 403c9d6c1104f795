"""The console's files: where they are, for whom, and with which headers."""

import base64
import gzip
import json
import re
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from emulator.console import files
from emulator.control.happenings import NAMES
from tests.raw_http import Answer, ask
from tests.server import RunningServer

ROOT = Path(__file__).parents[2]
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "sec-fetch-site": "none"}
SCRIPT = {"accept": "*/*", "sec-fetch-site": "same-origin"}
ENTRANCES = ("/", "/?a=b", "/_emulator", "/_emulator/", "/_emulator/console", "/_emulator/console/")
VENDORED = files.FOLDER / "vendor"
LOCK = json.loads((ROOT / "console" / "package-lock.json").read_text())["packages"]
PACKAGES = json.loads((VENDORED / "packages.json").read_text())


def shows_console(answer: Answer) -> bool:
    return 'src="/_emulator/console/app.js"' in answer.body


@pytest.mark.parametrize("path", ENTRANCES)
def test_browser_is_shown_the_console(server: RunningServer, path: str) -> None:
    answer = ask(server.url, path, headers=BROWSER)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert shows_console(answer)


def test_console_is_where_the_control_interface_is(
    with_control_port: RunningServer, without_control: RunningServer
) -> None:
    for path in ENTRANCES:
        assert shows_console(ask(with_control_port.control_url, path, headers=BROWSER))
    assert ask(with_control_port.control_url, "/_emulator/console/app.js", headers=SCRIPT).status == 200
    for server in (with_control_port, without_control):
        for path in ("/", "/_emulator", "/_emulator/", "/_emulator/console/"):
            assert not shows_console(ask(server.url, path, headers=BROWSER))
        assert "import" not in ask(server.url, "/_emulator/console/app.js", headers=SCRIPT).body


def test_every_file_is_served_with_its_type_and_may_not_be_taken_for_another(server: RunningServer) -> None:
    types = {
        "js": "text/javascript",
        "css": "text/css",
        "html": "text/html",
        "svg": "image/svg+xml",
        "txt": "text/plain",
    }
    assert {"index.html", "app.js", "style/base.css", "vendor/preact.js", "vendor/preact.LICENSE.txt"} < files.names()
    for name in files.names():
        answer = ask(server.url, f"/_emulator/console/{name}", headers=SCRIPT)
        assert answer.status == 200
        assert answer.headers["content-type"].partition(";")[0] == types[name.rpartition(".")[2]]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == files.security_policy()


@pytest.mark.parametrize(
    "name", ["nothing.js", "../app.py", "%2e%2e/app.py", "vendor/packages.json", "vendor", "vendor/", "//app.js"]
)
def test_nothing_but_these_files_is_served(server: RunningServer, name: str) -> None:
    answer = ask(server.url, f"/_emulator/console/{name}", headers=SCRIPT)
    assert answer.status == 404
    assert "import" not in answer.body


def test_files_can_only_be_read(server: RunningServer) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert ask(server.url, "/_emulator/console/app.js", method, SCRIPT).status == 405
    head = ask(server.url, "/_emulator/console/app.js", "HEAD", SCRIPT)
    assert (head.status, head.body) == (200, "")


def test_unchanged_file_is_not_sent_again(server: RunningServer) -> None:
    first = ask(server.url, "/_emulator/console/app.js", headers=SCRIPT)
    assert first.headers["cache-control"] == "no-cache"
    again = ask(server.url, "/_emulator/console/app.js", headers=SCRIPT | {"if-none-match": first.headers["etag"]})
    assert (again.status, again.body, again.headers["etag"]) == (304, "", first.headers["etag"])
    other = ask(server.url, "/_emulator/console/app.js", headers=SCRIPT | {"if-none-match": '"another"'})
    assert other.status == 200


def test_files_are_compressed_for_those_who_can_read_that(server: RunningServer) -> None:
    compressed = files.file("app.js").compressed
    answer = ask(server.url, "/_emulator/console/app.js", "HEAD", SCRIPT | {"accept-encoding": "br, gzip"})
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "accept-encoding, Origin")
    assert gzip.decompress(compressed) == (files.FOLDER / "app.js").read_bytes()
    assert "content-encoding" not in ask(server.url, "/_emulator/console/app.js", headers=SCRIPT).headers


def test_all_of_it_is_small() -> None:
    assert sum(len(files.file(name).compressed) for name in files.names()) < 400_000


def test_policy_allows_only_the_console_and_no_markup_made_of_text(server: RunningServer) -> None:
    answer = ask(server.url, "/", headers=BROWSER)
    policy = answer.headers["content-security-policy"]
    import_map = re.search(r'<script type="importmap">(.*?)</script>', answer.body, re.DOTALL)
    assert import_map is not None
    assert f"'sha256-{base64.b64encode(sha256(import_map[1].encode()).digest()).decode()}'" in policy
    assert "unsafe" not in policy
    for part in (
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
    ):
        assert part in policy
    assert not re.search(
        r"<script(?! type=\"importmap\">| type=\"module\" src=)|<style|\sstyle=|\son[a-z]+=", answer.body
    )


def test_nothing_is_loaded_from_elsewhere(server: RunningServer) -> None:
    page = ask(server.url, "/", headers=BROWSER).body
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page) + list(
        json.loads(page.split('importmap">')[1].split("</script>")[0])["imports"].values()
    )
    assert len(addresses) > 30
    for address in addresses:
        assert not urlsplit(address).netloc
        assert ask(server.url, address, headers=SCRIPT).status == 200


def test_every_module_is_named_in_the_page_so_that_all_are_fetched_at_once(server: RunningServer) -> None:
    page = ask(server.url, "/", headers=BROWSER).body
    named = set(re.findall(r'rel="modulepreload" href="/_emulator/console/([^"]+)"', page))
    assert named == {name for name in files.names() if name.endswith(".js")} - {
        "vendor/dagre.js",
        "map/layout-worker.js",
    }


@pytest.mark.parametrize("path", [*ENTRANCES, "/_emulator/console/app.js"])
@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
    ],
    ids=["rebound name", "another origin", "frame"],
)
def test_other_pages_cannot_read_it(
    server: RunningServer, with_control_port: RunningServer, path: str, headers: dict[str, str]
) -> None:
    for url in (server.url, with_control_port.control_url):
        answer = ask(url, path, headers=BROWSER | headers)
        assert answer.status == 403
        assert not shows_console(answer)


@pytest.mark.parametrize("package", PACKAGES)
def test_vendored_files_are_those_of_the_lock(package: str) -> None:
    """`make check-console` compares them with the packages themselves."""
    noted, locked = PACKAGES[package], LOCK[f"node_modules/{package}"]
    assert {key: noted[key] for key in ("version", "integrity", "license")} == {
        key: locked[key] for key in ("version", "integrity", "license")
    }
    for name, digest in noted["files"].items():
        assert sha256((VENDORED / name).read_bytes()).hexdigest() == digest
    assert any("LICENSE" in name for name in noted["files"])


def test_nothing_is_vendored_besides() -> None:
    noted = {name for package in PACKAGES.values() for name in package["files"]}
    assert {path.name for path in VENDORED.iterdir()} == noted | {"packages.json"}


def test_stream_names_every_kind_of_event() -> None:
    """An EventSource hears of no other kind."""
    script = (files.FOLDER / "stream" / "following.js").read_text(encoding="utf-8")
    kinds = re.search(r"KINDS = \[(.*?)\];", script, re.DOTALL)
    assert kinds is not None
    assert set(re.findall(r'"([a-z_]+)"', kinds[1])) == set(NAMES.values())
