"""AWS STS, as far as it is emulated: whose credentials a client has, and temporary ones.

Written by hand, unlike the other modules of services. A test compares it with botocore's model.
https://docs.aws.amazon.com/STS/latest/APIReference/
"""

from datetime import datetime
from typing import Any

from msgspec import field

from api_shapes.operation import Operation, Shape

API_VERSION = "2011-06-15"
XML_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


class GetCallerIdentityRequest(Shape, kw_only=True):
    pass


class GetCallerIdentityResponse(Shape, kw_only=True):
    user_id: str | None = None
    account: str | None = None
    arn: str | None = None


class PolicyDescriptor(Shape, kw_only=True):
    arn: str | None = field(name="arn", default=None)


class Tag(Shape, kw_only=True):
    key: str
    value: str


class ProvidedContext(Shape, kw_only=True):
    provider_arn: str | None = None
    context_assertion: str | None = None


class AssumeRoleRequest(Shape, kw_only=True):
    role_arn: str
    role_session_name: str
    policy_arns: list[PolicyDescriptor] | None = None
    policy: str | None = None
    duration_seconds: int | None = None
    tags: list[Tag] | None = None
    transitive_tag_keys: list[str] | None = None
    external_id: str | None = None
    serial_number: str | None = None
    token_code: str | None = None
    source_identity: str | None = None
    provided_contexts: list[ProvidedContext] | None = None


class Credentials(Shape, kw_only=True):
    access_key_id: str
    secret_access_key: str
    session_token: str
    expiration: datetime


class AssumedRoleUser(Shape, kw_only=True):
    assumed_role_id: str
    arn: str


class AssumeRoleResponse(Shape, kw_only=True):
    credentials: Credentials | None = None
    assumed_role_user: AssumedRoleUser | None = None
    packed_policy_size: int | None = None
    source_identity: str | None = None


class GetSessionTokenRequest(Shape, kw_only=True):
    duration_seconds: int | None = None
    serial_number: str | None = None
    token_code: str | None = None


class GetSessionTokenResponse(Shape, kw_only=True):
    credentials: Credentials | None = None


GET_CALLER_IDENTITY = Operation("sts", "GetCallerIdentity", GetCallerIdentityRequest, GetCallerIdentityResponse, ())

ASSUME_ROLE = Operation(
    "sts",
    "AssumeRole",
    AssumeRoleRequest,
    AssumeRoleResponse,
    ("MalformedPolicyDocumentException", "PackedPolicyTooLargeException", "RegionDisabledException"),
)
GET_SESSION_TOKEN = Operation(
    "sts", "GetSessionToken", GetSessionTokenRequest, GetSessionTokenResponse, ("RegionDisabledException",)
)

OPERATIONS: dict[str, Operation[Any, Any]] = {
    each.name: each for each in (ASSUME_ROLE, GET_CALLER_IDENTITY, GET_SESSION_TOKEN)
}
