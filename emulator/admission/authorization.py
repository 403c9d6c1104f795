"""What the policies of callers say of each call, where policies are enforced.

Queues and topics are looked at by their actions, which know the policy of the resource too. Here is what concerns
identities only: whom a request comes from, and calls that are about no queue or topic that exists.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from api_shapes.operation import Operation, Shape
from emulator.actions.context import ActionContext
from emulator.aws import access
from emulator.aws.arns import arn
from emulator.aws.errors import AccessDenied
from emulator.aws.identities import Identities
from emulator.aws.sns_errors import SnsAuthorizationError
from emulator.configuration.settings import Settings
from emulator.wire.call import Call
from emulator.wire.headers import source_ip_of

_LONGEST_VALUE = 2_048  # characters of a value that a caller chooses, and that policies look at

Resource = Callable[[Any, str, str], str | None]  # ARN by request, account and region; None: its action looks at it


class Authorization:
    def __init__(self, settings: Settings, identities: Identities) -> None:
        self._by_scheme = settings.secure_transport == "scheme"
        self._endpoint = {
            key: (value,)
            for key, value in {"aws:sourcevpce": settings.source_vpce, "aws:sourcevpc": settings.source_vpc}.items()
            if value is not None
        }
        self._identities = identities

    def access_of(self, call: Call) -> access.CallerAccess:
        """Who calls, and the way that the request came."""
        request, organizations = call.request, self._identities.organizations
        context: dict[str, tuple[str, ...]] = {
            "aws:vpcsourceip" if self._endpoint else "aws:sourceip": (source_ip_of(request),),
            "aws:viaawsservice": ("false",),
            **self._endpoint,
            **_tags_in(call.shape),
        }
        if self._by_scheme:
            context["aws:securetransport"] = ("true" if request.scheme == "https" else "false",)
        given = request.headers.get(b"user-agent"), request.headers.get(b"referer")
        for key, value in zip(("aws:useragent", "aws:referer"), given, strict=True):
            if value is not None:
                context[key] = (value.decode("latin-1")[:_LONGEST_VALUE],)
        return access.CallerAccess(self._identities.by_key.get(call.caller.access_key), context, organizations)

    def check(self, context: ActionContext[Any], operation: Operation[Any, Any], request: Shape) -> None:
        """Raise AWS's error for a call about no queue or topic that exists, if the policies of the caller say so."""
        caller = context.access
        if caller is None or caller.identity is None:
            return
        find = _RESOURCES.get((operation.service, operation.name)) or _RESOURCES.get((operation.service, None))
        resource = None if find is None else find(request, context.account, context.region)
        if resource is None:
            return
        service = "SNS" if operation.service == "sns" else operation.service
        action = f"{service}:{operation.name}"
        asked = access.call(
            account=context.account,
            region=context.region,
            action=action,
            resource=resource,
            now=context.clocks.now_of(context.account),
            caller=caller,
        )
        spelt = action.lower() if service == "sqs" else action
        refusal = access.why_refused(asked, caller, None, owner=True, owner_only=True, action=spelt)
        if refusal is not None:
            raise _ERRORS.get(operation.service, AccessDenied)(refusal)


_ERRORS: Mapping[str, type[AccessDenied | SnsAuthorizationError]] = {"sns": SnsAuthorizationError}


def _tags_in(request: Shape | None) -> dict[str, tuple[str, ...]]:
    """The condition keys of the tags that a request sets or removes."""
    given = getattr(request, "tags", None) or {}
    tags = given if isinstance(given, Mapping) else {tag.key: tag.value for tag in given}
    keys = (*tags, *(getattr(request, "tag_keys", None) or ()))
    context: dict[str, tuple[str, ...]] = {"aws:tagkeys": keys} if keys else {}
    return context | {f"aws:requesttag/{key.lower()}": (value,) for key, value in tags.items()}


# -- The resources ----------------------------------------------------------------------------


def _everything_of_sns(_: Any, account: str, region: str) -> str:
    return arn("sns", region, account, "*")


def _stack(request: Any, account: str, region: str) -> str:
    name = getattr(request, "stack_name", None)
    if name is not None and name.startswith("arn:"):
        return str(name)
    return arn("cloudformation", region, account, "*" if name is None else f"stack/{name}/*")


def _mapping(request: Any, account: str, region: str) -> str:
    """An event source mapping, or what the request tags."""
    tagged: str | None = getattr(request, "resource", None)
    return tagged or arn("lambda", region, account, f"event-source-mapping:{getattr(request, 'uuid', None) or '*'}")


def _phone(request: Any, _: str, __: str) -> str | None:
    number: str | None = request.phone_number
    return number


_OF_NO_TOPIC = (
    "CheckIfPhoneNumberIsOptedOut",
    "CreateSMSSandboxPhoneNumber",
    "DeleteSMSSandboxPhoneNumber",
    "GetSMSAttributes",
    "GetSMSSandboxAccountStatus",
    "ListOriginationNumbers",
    "ListPhoneNumbersOptedOut",
    "ListPlatformApplications",
    "ListSMSSandboxPhoneNumbers",
    "ListSubscriptions",
    "ListTopics",
    "OptInPhoneNumber",
    "SetSMSAttributes",
    "VerifySMSSandboxPhoneNumber",
)
# By service and operation; None stands for all other operations of the service.
_RESOURCES: Mapping[tuple[str, str | None], Resource] = {
    ("sqs", "CreateQueue"): lambda request, account, region: arn("sqs", region, account, request.queue_name),
    ("sqs", "ListQueues"): lambda _, account, region: arn("sqs", region, account, ""),
    **{("sns", name): _everything_of_sns for name in _OF_NO_TOPIC},
    ("sns", "CreateTopic"): lambda request, account, region: arn("sns", region, account, request.name),
    ("sns", "CreatePlatformApplication"): lambda request, account, region: arn(
        "sns", region, account, f"app/{request.platform}/{request.name}"
    ),
    ("sns", "Publish"): _phone,
    ("cloudformation", None): _stack,
    ("lambda", None): _mapping,
}
