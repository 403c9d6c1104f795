"""What mkdocs does beyond its configuration: files of the root are pages too, and links work as they do on GitHub.

The addresses of the repository and of the site are those of `[project.urls]` in pyproject.toml.
"""

import logging
import posixpath
import re
import tomllib
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "vulnerabilities.md",
    "CHANGELOG.md": "changelog.md",
}

_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?(?=\))")
_FILE_NAME = re.compile(r"^```(\w+) ([\w./-]+)$", re.MULTILINE)
_log = logging.getLogger("mkdocs.hooks")


def on_config(config: MkDocsConfig) -> None:
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    config.site_url = urls["Documentation"]
    # Not as `repo_url`: with that, the theme lets every reader's browser ask GitHub for the number of stars.
    config.extra["repository"] = urls["Repository"]
    assert config.nav is not None
    config.nav.append({"Repository": urls["Repository"]})


def on_files(files: Files, config: MkDocsConfig) -> None:
    for source, page in PAGES.items():
        content = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=content))


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    sources = {target: source for source, target in PAGES.items()}
    here = page.file.src_uri
    source = sources.get(here, f"docs/{here}")
    repository = config.extra["repository"]
    linked = _LINK.sub(lambda link: _target(source, here, link[1], repository) + (link[2] or ""), markdown)
    return _FILE_NAME.sub(r'```\1 title="\2"', linked)


def _target(source: str, here: str, link: str, repository: str) -> str:
    """Where `link`, in the file `source` of the repository, leads from the page `here` of the site."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), link))
    if path in PAGES:
        return posixpath.relpath(PAGES[path], posixpath.dirname(here) or ".")
    if path.startswith("docs/"):
        return posixpath.relpath(path.removeprefix("docs/"), posixpath.dirname(here) or ".")
    if not (ROOT / path).exists():
        _log.warning("%s has a link to %s, which does not exist.", source, link)
    return f"{repository}/{'tree' if (ROOT / path).is_dir() else 'blob'}/main/{path}"
