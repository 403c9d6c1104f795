"""boto3 sessions and clients for tests.

Making a client takes most of its time for reading the service's model, and making a session for registering botocore's
own event handlers. So all sessions made here share one loader, which reads each model once, and start with copies of
handlers that were registered once.
"""

from copy import copy
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.hooks import HierarchicalEmitter
from botocore.loaders import Loader

from api_shapes.operation import Service


@cache
def _loader() -> Loader:
    loader: Loader = botocore.session.Session().get_component("data_loader")
    return loader


@cache
def _emitter() -> HierarchicalEmitter:
    """An event emitter with botocore's own handlers."""
    emitter = HierarchicalEmitter()
    botocore.session.Session(event_hooks=emitter)
    return emitter


def new_session() -> boto3.Session:
    """A session that takes its credentials and its region from the environment."""
    core = botocore.session.Session(event_hooks=copy(_emitter()), include_builtin_handlers=False)
    loader = _loader()
    core.register_component("data_loader", loader)
    session = boto3.Session(botocore_session=core)
    loader.search_paths[:] = dict.fromkeys(loader.search_paths)  # each boto3 session adds boto3's
    return session


def new_client(service: Service, *, account_id: str, region: str, endpoint: str | None) -> Any:
    """A boto3 client that acts as ``account_id``. Without ``endpoint`` it calls the endpoint of AWS."""
    return new_session().client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=account_id,
        aws_secret_access_key="emulated",
    )
