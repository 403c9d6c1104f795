"""The identities of the resources of a plan, and the values of expressions that lead to them."""

import re
from collections.abc import Iterator, Mapping
from hashlib import shake_256
from typing import Any, NamedTuple

from emulator.aws.arns import Arn, partition_of
from emulator.declared.declarations import Declarations
from emulator.declared.document import DocumentPath, Mistakes
from emulator.infrastructure.mappings import function_arn
from emulator.infrastructure.notices import NOT_EMULATED
from emulator.infrastructure.place import StackPlace
from emulator.infrastructure.terraform.plan import Plan, PlannedResource, WrittenResource
from emulator.infrastructure.terraform.references import Instance, References, Target, User
from emulator.infrastructure.terraform.scope import Scope
from emulator.sns.identity import TopicIdentity
from emulator.sns.identity import identity_of as topic_identity
from emulator.sqs.identity import QueueIdentity
from emulator.sqs.identity import identity_of as queue_identity
from emulator.sqs.queue_urls import parse_queue_url, queue_url
from emulator.sqs.queues import FIFO_SUFFIX

QUEUE, TOPIC = "aws_sqs_queue", "aws_sns_topic"

_GENERATED_CHARACTERS = 26
_DEAD_LETTERS = re.compile(r"dlq|dead", re.IGNORECASE)
# By type of resources that are not emulated: the service in their ARNs, how the resource part begins, and the attribute
# that has the name.
_ARNS: Mapping[str, tuple[str, str, str]] = {
    "aws_iam_policy": ("iam", "policy/", "name"),
    "aws_iam_role": ("iam", "role/", "name"),
    "aws_iam_user": ("iam", "user/", "name"),
    "aws_kinesis_firehose_delivery_stream": ("firehose", "deliverystream/", "name"),
    "aws_kms_key": ("kms", "key/", "key_id"),
    "aws_lambda_function": ("lambda", "function:", "function_name"),
    "aws_s3_bucket": ("s3", "", "bucket"),
    "aws_sns_platform_application": ("sns", "app/", "name"),
}
_WITHOUT_REGION, _WITHOUT_ACCOUNT = ("iam", "s3"), ("s3",)


class Used(NamedTuple):
    """An instance of a resource, with its configuration. ``path`` leads to its values."""

    scope: Scope
    resource: PlannedResource
    written: WrittenResource
    path: DocumentPath

    @property
    def user(self) -> User:
        return User(self.scope, self.resource.index, self.written.for_each_expression)


