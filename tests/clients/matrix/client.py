"""A client of SQS or SNS, and what its program has to show."""

from dataclasses import dataclass
from pathlib import Path

from tests.clients.toolchains import Toolchain

PROGRAMS = Path(__file__).parent

# What a program can check, in the order of the table, and what that means.
CHECKS = {
    "messages": "sends, receives and deletes a message with attributes of all types; most SDKs compare the MD5 sums",
    "batches": "sends, receives and deletes ten messages at once, and reports the entry of a batch that was refused",
    "long polling": "a receive that waits gets the message that is sent meanwhile",
    "visibility": "a message is hidden for as long as the client says, and then comes again, with its count",
    "FIFO": "messages come in the order of their group, a duplicate does not come, sequence numbers grow",
    "dead letters": "a message that was received too often is in the dead-letter queue",
    "paginators": "the client's own paginator lists more queues than a page has",
    "exceptions": "an error becomes the client's own exception for it",
    "retries": "the client repeats a request that got the error 503, and the caller does not notice",
    "topics": "a message that is published, with attributes, comes to a queue by a subscription with a filter policy",
    "topic batches": "ten messages that are published at once to a FIFO topic come in order, a duplicate does not",
    "consumer": "the client's own consumer handles a message and deletes it; one that its handler refuses comes again",
    "endpoint": "the client's own HTTP endpoint confirms its subscription and handles a notification",
    "signatures": "an HTTP endpoint confirms its subscription and verifies the signature; a forged message is refused",
}

# What only libraries on top of an SDK do, or beside it.
OF_LIBRARIES = ("consumer", "endpoint", "signatures")
# What every SDK has to show.
OF_AN_SDK = tuple(name for name in CHECKS if name not in ("visibility", "topic batches", *OF_LIBRARIES))


@dataclass(frozen=True, slots=True)
class Client:
    """A client, tried by a program that uses it as its users do.

    The program gets the endpoint, region and credentials from the environment. It prints ``version`` and the versions
    of the client, then ``passed`` and the name of a check for each one that holds, and ends with another code than 0 at
    the first that does not.
    """

    name: str  # in the table
    language: str
    toolchain: Toolchain
    program: str  # a file in the folder of its toolchain, where that has its sources
    checks: tuple[str, ...]
    services: tuple[str, ...] = ("sqs", "sns")  # which it calls
    options: tuple[str, ...] = ()  # of the emulator
    program_of: str = ""  # the folder of the program, if it is another toolchain's

    @property
    def code(self) -> str:
        folder = PROGRAMS / self.program_of if self.program_of else self.toolchain.folder
        return (folder / self.toolchain.sources / self.program).read_text()
