"""Clients for PHP, from packages of Debian."""

from tests.clients.matrix.client import OF_AN_SDK, Client
from tests.clients.toolchains import Toolchain

PROGRAMS = Toolchain(
    "matrix/php-programs",
    tools=("dpkg-query", "php"),
    files=("checks.php",),
    fetch_commands=(),
    run_command=("php", "{program}"),
    packages=(
        "php-async-aws-sns",
        "php-async-aws-sqs",
        "php-symfony-amazon-sqs-messenger",
        "php-symfony-event-dispatcher",
        "php-symfony-http-client",
    ),
)

CLIENTS = (
    Client("AsyncAws", "PHP", PROGRAMS, "asyncaws.php", OF_AN_SDK),
    Client("Symfony Messenger", "PHP", PROGRAMS, "messenger.php", ("consumer",), services=("sqs",)),
)
