"""Clients for Python, each kind in an environment of its own, since they need different versions of botocore."""

from tests.clients.matrix.client import CHECKS, OF_LIBRARIES, PROGRAMS, Client
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
        run_command=("env", f"PYTHONPATH={PROGRAMS / 'support'}", "venv/bin/python", "{program}"),
    )


# What boto3 can show, and kin of it: all but what needs an endpoint or a consumer of its own.
OF_BOTO3 = tuple(name for name in CHECKS if name not in OF_LIBRARIES)

CLIENTS = (
    Client("boto3", "Python", _environment("boto3"), "program.py", OF_BOTO3),
    Client(
        "boto3, the last that calls SQS by the query protocol",
        "Python",
        _environment("boto3-query"),
        "program.py",
        OF_BOTO3,
        program_of="boto3",
    ),
    Client(
        "boto3, the oldest that runs with Python 3.11",
        "Python",
        _environment("boto3-oldest"),
        "program.py",
        tuple(name for name in OF_BOTO3 if name not in ("paginators", "topic batches")),
        program_of="boto3",
    ),
    Client("aioboto3", "Python", _environment("aioboto3"), "program.py", OF_BOTO3),
    Client("AWS CLI 1", "Python", _environment("aws-cli"), "program.py", OF_BOTO3),
    Client("Celery", "Python", _environment("celery"), "program.py", ("consumer",), services=("sqs",)),
    Client("dramatiq", "Python", _environment("dramatiq"), "program.py", ("consumer",), services=("sqs",)),
    Client(
        "aws-sns-message-validator",
        "Python",
        _environment("aws-sns-message-validator"),
        "program.py",
        ("signatures",),
        services=("sns",),
    ),
    Client(
        "aws-sns-verifier",
        "Python",
        _environment("aws-sns-verifier"),
        "program.py",
        ("signatures",),
        services=("sns",),
        options=("--signing-cert-host", "sns.us-east-1.amazonaws.com"),
    ),
    Client(
        "AWS Lambda Powertools",
        "Python",
        _environment("powertools"),
        "program.py",
        ("topics", "consumer"),
        services=("sqs", "sns", "lambda"),
    ),
    Client("sqs-workers", "Python", _environment("sqs-workers"), "program.py", ("consumer",), services=("sqs",)),
)
