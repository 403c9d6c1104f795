from typing import Any

import pytest

from api_shapes.sns import CreateSMSSandboxPhoneNumberInput, VerifySMSSandboxPhoneNumberInput
from emulator.sns.actions.sms_sandbox import create_sms_sandbox_phone_number, verify_sms_sandbox_phone_number
from tests.actions.sns.local import local_context
from tests.sns.world import ACCOUNT, REGION

NUMBER = "+15550100"


def test_password_from_the_phone_verifies_the_number() -> None:
    ctx = local_context()
    create_sms_sandbox_phone_number(ctx, CreateSMSSandboxPhoneNumberInput(phone_number=NUMBER))
    phone = ctx.state.sms.of(ACCOUNT, REGION).sandbox.find(NUMBER)
    request = VerifySMSSandboxPhoneNumberInput(phone_number=NUMBER, one_time_password=phone.one_time_password)
    verify_sms_sandbox_phone_number(ctx, request)
    assert phone.status == "Verified"


def test_wrong_password_is_refused(sns: Any) -> None:
    sns.create_sms_sandbox_phone_number(PhoneNumber=NUMBER)
    with pytest.raises(sns.exceptions.VerificationException) as refused:
        sns.verify_sms_sandbox_phone_number(PhoneNumber=NUMBER, OneTimePassword="00000000")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"] == [{"PhoneNumber": NUMBER, "Status": "Pending"}]
