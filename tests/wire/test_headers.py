"""Which headers of a request are read."""

import ast
from collections.abc import Iterator
from pathlib import Path

from emulator.admission.browsers import BROWSER_HEADERS
from emulator.wire.headers import READ_HEADERS

PACKAGE = Path(__file__).parents[2] / "emulator"
# What looks at requests before a call is read from them, or at those that are none, has all of their headers.
WITH_ALL_HEADERS = (
    "serving/app.py",
    "serving/asgi.py",
    "authentication/",
    "admission/cors.py",
    "control/",
    "http/connection.py",
    "http/head.py",
    "admission/browsers.py",
)
NOT_OF_REQUESTS = ("conformance/", "command_line/", "sns/", "testing/")


def names_looked_up(tree: ast.AST) -> Iterator[bytes]:
    """The constants that are looked up in something named headers."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="get", value=owner), args=[ast.Constant(value=bytes() as name), *_]):
                yield from [name] if ast.unparse(owner).endswith("headers") else []
            case ast.Compare(left=ast.Constant(value=bytes() as name), comparators=[owner]):
                yield from [name] if ast.unparse(owner).endswith("headers") else []
            case ast.Subscript(value=owner, slice=ast.Constant(value=bytes() as name)):
                yield from [name] if ast.unparse(owner).endswith("headers") else []


def test_every_header_that_a_call_is_read_from_is_listed() -> None:
    read = set()
    for path in PACKAGE.rglob("*.py"):
        if not path.relative_to(PACKAGE).as_posix().startswith((*WITH_ALL_HEADERS, *NOT_OF_REQUESTS)):
            read |= set(names_looked_up(ast.parse(path.read_text(encoding="utf-8"))))
    assert read == READ_HEADERS


def test_requests_of_browsers_are_not_read_from_a_part_of_their_headers() -> None:
    assert BROWSER_HEADERS.isdisjoint(READ_HEADERS)
