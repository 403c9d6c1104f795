from typing import Any

from botocore.exceptions import ClientError

from tests.account_clock import AccountClock
from tests.actions.sns.refusals import refusal

NUMBER = "+15550100"


def test_number_is_kept_for_a_day_after_an_attempt_to_verify_it(sns: Any, clock: AccountClock) -> None:
    sns.create_sms_sandbox_phone_number(PhoneNumber=NUMBER)
    assert isinstance(
        refused(sns.verify_sms_sandbox_phone_number, PhoneNumber=NUMBER, OneTimePassword="00000000"),
        sns.exceptions.VerificationException,
    )
    assert refusal(sns.delete_sms_sandbox_phone_number, PhoneNumber=NUMBER).code == "UserError"
    clock.advance(86_400)
    sns.delete_sms_sandbox_phone_number(PhoneNumber=NUMBER)


def refused(call: Any, **arguments: Any) -> ClientError | None:
    try:
        call(**arguments)
    except ClientError as error:
        return error
    return None
