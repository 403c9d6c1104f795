"""What AWS's errors look like to a caller."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError


class Refusal(NamedTuple):
    code: str
    message: str
    status: int = 400


def refusal(call: Callable[..., Any], **arguments: Any) -> Refusal:
    """The error that a client's method raises for these arguments."""
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    response = refused.value.response
    assert response["Error"]["Type"] == "Sender"
    return Refusal(
        response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]
    )


def invalid(parameter: str) -> Refusal:
    """The usual InvalidParameter."""
    return Refusal("InvalidParameter", f"Invalid parameter: {parameter}")


NO_TOPIC = Refusal("NotFound", "Topic does not exist", 404)
NO_SUBSCRIPTION = Refusal("NotFound", "Subscription does not exist", 404)
