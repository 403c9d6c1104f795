"""The files of the console, as they are sent: read when first asked for, and kept."""

import base64
import gzip
import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

FOLDER = Path(__file__).parent / "static"

# The system's table of types is not asked: on some systems it has another one for .js, which browsers then refuse.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_START = "index.html"
_PRELOADED = "<!-- modules -->"
# The worker loads these, once there is something to lay out.
_NOT_PRELOADED = ("vendor/dagre.js", "map/layout-worker.js")
_IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)


class File(Struct, frozen=True):
    """One file: its content, as it is and compressed, and the headers that depend on it."""

    content: bytes
    compressed: bytes
    media_type: str
    tag: str  # a strong ETag


@cache
def names() -> frozenset[str]:
    """The names of all files, by which they are asked for."""
    return frozenset(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix in _TYPES)


@cache
def file(name: str) -> File:
    """The file ``name``, which is one of ``names``."""
    content = _start_page() if name == _START else (FOLDER / name).read_bytes()
    return File(
        content,
        gzip.compress(content, mtime=0),
        _TYPES[Path(name).suffix],
        f'"{sha256(content).hexdigest()[:32]}"',
    )


@cache
def security_policy() -> str:
    """The Content-Security-Policy: only the console's own files, and no markup that is made of text."""
    found = _IMPORT_MAP.search(_start_page().decode())
    assert found is not None, "it has an import map"
    import_map = base64.b64encode(sha256(found[1].encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self' 'sha256-{import_map}'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types console"
    )


def _start_page() -> bytes:
    """The first page, which names all modules, so that the browser fetches them at the same time."""
    modules = sorted(name for name in names() if name.endswith(".js") and name not in _NOT_PRELOADED)
    links = "".join(f'<link rel="modulepreload" href="/_emulator/console/{name}">\n' for name in modules)
    return (FOLDER / _START).read_text(encoding="utf-8").replace(_PRELOADED, links).encode()
