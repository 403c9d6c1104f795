"""The endpoint of a run, and its credentials."""

import botocore.session
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session

from emulator.conformance.connection import Connection, EndpointError, http_session
from emulator.conformance.protocols import Service

_DEFAULT_REGION = "us-east-1"
_ANY = Credentials("test", "test")  # for an endpoint other than AWS, if none are configured
_SERVICES: tuple[Service, ...] = ("sqs", "sns")


def connection_to(endpoint_url: str | None, region: str | None, max_requests: int) -> Connection:
    """A connection to an endpoint, or to AWS without one. Raises EndpointError if AWS needs credentials and there are
    none.
    """
    session = botocore.session.Session()
    chosen = region or session.get_config_variable("region") or _DEFAULT_REGION
    try:
        credentials = session.get_credentials()
    except BotoCoreError as error:
        raise EndpointError(f"the credentials cannot be read: {error}") from error
    if endpoint_url is not None:
        urls = dict.fromkeys(_SERVICES, endpoint_url)
        return Connection(urls, chosen, credentials or _ANY, max_requests, _http_session(session))
    if credentials is None:
        raise EndpointError("there are no credentials for AWS: see https://docs.aws.amazon.com/cli/latest/userguide/.")
    resolver = session.get_component("endpoint_resolver")
    hosts = {service: resolver.construct_endpoint(service, chosen)["hostname"] for service in _SERVICES}
    urls = {service: f"https://{host}" for service, host in hosts.items()}
    return Connection(urls, chosen, credentials, max_requests, _http_session(session))


def _http_session(session: botocore.session.Session) -> URLLib3Session:
    """A session that trusts the CAs that every SDK trusts, or those of AWS_CA_BUNDLE."""
    return http_session(session.get_config_variable("ca_bundle") or True)
