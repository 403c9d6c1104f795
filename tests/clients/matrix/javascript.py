"""Clients for JavaScript and TypeScript."""

from tests.clients.matrix.client import OF_AN_SDK, Client
from tests.clients.toolchains import JAVASCRIPT, Toolchain

PACKAGES = ("package.json", "package-lock.json")


def _packages(name: str, *files: str, run_command: tuple[str, ...] = JAVASCRIPT.run_command) -> Toolchain:
    """The packages of a folder, with other ``files`` that its programs import."""
    return Toolchain(
        f"matrix/{name}",
        tools=JAVASCRIPT.tools,
        files=(*PACKAGES, *files),
        fetch_commands=JAVASCRIPT.fetch_commands,
        run_command=run_command,
    )


SHARED = "../javascript"
SDK_3 = _packages("javascript", "support.mjs", "sdk.mjs", "sdk3.mjs")
SDK_3_EARLY = _packages("javascript-early", *(f"{SHARED}/{file}" for file in ("support.mjs", "sdk.mjs", "sdk3.mjs")))
SDK_2 = _packages("javascript-2", *(f"{SHARED}/{file}" for file in ("support.mjs", "sdk.mjs")))
NESTJS = _packages("nestjs", run_command=("node", "--import", "tsx", "{program}"))

CLIENTS = (
    Client("AWS SDK for JavaScript 3", "JavaScript", SDK_3, "aws-sdk-3.mjs", OF_AN_SDK),
    Client("AWS SDK for JavaScript 3, early", "JavaScript", SDK_3_EARLY, "aws-sdk-3-early.mjs", OF_AN_SDK),
    Client("AWS SDK for JavaScript 2", "JavaScript", SDK_2, "aws-sdk-2.mjs", OF_AN_SDK),
)
