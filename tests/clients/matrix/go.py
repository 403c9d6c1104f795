"""Clients for Go, in one module: ``go.mod`` names them all."""

from tests.clients.matrix.client import OF_AN_SDK, Client
from tests.clients.toolchains import Toolchain

PROGRAMS = Toolchain(
    "matrix/go-programs",
    tools=("go",),
    files=("go.mod", "go.sum", "checks/checks.go"),
    fetch_commands=(
        ("go", "mod", "download"),
        (
            *("go", "build", "./checks", "gocloud.dev/pubsub/awssnssqs", "github.com/aws/aws-sdk-go-v2/config"),
            *("github.com/aws/aws-sdk-go/service/sqs", "github.com/aws/aws-sdk-go/service/sns"),
        ),
    ),
    run_command=("go", "run", "{program}"),
)

CLIENTS = (
    Client("AWS SDK for Go v2", "Go", PROGRAMS, "sdk2.go", OF_AN_SDK),
    Client("AWS SDK for Go v1", "Go", PROGRAMS, "sdk1.go", OF_AN_SDK),
    Client(
        "gocloud.dev/pubsub",
        "Go",
        PROGRAMS,
        "cloud.go",
        ("long polling", "FIFO", "exceptions", "topics", "consumer"),
    ),
)