class Instances:
    """Resolves what the resources of one plan are, and what their expressions refer to."""

    def __init__(
        self, plan: Plan, file: str, place: StackPlace, declarations: Declarations, mistakes: Mistakes
    ) -> None:
        """``place`` is where resources are whose account or region the plan does not give."""
        self._plan = plan
        self._file = file
        self._place = place
        self._notices = declarations.notices
        self._mistakes = mistakes
        self._references = References({name: each.value for name, each in plan.variables.items()})

    def notice(self, used: Used, name: str, text: str) -> None:
        """Say in the log what could not be taken from the plan."""
        self._notices.append(f"{self._file}: {used.resource.address}.{name}: {text}")

    # -- Identities ---------------------------------------------------------------------------

    def queue(self, used: Used) -> QueueIdentity:
        account, region = self._account(used.resource), self._region(used.scope, used.resource)
        return queue_identity(self._name(used.resource, fifo="fifo_queue"), account, region)

    def topic(self, used: Used) -> TopicIdentity:
        account, region = self._account(used.resource), self._region(used.scope, used.resource)
        return topic_identity(self._name(used.resource, fifo="fifo_topic"), account, region)

    def principal(self, used: Used) -> tuple[str, str]:
        """The account and the name of a resource of IAM."""
        return self._account(used.resource), self._name(used.resource, fifo="")

    def _name(self, resource: PlannedResource, fifo: str) -> str:
        """The name, or one that begins with the prefix, and is the same in every run."""
        name = resource.values.get("name")
        if isinstance(name, str) and name:
            return name
        prefix = resource.values.get("name_prefix") or "terraform-"
        chance = shake_256(resource.address.encode()).hexdigest(_GENERATED_CHARACTERS // 2)
        return f"{prefix}{chance}{FIFO_SUFFIX if resource.values.get(fifo) is True else ''}"

    def _known_arn(self, resource: PlannedResource) -> Arn | None:
        arn = resource.values.get("arn")
        return Arn.parse(arn) if isinstance(arn, str) else None

    def _account(self, resource: PlannedResource) -> str:
        arn = self._known_arn(resource)
        return arn.account if arn is not None and arn.account else self._place.account

    def _region(self, scope: Scope, resource: PlannedResource) -> str:
        """The region of the resource, or of its provider."""
        given = resource.values.get("region")
        if isinstance(given, str) and given:
            return given
        arn = self._known_arn(resource)
        if arn is not None and arn.region:
            return arn.region
        provider = self._plan.configuration.provider_config.get(scope.written_of(resource).provider_config_key)
        if provider is not None:
            root = scope
            while root.parent is not None:
                root = root.parent
            found = self._references.targets(User(root), provider.expressions.get("region"))
            if len(found) == 1 and isinstance(found[0], str):
                return found[0]
        return self._place.region

    # -- Expressions ---------------------------------------------------------------------------

    def targets(self, used: Used, name: str) -> list[Target]:
        """What the expression of an attribute refers to."""
        return self._references.targets(used.user, used.written.expressions.get(name))

    def targets_of(self, user: User, expression: Any) -> list[Target]:
        """What any expression refers to."""
        return self._references.targets(user, expression)

    def values(self, used: Used, name: str) -> list[Any]:
        """The values to which an expression refers: constants, and attributes of resources."""
        return list(self.values_of(self.targets(used, name)))

    def values_of(self, targets: list[Target]) -> Iterator[Any]:
        """The values of targets; ARNs where an expression leaves open which attribute it means."""
        for each in targets:
            if isinstance(each, Instance):
                yield self._attribute(each)
            elif isinstance(each, str | int | float | list | dict):
                yield each

    def arn(self, used: Used, name: str, kinds: tuple[str, ...]) -> str | None:
        """The ARN, or any text, that an attribute has; ``kinds`` are the types to which its expression may refer.

        None if it cannot be found out, which is a mistake.
        """
        known = used.resource.values.get(name)
        if isinstance(known, str) and known:
            return known
        found = self.arns(used, name, kinds)
        likely = [each for each in found if not _DEAD_LETTERS.search(each)] if len(found) > 1 else found
        if len(likely) == 1:
            return likely[0]
        what = f"{', '.join(found)}" if found else "nothing that is in the plan"
        text = f"The value is not in the plan, and its expression refers to {what}: one thing is wanted."
        self._mistakes.add((*used.path, name), text)
        return None

    def dead_letter_queue(self, used: Used, name: str) -> str | None:
        """The ARN of the dead-letter queue to which the expression of a redrive policy refers; None: unknown."""
        found = self.arns(used, name, (QUEUE,))
        likely = [each for each in found if _DEAD_LETTERS.search(each)] if len(found) > 1 else found
        return likely[0] if len(likely) == 1 else None

    def arns(self, used: Used, name: str, kinds: tuple[str, ...]) -> list[str]:
        """The ARNs of all that the expression of an attribute refers to; if there are none, texts that could be one."""
        found, texts = [], []
        for each in self.targets(used, name):
            if isinstance(each, Instance) and (not kinds or each.resource.type in kinds):
                found.append(self.arn_of(each))
            elif isinstance(each, str) and (not kinds or each.startswith(("arn:", "http"))):
                texts.append(each)
        return list(dict.fromkeys(found or texts))

    def arn_of_url(self, used: Used, url: str) -> str:
        """The ARN of the queue that has a URL."""
        address = parse_queue_url(url)
        region = self._region(used.scope, used.resource)
        return queue_identity(address.name, address.account or self._place.account, region).arn

    def function_arn(self, used: Used, name: Any) -> Any:
        """The ARN of a function that is given by its name or its ARN."""
        return function_arn(name, self._account(used.resource), self._region(used.scope, used.resource))

    def arn_of(self, instance: Instance) -> str:
        """The ARN of a resource, also if it is not emulated."""
        resource = instance.resource
        used = Used(instance.scope, resource, instance.scope.written_of(resource), ())
        if resource.type == QUEUE:
            return self.queue(used).arn
        if resource.type == TOPIC:
            return self.topic(used).arn
        service = resource.type.removeprefix("aws_").partition("_")[0]
        service, prefix, attribute = _ARNS.get(resource.type, (service, "", "name"))
        name = resource.values.get(attribute) or f"{NOT_EMULATED}-{resource.name}"
        region = "" if service in _WITHOUT_REGION else self._region(instance.scope, resource)
        account = "" if service in _WITHOUT_ACCOUNT else self._account(resource)
        partition = partition_of(self._place.region)
        if service == "iam" and prefix:
            prefix = f"{prefix[:-1]}{resource.values.get('path') or '/'}"
        return f"arn:{partition}:{service}:{region}:{account}:{prefix}{name}"

    def _attribute(self, instance: Instance) -> Any:
        """The value of an attribute of a resource."""
        resource = instance.resource
        if resource.type == QUEUE and instance.attribute in ("id", "url"):
            arn = Arn.parse(self.arn_of(instance))
            assert arn is not None, "it is an ARN"
            return queue_url(self._place.endpoint, arn.account, arn.resource)
        if instance.attribute in ("", "arn") or (resource.type == TOPIC and instance.attribute == "id"):
            return self.arn_of(instance)
        if resource.type in (QUEUE, TOPIC) and instance.attribute == "name":
            return self.arn_of(instance).rpartition(":")[2]
        return f"{NOT_EMULATED}-{resource.name}"
