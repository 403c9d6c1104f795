"""No operation of either service is without an action."""

from collections.abc import Mapping
from typing import Any

import pytest

import emulator.serving.app
import emulator.world.notifications  # noqa: F401 - importing them registers the actions of SQS and of SNS
from api_shapes import sns, sqs
from api_shapes.operation import Operation
from emulator.actions.registry import REGISTRY


@pytest.mark.parametrize(
    ("service", "operations"), [("sqs", sqs.OPERATIONS), ("sns", sns.OPERATIONS)], ids=["sqs", "sns"]
)
def test_every_operation_has_an_action(service: str, operations: Mapping[str, Operation[Any, Any]]) -> None:
    assert [name for name in operations if (service, name) not in REGISTRY] == []
