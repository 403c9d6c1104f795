from typing import Any

from api_shapes.sns import GetSMSSandboxAccountStatusInput
from emulator.sns.actions.sms_sandbox import get_sms_sandbox_account_status
from tests.actions.sns.local import local_context
from tests.sns.world import ACCOUNT, REGION


def test_accounts_are_outside_the_sandbox(sns: Any) -> None:
    answer = sns.get_sms_sandbox_account_status()
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {"IsInSandbox": False}


def test_account_can_be_put_into_it() -> None:
    ctx = local_context()
    ctx.state.sms.of(ACCOUNT, REGION).sandbox.confine(True)
    assert get_sms_sandbox_account_status(ctx, GetSMSSandboxAccountStatusInput()).is_in_sandbox is True
