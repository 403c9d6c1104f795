"""Which endpoint a run is about, and with which credentials."""

import botocore.session
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError

from emulator.conformance.connection import Connection, EndpointError
from emulator.conformance.protocols import Service

_DEFAULT_REGION = "us-east-1"
_ANY = Credentials("test", "test")  # for an endpoint that is not AWS, where none are configured
_SERVICES: tuple[Service, ...] = ("sqs", "sns")


def connection_to(endpoint_url: str | None, region: str | None, max_requests: int) -> Connection:
    """A connection to an endpoint, or without one to AWS; EndpointError where there are no credentials for that."""
    session = botocore.session.Session()
    chosen = region or session.get_config_variable("region") or _DEFAULT_REGION
    try:
        credentials = session.get_credentials()
    except BotoCoreError as error:
        raise EndpointError(f"the credentials cannot be read: {error}") from error
    if endpoint_url is not None:
        return Connection(dict.fromkeys(_SERVICES, endpoint_url), chosen, credentials or _ANY, max_requests)
    if credentials is None:
        raise EndpointError("there are no credentials for AWS: see https://docs.aws.amazon.com/cli/latest/userguide/.")
    resolver = session.get_component("endpoint_resolver")
    hosts = {service: resolver.construct_endpoint(service, chosen)["hostname"] for service in _SERVICES}
    return Connection(
        {service: f"https://{host}" for service, host in hosts.items()}, chosen, credentials, max_requests
    )
