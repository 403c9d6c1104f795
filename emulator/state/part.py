"""What the parts of a state document have in common, and how one that is wrong is refused."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, Protocol

import msgspec

from emulator.aws.arns import Arn, arn
from emulator.aws.errors import ServiceError
from emulator.state.renaming import Renaming

Time = Annotated[float, msgspec.Meta(ge=0, lt=253_402_300_800)]  # seconds since the epoch, until the year 9999
Count = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
AccountId = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{12}\Z")]
Region = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+\Z")]


class Part(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An object in a document. What is as it mostly is, is left out."""


class Owned(Protocol):
    """What belongs to an account."""

    @property
    def owners(self) -> tuple[str, ...]:
        """The accounts it belongs to."""
        ...

    def rename(self, renaming: Renaming) -> None:
        """Become another account's. What messages say stays as it is."""


class Named(Part):
    """What belongs to the account in its ARN."""

    arn: str

    @property
    def owners(self) -> tuple[str, ...]:
        return (owner_of(self.arn),)

    def rename(self, renaming: Renaming) -> None:
        self.arn = renaming.text(self.arn)


class Placed(Part):
    """What an account has once in each region, or what came about there."""

    account: AccountId
    region: Region

    @property
    def owners(self) -> tuple[str, ...]:
        return (self.account,)

    def rename(self, renaming: Renaming) -> None:
        self.account = renaming.text(self.account)


class DocumentError(Exception):
    """What is wrong with a document; ``path`` says where."""

    def __init__(self, text: str, path: str = "") -> None:
        super().__init__(f"{text} - at `${path}`")
        self.text = text
        self.path = path


@contextmanager
def at(path: str) -> Iterator[None]:
    """What is wrong with what is read inside, is wrong at ``path``."""
    try:
        yield
    except DocumentError as error:
        raise DocumentError(error.text, path + error.path) from error
    except ServiceError as error:
        raise DocumentError(error.message.rstrip("."), path) from error


def owner_of(arn: str) -> str:
    """The account in an ARN; empty where it is none."""
    parts = Arn.parse(arn)
    return "" if parts is None else parts.account


def read_arn(text: str, service: str) -> Arn:
    """The ARN of something of ``service`` in ``text``; DocumentError where there is none."""
    parts = Arn.parse(text)
    if (
        parts is None
        or parts.service != service
        or text != arn(service, parts.region, parts.account, parts.resource)
        or not (len(parts.account) == 12 and parts.account.isascii() and parts.account.isdigit() and parts.region)
    ):
        raise DocumentError(f"{text} is not the ARN of something of {service}", ".arn")
    return parts


def check_unique(kind: str, keys: Iterable[object]) -> None:
    """DocumentError if one of the ``keys`` comes twice; ``kind`` is what they are."""
    for key, times in Counter(keys).items():
        if times > 1:
            raise DocumentError(f"There are {times} of {kind} {key}")
