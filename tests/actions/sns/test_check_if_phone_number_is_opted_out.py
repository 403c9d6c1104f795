from typing import Any

import pytest

from api_shapes.sns import CheckIfPhoneNumberIsOptedOutInput
from emulator.sns.actions.sms import check_if_phone_number_is_opted_out
from tests.actions.sns.local import local_context
from tests.actions.sns.refusals import invalid, refusal
from tests.sns.world import ACCOUNT, REGION


def test_number_whose_owner_opted_out_is_opted_out() -> None:
    ctx = local_context()
    ctx.state.sms.of(ACCOUNT, REGION).opt_outs.opt_out("+15550100")
    for number, opted_out in (("+15550100", True), ("+15550101", False)):
        answer = check_if_phone_number_is_opted_out(ctx, CheckIfPhoneNumberIsOptedOutInput(phone_number=number))
        assert answer.is_opted_out is opted_out


@pytest.mark.parametrize("number", ["", "+94123456789x", "phone"])
def test_bad_number_is_refused(sns: Any, number: str) -> None:
    answer = refusal(sns.check_if_phone_number_is_opted_out, phoneNumber=number)
    assert answer == invalid("PhoneNumber Reason: input incorrectly formatted")
