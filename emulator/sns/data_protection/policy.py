"""Data protection policies: the language, and the errors of setting one.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-policies.html
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Literal

from msgspec import Struct

from emulator.aws.arns import Arn
from emulator.aws.limits import (
    CUSTOM_DATA_IDENTIFIER_NAME_LENGTH,
    CUSTOM_DATA_IDENTIFIER_REGEX_LENGTH,
    CUSTOM_DATA_IDENTIFIERS_MAX,
    DATA_PROTECTION_POLICY_LENGTH,
)
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.data_protection.identifiers import MANAGED_IDENTIFIERS
from emulator.sns.json_document import JsonError, parse_object

PARAMETER = "DataProtectionPolicy"

Direction = Literal["Inbound", "Outbound"]
Fields = dict[str, object]

_VERSION = "2021-06-01"
_MANAGED_IDENTIFIER = re.compile(r"arn:aws[a-z-]*:dataprotection:[a-z0-9-]*:(?:aws)?:data-identifier/([A-Za-z-]+)")
_CUSTOM_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{CUSTOM_DATA_IDENTIFIER_NAME_LENGTH}}}")
_LOG_GROUP = re.compile(r"/aws/vendedlogs/.+")
_SAMPLE_RATE = re.compile(r"[0-9]{1,2}")
_ACCOUNT = re.compile(r"[0-9]{12}")
_MASK = re.compile(r"[A-Za-z0-9 *!$%&()+,\-./\\#:;=<>@\[\]^_`|~]")
_EVERYONE = "*"


class Audit(Struct, frozen=True):
    """Findings are logged. ``findings`` and ``no_findings`` say whether messages with and without findings have a
    destination.
    """

    sampled: bool
    findings: bool
    no_findings: bool


class Deidentify(Struct, frozen=True):
    """Each sensitive character is replaced by ``mask``; None removes it."""

    mask: str | None


class Deny(Struct, frozen=True):
    """The message is refused."""


Operation = Audit | Deidentify | Deny


class Statement(Struct, frozen=True):
    direction: Direction
    accounts: frozenset[str] | None  # accounts whose principals the statement is about; None: all
    identifiers: tuple[str, ...]
    operation: Operation

    def concerns(self, direction: Direction, account: str) -> bool:
        return self.direction == direction and (self.accounts is None or account in self.accounts)


def parse_policy(text: str) -> tuple[Statement, ...]:
    """The statements of the policy in ``text``. InvalidParameter if AWS refuses the policy."""
    if len(text) > DATA_PROTECTION_POLICY_LENGTH:
        raise _invalid(f"must be at most {DATA_PROTECTION_POLICY_LENGTH} characters long")
    try:
        document = parse_object(text)
    except JsonError as error:
        raise _invalid(f"failed to parse JSON. {error.detail}") from error
    _check_elements(
        document, "Policy", required=("Name", "Version", "Statement"), optional=("Description", "Configuration")
    )
    if not isinstance(document["Name"], str) or not document["Name"]:
        raise _invalid("Policy Name must be a non-empty string")
    if not isinstance(document.get("Description", ""), str):
        raise _invalid("Policy Description must be a string")
    if document["Version"] != _VERSION:
        raise _invalid(f"Policy Version must be {_VERSION}")
    custom = _custom_identifiers(document.get("Configuration", {}))
    statements = tuple(_statement(block, custom) for block in _list(document["Statement"], "Policy Statement"))
    if sum(isinstance(statement.operation, Audit) for statement in statements) > 1:
        raise _invalid("Policy can have only one Audit statement")
    return statements


def _custom_identifiers(configuration: object) -> list[str]:
    """The names of the identifiers that the policy itself defines."""
    fields = _object(configuration, "Policy Configuration")
    _check_elements(fields, "Policy Configuration", optional=("CustomDataIdentifier",))
    entries = fields.get("CustomDataIdentifier", [])
    if not isinstance(entries, list) or len(entries) > CUSTOM_DATA_IDENTIFIERS_MAX:
        raise _invalid(f"CustomDataIdentifier must be a list of at most {CUSTOM_DATA_IDENTIFIERS_MAX} identifiers")
    names = []
    for entry in entries:
        identifier = _object(entry, "CustomDataIdentifier")
        _check_elements(identifier, "CustomDataIdentifier", required=("Name", "Regex"))
        name, regex = identifier["Name"], identifier["Regex"]
        if not isinstance(name, str) or not _CUSTOM_NAME.fullmatch(name) or name in MANAGED_IDENTIFIERS:
            raise _invalid(f"CustomDataIdentifier Name {name} is invalid")
        if not isinstance(regex, str) or not 0 < len(regex) <= CUSTOM_DATA_IDENTIFIER_REGEX_LENGTH:
            raise _invalid(f"CustomDataIdentifier Regex of {name} is invalid")
        names.append(name)
    return names


def _statement(block: object, custom: Collection[str]) -> Statement:
    fields = _object(block, "Statement")
    _check_elements(
        fields,
        "Statement",
        required=("DataDirection", "Principal", "DataIdentifier", "Operation"),
        optional=("Sid",),
    )
    if not isinstance(fields.get("Sid", ""), str):
        raise _invalid("Statement Sid must be a string")
    statement = Statement(
        _direction(fields["DataDirection"]),
        _accounts(_list(fields["Principal"], "Statement Principal")),
        tuple(_identifier(name, custom) for name in _list(fields["DataIdentifier"], "Statement DataIdentifier")),
        _operation(fields["Operation"]),
    )
    if isinstance(statement.operation, Audit) and statement.direction == "Outbound":
        raise _invalid("Audit operation is only supported for Inbound DataDirection")
    return statement


def _direction(value: object) -> Direction:
    if value == "Inbound":
        return "Inbound"
    if value == "Outbound":
        return "Outbound"
    raise _invalid("Statement DataDirection must be either Inbound or Outbound")


def _accounts(principals: list[object]) -> frozenset[str] | None:
    """The accounts of the principals; None if one of them is ``*``."""
    accounts = frozenset(_account(principal) for principal in principals)
    return None if _EVERYONE in accounts else accounts


def _account(principal: object) -> str:
    if isinstance(principal, str):
        if principal == _EVERYONE or _ACCOUNT.fullmatch(principal):
            return principal
        arn = Arn.parse(principal)
        if arn is not None and arn.service in ("iam", "sts") and _ACCOUNT.fullmatch(arn.account):
            return arn.account
    raise _invalid(f"Statement Principal {principal} is invalid")


def _identifier(value: object, custom: Collection[str]) -> str:
    """The name of an identifier: a managed one, whose ARN may contain a region, or one that the policy defines."""
    if isinstance(value, str):
        if value in custom:
            return value
        managed = _MANAGED_IDENTIFIER.fullmatch(value)
        if managed is not None and managed[1] in MANAGED_IDENTIFIERS:
            return managed[1]
    raise _invalid(f"Statement DataIdentifier {value} is invalid")


def _operation(value: object) -> Operation:
    fields = _object(value, "Statement Operation")
    if len(fields) != 1 or not fields.keys() <= _OPERATIONS.keys():
        raise _invalid("Statement Operation must be one of Audit, Deidentify or Deny")
    ((name, content),) = fields.items()
    return _OPERATIONS[name](_object(content, name))


def _audit(fields: Fields) -> Audit:
    destinations = ("FindingsDestination", "NoFindingsDestination")
    _check_elements(fields, "Audit", required=("SampleRate",), optional=destinations)
    rate = str(fields["SampleRate"])
    if isinstance(fields["SampleRate"], bool) or not _SAMPLE_RATE.fullmatch(rate):
        raise _invalid("Audit SampleRate must be an integer between 0-99")
    given = [name for name in destinations if name in fields]
    if not given:
        raise _invalid("Audit must have a FindingsDestination or a NoFindingsDestination")
    for name in given:
        _check_destination(_object(fields[name], name), name)
    return Audit(int(rate) > 0, *(name in given for name in destinations))


def _check_destination(fields: Fields, name: str) -> None:
    _check_elements(fields, name, optional=tuple(_DESTINATIONS))
    for service, content in fields.items():
        key, pattern = _DESTINATIONS[service]
        target = _object(content, service)
        _check_elements(target, service, required=(key,))
        if not isinstance(target[key], str) or not pattern.fullmatch(str(target[key])):
            raise _invalid(f"{service} {key} is invalid")


def _deidentify(fields: Fields) -> Deidentify:
    if len(fields) != 1:
        raise _invalid("Deidentify must have either a MaskConfig or a RedactConfig")
    _check_elements(fields, "Deidentify", optional=("MaskConfig", "RedactConfig"))
    if "RedactConfig" in fields:
        _check_elements(_object(fields["RedactConfig"], "RedactConfig"), "RedactConfig")
        return Deidentify(None)
    mask_config = _object(fields["MaskConfig"], "MaskConfig")
    _check_elements(mask_config, "MaskConfig", required=("MaskWithCharacter",))
    mask = mask_config["MaskWithCharacter"]
    if not isinstance(mask, str) or not _MASK.fullmatch(mask):
        raise _invalid("MaskConfig MaskWithCharacter is not a supported character")
    return Deidentify(mask)


def _deny(fields: Fields) -> Deny:
    _check_elements(fields, "Deny")
    return Deny()


_OPERATIONS: Mapping[str, Callable[[Fields], Operation]] = {"Audit": _audit, "Deidentify": _deidentify, "Deny": _deny}
_DESTINATIONS: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "CloudWatchLogs": ("LogGroup", _LOG_GROUP),
    "Firehose": ("DeliveryStream", re.compile(r".+")),
    "S3": ("Bucket", re.compile(r".+")),
}


def _object(value: object, name: str) -> Fields:
    if not isinstance(value, dict):
        raise _invalid(f"{name} must be a JSON object")
    return value


def _list(value: object, name: str) -> list[object]:
    if not isinstance(value, list) or not value:
        raise _invalid(f"{name} must be a non-empty list")
    return value


def _check_elements(
    fields: Fields, name: str, *, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()
) -> None:
    for element in required:
        if element not in fields:
            raise _invalid(f"{name} must have a {element}")
    for element in fields:
        if element not in required and element not in optional:
            raise _invalid(f"{name} has an unknown element {element}")


def _invalid(reason: str) -> SnsInvalidParameter:
    return SnsInvalidParameter.of(PARAMETER, reason)
