from typing import Any

from botocore.exceptions import ClientError

from tests.account_clock import AccountClock
from tests.actions.sns.refusals import refusal

NUMBER = "+15550100"


def test_pending_number_is_deleted(sns: Any) -> None:
    sns.create_sms_sandbox_phone_number(PhoneNumber=NUMBER)
    answer = sns.delete_sms_sandbox_phone_number(PhoneNumber=NUMBER)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {}
    assert sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"] == []


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


def test_unknown_number_is_not_found(sns: Any) -> None:
    answer = refusal(sns.delete_sms_sandbox_phone_number, PhoneNumber=NUMBER)
    assert (answer.code, answer.status) == ("ResourceNotFound", 404)


def test_bad_number_is_refused(unchecked_sns: Any) -> None:
    assert refusal(unchecked_sns.delete_sms_sandbox_phone_number, PhoneNumber="x").code == "ValidationError"
