"""Operations of AWS that have no action here: a list that can only become shorter."""

from collections.abc import Mapping
from typing import Any

import pytest

import emulator.app  # noqa: F401 - importing it registers the actions
from api_shapes import sns, sqs
from api_shapes.operation import Operation
from emulator.actions import REGISTRY

MISSING: Mapping[str, list[str]] = {
    "sqs": [],
    "sns": [
        "AddPermission",
        "CheckIfPhoneNumberIsOptedOut",
        "CreatePlatformApplication",
        "CreatePlatformEndpoint",
        "CreateSMSSandboxPhoneNumber",
        "DeleteEndpoint",
        "DeletePlatformApplication",
        "DeleteSMSSandboxPhoneNumber",
        "GetDataProtectionPolicy",
        "GetEndpointAttributes",
        "GetPlatformApplicationAttributes",
        "GetSMSAttributes",
        "GetSMSSandboxAccountStatus",
        "ListEndpointsByPlatformApplication",
        "ListOriginationNumbers",
        "ListPhoneNumbersOptedOut",
        "ListPlatformApplications",
        "ListSMSSandboxPhoneNumbers",
        "OptInPhoneNumber",
        "PutDataProtectionPolicy",
        "RemovePermission",
        "SetEndpointAttributes",
        "SetPlatformApplicationAttributes",
        "SetSMSAttributes",
        "VerifySMSSandboxPhoneNumber",
    ],
}


@pytest.mark.parametrize(("service", "operations"), [("sqs", sqs.OPERATIONS), ("sns", sns.OPERATIONS)])
def test_every_operation_but_the_listed_has_an_action(
    service: str, operations: Mapping[str, Operation[Any, Any]]
) -> None:
    missing = [name for name in operations if (service, name) not in REGISTRY]
    assert sorted(missing) == MISSING[service]
