"""Lists in pages. A token names the last entry returned, so that added and removed entries do not shift a page."""

from base64 import b64encode
from binascii import Error, a2b_base64
from collections.abc import Iterable
from itertools import islice
from typing import Protocol, TypeVar

from emulator.aws.limits import LIST_PAGE
from emulator.aws.sns_errors import SnsInvalidParameter


class Numbered(Protocol):
    @property
    def serial(self) -> int:
        """A number that grows in order of creation."""
        ...


Entry = TypeVar("Entry", bound=Numbered)


def page(entries: Iterable[Entry], token: str | None, size: int = LIST_PAGE) -> tuple[list[Entry], str | None]:
    """The entries after ``token``, in order of creation, and the token of the next page if there is one."""
    last_seen = _decoded(token) if token else -1
    found = list(islice((entry for entry in entries if entry.serial > last_seen), size + 1))
    if len(found) <= size:
        return found, None
    return found[:size], _encoded(found[size - 1].serial)


def _encoded(serial: int) -> str:
    return b64encode(str(serial).encode()).decode()


def _decoded(token: str) -> int:
    try:
        return int(a2b_base64(token, strict_mode=True))
    except (Error, ValueError) as error:
        raise SnsInvalidParameter.of("NextToken") from error
