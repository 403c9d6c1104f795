"""boto3 clients for the tests: cheap to make, without retries, and for SQS in either protocol."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.loaders import Loader

from emulator.conformance.models import query_description
from tests import patience

REGION = "us-east-1"
ACCOUNT = "000000000000"

CONFIG = Config(retries={"total_max_attempts": 1}, read_timeout=patience.SECONDS, connect_timeout=patience.SECONDS)


@cache
def _sqs_of_the_query_protocol() -> dict[str, Any]:
    """Read once, as botocore's own loader does with every model."""
    return query_description("sqs")


class QueryLoader(Loader):
    """Loads SQS as it was modeled while its SDKs spoke the query protocol."""

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        if (service_name, type_name) == ("sqs", "service-2"):
            return _sqs_of_the_query_protocol()
        return super().load_service_model(service_name, type_name, api_version)


@cache
def _loader(protocol: str) -> Loader:
    """Of a protocol there is one: each model is read once."""
    return QueryLoader() if protocol == "query" else Loader()


def _core(protocol: str) -> botocore.session.Session:
    core = botocore.session.Session()
    core.register_component("data_loader", _loader(protocol))
    return core


@cache
def session(protocol: str) -> boto3.Session:
    """One session serves all clients of a protocol."""
    return boto3.Session(botocore_session=_core(protocol))


def client(service: str, endpoint: str, *, account: str = ACCOUNT, region: str = REGION, protocol: str = "json") -> Any:
    """A client that belongs to ``account``; ``protocol`` matters to SQS only."""
    return session(protocol).client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="any",
        config=CONFIG,
    )


def client_of_the_test(service: str, endpoint: str, account: str, protocol: str = "json") -> Any:
    """The one client of the process for this service, endpoint and protocol, which belongs to ``account`` from now on.

    Making a client takes longer than most tests. Handlers are registered with ``handling``, as later tests use it too.
    """
    shared, credentials = _shared(service, endpoint, protocol)
    credentials.access_key = account
    return shared


@cache
def _shared(service: str, endpoint: str, protocol: str) -> tuple[Any, Credentials]:
    core = _core(protocol)
    core.set_credentials(ACCOUNT, "any")
    shared = boto3.Session(botocore_session=core).client(
        service, endpoint_url=endpoint, region_name=REGION, config=CONFIG
    )
    return shared, core.get_credentials()


@contextmanager
def handling(client: Any, event: str, handler: Callable[..., Any]) -> Iterator[None]:
    """``handler`` is registered with ``client`` within the block."""
    client.meta.events.register(event, handler)
    try:
        yield
    finally:
        client.meta.events.unregister(event, handler)
