"""Clients for JavaScript and TypeScript."""

from tests.clients.matrix.client import OF_AN_SDK, Client
from tests.clients.toolchains import JAVASCRIPT, Toolchain

PACKAGES = ("package.json", "package-lock.json")
AWS_CERTIFICATE_HOST = ("--signing-cert-host", "sns.us-east-1.amazonaws.com")  # validators trust no other


def _packages(name: str, *files: str, run_command: tuple[str, ...] = JAVASCRIPT.run_command) -> Toolchain:
    """The packages of a folder, with other ``files`` that its programs import."""
    return Toolchain(
        f"matrix/{name}",
        tools=JAVASCRIPT.tools,
        files=(*PACKAGES, *files),
        fetch_commands=JAVASCRIPT.fetch_commands,
        run_command=run_command,
    )


def _shared(*modules: str) -> tuple[str, ...]:
    """Modules of the folder ``javascript``, which use no packages, as files of another one."""
    return tuple(f"../javascript/{module}" for module in modules)


SDK_3 = _packages("javascript", "support.mjs", "sdk.mjs", "sdk3.mjs", "queues.mjs", "webhook.mjs")
SDK_3_EARLY = _packages("javascript-early", *_shared("support.mjs", "sdk.mjs", "sdk3.mjs"))
SDK_2 = _packages("javascript-2", *_shared("support.mjs", "sdk.mjs"))
NESTJS = _packages(
    "nestjs",
    "tsconfig.json",
    *_shared("support.mjs", "queues.mjs"),
    run_command=("node", "--import", "tsx", "{program}"),
)

CLIENTS = (
    Client("AWS SDK for JavaScript 3", "JavaScript", SDK_3, "aws-sdk-3.mjs", OF_AN_SDK),
    Client("AWS SDK for JavaScript 3, early", "JavaScript", SDK_3_EARLY, "aws-sdk-3-early.mjs", OF_AN_SDK),
    Client("AWS SDK for JavaScript 2", "JavaScript", SDK_2, "aws-sdk-2.mjs", OF_AN_SDK),
    Client("sqs-consumer", "JavaScript", SDK_3, "sqs-consumer.mjs", ("consumer",), ("sqs",)),
    Client("sqs-producer", "JavaScript", SDK_3, "sqs-producer.mjs", ("messages", "batches"), ("sqs",)),
    Client("squiss-ts", "JavaScript", SDK_3, "squiss-ts.mjs", ("consumer",), ("sqs",)),
    Client("NestJS with @ssut/nestjs-sqs", "TypeScript", NESTJS, "nestjs-sqs.ts", ("consumer",), ("sqs",)),
    Client(
        "@aws-lambda-powertools/batch", "JavaScript", SDK_3, "powertools-batch.mjs", ("consumer",), ("sqs", "lambda")
    ),
    Client("sns-validator", "JavaScript", SDK_3, "sns-validator.mjs", ("signatures",), ("sns",), AWS_CERTIFICATE_HOST),
    Client(
        "sns-payload-validator",
        "JavaScript",
        SDK_3,
        "sns-payload-validator.mjs",
        ("signatures",),
        ("sns",),
        AWS_CERTIFICATE_HOST,
    ),
)
