"""The documentation site: built strictly, complete, and nothing in it comes from elsewhere."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.tree import DEADLINE_SECONDS, ROOT

SOURCES = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "pyproject.toml",
    "mkdocs.yml",
    "mkdocs_hooks.py",
]


def build(folder: Path, site: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", site],
        cwd=folder,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = build(ROOT, folder)
    assert built.returncode == 0, built.stderr
    return folder


def test_navigation_lists_every_page_of_docs() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text().partition("\nnav:\n")[2]
    listed = set(re.findall(r"^ +- (?:[^:\n]+: )?([\w/-]+\.md)$", navigation, re.MULTILINE))
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    assert pages - listed == set(), "add them to `nav` in mkdocs.yml"


@pytest.mark.thorough
def test_links_on_the_site_lead_to_its_pages_and_to_the_repository(site: Path) -> None:
    start = (site / "index.html").read_text()
    assert 'href="testing/"' in start
    assert 'href="contributing/"' in start
    docker = (site / "docker" / "index.html").read_text()
    repository = re.search(r'^Repository = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert repository
    assert f'href="{repository[1]}/blob/main/compose.yaml"' in docker
    performance = (site / "performance" / "index.html").read_text()
    assert f'href="{repository[1]}/tree/main/benchmarks/results"' in performance


@pytest.mark.thorough
def test_site_loads_nothing_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text()
        loaded = re.findall(r"<(?:script|img|iframe)\b[^>]*\bsrc=\"?(https?:[^\s\">]+)", text)
        loaded += re.findall(r"<link\b(?![^>]*rel=\"?(?:canonical|next|prev))[^>]*\bhref=\"?(https?:[^\s\">]+)", text)
        assert loaded == [], page
        assert "data-md-component=source" not in text.replace('"', "")  # asks GitHub for the number of stars


@pytest.mark.thorough
def test_every_fence_and_table_is_rendered(site: Path) -> None:
    for page in site.rglob("index.html"):
        article = re.sub(r"<pre.*?</pre>|<code.*?</code>", "", page.read_text(), flags=re.DOTALL)
        assert "```" not in article, page
        assert "|---" not in article, page
        assert "| ---" not in article, page


@pytest.mark.thorough
def test_dead_links_and_unlisted_pages_fail_the_build(tmp_path: Path) -> None:
    for name in SOURCES:
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    (tmp_path / "docs" / "unlisted.md").write_text("# Not in the navigation\n")
    with (tmp_path / "docs" / "docker.md").open("a") as page:
        page.write("\n[page](nowhere.md) [anchor](testing.md#nowhere) [file](../nowhere.txt)\n")
    with (tmp_path / "README.md").open("a") as page:
        page.write("\n[page](docs/gone.md)\n")

    built = build(tmp_path, tmp_path / "site")

    assert built.returncode == 1
    assert "unlisted.md" in built.stderr
    assert "'docker.md' contains a link 'nowhere.md'" in built.stderr
    assert "does not contain an anchor '#nowhere'" in built.stderr
    assert "docs/docker.md has a link to ../nowhere.txt, which does not exist" in built.stderr
    assert "'index.md' contains a link 'gone.md'" in built.stderr
