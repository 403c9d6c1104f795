from typing import Any

from api_shapes.sns import OptInPhoneNumberInput
from emulator.sns.actions.sms import opt_in_phone_number
from tests.actions.sns.local import local_context
from tests.actions.sns.refusals import invalid, refusal
from tests.sns.world import ACCOUNT, REGION


def test_number_that_never_opted_out_is_fine(sns: Any) -> None:
    answer = sns.opt_in_phone_number(phoneNumber="+15550100")
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {}


def test_number_is_no_longer_opted_out() -> None:
    ctx = local_context()
    opt_outs = ctx.state.sms.of(ACCOUNT, REGION).opt_outs
    opt_outs.opt_out("+15550100")
    opt_in_phone_number(ctx, OptInPhoneNumberInput(phone_number="+15550100"))
    assert "+15550100" not in opt_outs


def test_bad_number_is_refused(sns: Any) -> None:
    answer = refusal(sns.opt_in_phone_number, phoneNumber="+94123456789x")
    assert answer == invalid("PhoneNumber Reason: input incorrectly formatted")
