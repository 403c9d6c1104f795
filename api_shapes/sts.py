"""AWS STS, as far as it is emulated: the one operation by which a client learns whose credentials it has.

Written by hand, unlike the other modules of services. A test compares it with botocore's model.
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from typing import Any

from api_shapes.operation import Operation, Shape

API_VERSION = "2011-06-15"
XML_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


class GetCallerIdentityRequest(Shape, kw_only=True):
    pass


class GetCallerIdentityResponse(Shape, kw_only=True):
    user_id: str | None = None
    account: str | None = None
    arn: str | None = None


GET_CALLER_IDENTITY = Operation("sts", "GetCallerIdentity", GetCallerIdentityRequest, GetCallerIdentityResponse, ())

OPERATIONS: dict[str, Operation[Any, Any]] = {"GetCallerIdentity": GET_CALLER_IDENTITY}
