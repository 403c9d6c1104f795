from typing import Any

import pytest

from api_shapes.sns import CreateSMSSandboxPhoneNumberInput
from emulator.aws.sns_errors import SnsOptedOut
from emulator.sns.actions.sms_sandbox import create_sms_sandbox_phone_number
from tests.actions.sns.local import local_context
from tests.actions.sns.refusals import Refusal, invalid, refusal
from tests.sns.world import ACCOUNT, REGION

LANGUAGES = (
    "en-US, en-GB, es-419, es-ES, de-DE, fr-CA, fr-FR, it-IT, ja-JP, pt-BR, kr-KR, zh-CN, zh-TW"  # as AWS spells them
)


def failed(value: str, member: str, *demands: str) -> Refusal:
    count = "1 validation error" if len(demands) == 1 else f"{len(demands)} validation errors"
    details = "; ".join(f"Value '{value}' at '{member}' failed to satisfy constraint: {demand}" for demand in demands)
    return Refusal("ValidationError", f"{count} detected: {details}")


PATTERN = r"Member must satisfy regular expression pattern: ^(\+[0-9]{8,}|[0-9]{0,9})$"
LENGTH = "Member must have length less than or equal to 20"


@pytest.mark.parametrize("number", ["+9411223344667788990", "123456789", "+15550100"])
def test_number_is_pending_at_first(sns: Any, number: str) -> None:
    answer = sns.create_sms_sandbox_phone_number(PhoneNumber=number)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {}
    assert sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"] == [{"PhoneNumber": number, "Status": "Pending"}]


@pytest.mark.parametrize("language", LANGUAGES.split(", "))
def test_password_comes_in_many_languages(sns: Any, language: str) -> None:
    sns.create_sms_sandbox_phone_number(PhoneNumber="+15550100", LanguageCode=language)


def test_other_languages_are_refused(sns: Any) -> None:
    answer = refusal(sns.create_sms_sandbox_phone_number, PhoneNumber="+15550100", LanguageCode="ko-KR")
    assert answer == failed("ko-KR", "languageCode", f"Member must satisfy enum value set: [{LANGUAGES}]")
    assert sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"] == []


@pytest.mark.parametrize(
    ("number", "demands"),
    [
        ("invalid phone number", (PATTERN,)),
        ("1234567890", (PATTERN,)),
        ("+94489347594376598435346594365943695348562987", (LENGTH,)),
        ("invalid phone number, and a long one", (LENGTH, PATTERN)),
    ],
)
def test_bad_number_is_refused(unchecked_sns: Any, number: str, demands: tuple[str, ...]) -> None:
    answer = refusal(unchecked_sns.create_sms_sandbox_phone_number, PhoneNumber=number)
    assert answer == failed(number, "phoneNumber", *demands)


def test_no_number_is_refused(sns: Any) -> None:
    assert refusal(sns.create_sms_sandbox_phone_number, PhoneNumber="") == invalid("PhoneNumber")


def test_eleventh_number_is_refused(sns: Any) -> None:
    for number in range(10):
        sns.create_sms_sandbox_phone_number(PhoneNumber=f"+1555010{number}")
    assert refusal(sns.create_sms_sandbox_phone_number, PhoneNumber="+15559999").code == "UserError"
    assert len(sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"]) == 10


def test_number_that_opted_out_is_refused() -> None:
    ctx = local_context()
    ctx.state.sms.of(ACCOUNT, REGION).opt_outs.opt_out("+15550100")
    with pytest.raises(SnsOptedOut):
        create_sms_sandbox_phone_number(ctx, CreateSMSSandboxPhoneNumberInput(phone_number="+15550100"))
