"""boto3 clients for the tests: cheap to make, without retries, and for SQS in either protocol."""

from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
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
def session(protocol: str) -> boto3.Session:
    """One session serves all clients of a protocol: its models are read once."""
    core = botocore.session.Session()
    if protocol == "query":
        core.register_component("data_loader", QueryLoader())
    return boto3.Session(botocore_session=core)


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
