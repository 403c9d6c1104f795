"""Clients for Python, each kind in an environment of its own, since they need different versions of botocore."""

from tests.clients.matrix.client import OF_AN_SDK, Client
from tests.clients.toolchains import Toolchain


def _environment(name: str) -> Toolchain:
    """An environment with what the file ``requirements.txt`` of the folder names."""
    return Toolchain(
        f"matrix/{name}",
        tools=("python3",),
        files=("requirements.txt",),
        fetch_commands=(
            ("python3", "-m", "venv", "venv"),
            ("venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", "requirements.txt"),
        ),
        run_command=("venv/bin/python", "{program}"),
    )


BOTO3 = _environment("boto3")

CLIENTS = (
    Client(
        "boto3",
        "Python",
        BOTO3,
        "program.py",
        OF_AN_SDK,
    ),
)
