"""boto3 sessions and clients for tests.

Most of the time it takes to make a client goes into reading the service's model. All sessions made here share one
reader of models, so each is read once.
"""

from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.loaders import Loader

from api_shapes.operation import Service


@cache
def _loader() -> Loader:
    loader: Loader = botocore.session.Session().get_component("data_loader")
    return loader


def new_session() -> boto3.Session:
    """A session that takes its credentials and its region from the environment."""
    core = botocore.session.Session()
    core.register_component("data_loader", _loader())
    return boto3.Session(botocore_session=core)


def new_client(service: Service, *, account_id: str, region: str, endpoint: str | None) -> Any:
    """A boto3 client of ``account_id``; with no ``endpoint`` it calls AWS's own."""
    return new_session().client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=account_id,
        aws_secret_access_key="emulated",
    )
