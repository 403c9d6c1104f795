"""The AWS environment variables of a test: endpoint, credentials and region.

Everything that could lead an SDK to real AWS is removed during the test: profiles and configuration files, endpoints of
single services, and all other sources of credentials.
"""

import os
from collections.abc import Callable, Mapping
from importlib.util import find_spec

_REMOVED = (
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
# The endpoint that child processes get if the emulator is inside this process. They cannot reach it; the name says why.
IN_PROCESS_HOST = "in-process.emulator.invalid"
IN_PROCESS_URL = f"http://{IN_PROCESS_HOST}"

_ENDPOINTS = "AWS_ENDPOINT_URL"  # and the variables that begin with it, one for each service
_NO_PROXY = ("NO_PROXY", "no_proxy")
_LOCAL = "127.0.0.1,localhost"

Environment = Mapping[str, str | None]  # variables by name; None: not set
Undo = Callable[[], None]


def aws_environment(account_id: str, region: str, endpoint: str | None) -> Environment:
    """The variables with which SDKs act as ``account_id``, at ``endpoint`` or (None) inside this process."""
    changes: dict[str, str | None] = dict.fromkeys(_REMOVED)
    changes |= dict.fromkeys(name for name in os.environ if name.startswith(_ENDPOINTS))
    changes |= {
        "AWS_ACCESS_KEY_ID": account_id,  # an access key of twelve digits is an account id for the emulator
        "AWS_SECRET_ACCESS_KEY": "emulated",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        _ENDPOINTS: IN_PROCESS_URL if endpoint is None else endpoint,
    }
    hosts = IN_PROCESS_HOST if endpoint is None else _LOCAL
    return changes | {name: ",".join(filter(None, (os.environ.get(name), hosts))) for name in _NO_PROXY}


def change_environment(changes: Environment) -> Environment:
    """Set and remove environment variables. Returns the changes that undo it."""
    before = {name: os.environ.get(name) for name in changes}
    for name, value in changes.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    return before


def replace_default_session() -> Undo:
    """Give ``boto3.client`` a new default session, if boto3 is installed. Returns a function to undo it.

    The old session would use credentials from before the test, and the session of the test must not be used after it.
    All sessions that are made meanwhile read each model once.
    """
    if find_spec("boto3") is None:
        return lambda: None
    import boto3

    from emulator.testing.clients import new_session, share_models

    before, share_no_more = boto3.DEFAULT_SESSION, share_models()
    boto3.DEFAULT_SESSION = new_session()

    def restore() -> None:
        boto3.DEFAULT_SESSION = before
        share_no_more()

    return restore
