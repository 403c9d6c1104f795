"""boto3 sessions and clients for tests.

Making the first client of a session takes most of its time for reading the service's model, and making a session for
registering botocore's own event handlers. So all sessions of a test, also those that it makes itself, share the models
that were read, and those made here start with copies of handlers that were registered once.
"""

from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any, Literal

import boto3
import botocore.session
from botocore.hooks import HierarchicalEmitter
from botocore.loaders import Loader

from api_shapes.operation import Service

_models: dict[tuple[str, ...], dict[Any, Any]] = {}  # what loaders have read, by the folders in which they look


class SharingLoader(Loader):  # type: ignore[misc]  # botocore has no types
    """Reads what no other loader with the same folders has read. A session can still add folders of its own."""

    @property
    def _cache(self) -> dict[Any, Any]:
        return _models.setdefault((*self.search_paths, *self.extras_types), {})

    @_cache.setter
    def _cache(self, _: dict[Any, Any]) -> None:
        """The loader begins with what there is."""


def share_models() -> Callable[[], None]:
    """Let sessions share models from now on. Returns a function to undo it."""
    before = botocore.session.create_loader

    def create_loader(search_path_string: str | None = None) -> Loader:
        return before(search_path_string) if search_path_string else SharingLoader()

    botocore.session.create_loader = create_loader

    def undo() -> None:
        botocore.session.create_loader = before

    return undo


@cache
def _emitter() -> HierarchicalEmitter:
    """An event emitter with botocore's own handlers."""
    emitter = HierarchicalEmitter()
    botocore.session.Session(event_hooks=emitter)
    return emitter


def new_session() -> boto3.Session:
    """A session that takes its credentials and its region from the environment."""
    core = botocore.session.Session(event_hooks=copy(_emitter()), include_builtin_handlers=False)
    return boto3.Session(botocore_session=core)


def new_client(service: "Service | Literal['lambda']", *, account_id: str, region: str, endpoint: str | None) -> Any:
    """A boto3 client that acts as ``account_id``. Without ``endpoint`` it calls the endpoint of AWS."""
    return new_session().client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=account_id,
        aws_secret_access_key="emulated",
    )
