"""Actions on the SMS sandbox."""

from api_shapes import sns
from emulator.actions.registry import action
from emulator.aws.limits import LIST_PAGE
from emulator.aws.sns_errors import SnsInvalidParameter, SnsOptedOut
from emulator.sns.actions.addressing import SnsContext
from emulator.sns.constraints import check
from emulator.sns.pages import page
from emulator.sns.sms import SmsAccount


@action(sns.CREATE_SMS_SANDBOX_PHONE_NUMBER)
def create_sms_sandbox_phone_number(
    ctx: SnsContext, request: sns.CreateSMSSandboxPhoneNumberInput
) -> sns.CreateSMSSandboxPhoneNumberResult:
    """https://docs.aws.amazon.com/sns/latest/api/API_CreateSMSSandboxPhoneNumber.html"""
    number = _checked_number(request.phone_number)
    if request.language_code is not None:
        check("languageCode", request.language_code, "LanguageCodeString")
    sms = _sms(ctx)
    if number in sms.opt_outs:
        raise SnsOptedOut(f"{number} has opted out of receiving messages")
    sms.sandbox.add(number, _now(ctx))
    return sns.CreateSMSSandboxPhoneNumberResult()


@action(sns.VERIFY_SMS_SANDBOX_PHONE_NUMBER)
def verify_sms_sandbox_phone_number(
    ctx: SnsContext, request: sns.VerifySMSSandboxPhoneNumberInput
) -> sns.VerifySMSSandboxPhoneNumberResult:
    """https://docs.aws.amazon.com/sns/latest/api/API_VerifySMSSandboxPhoneNumber.html"""
    number = _checked_number(request.phone_number)
    check("oneTimePassword", request.one_time_password, "OTPCode")
    _sms(ctx).sandbox.verify(number, request.one_time_password, _now(ctx))
    return sns.VerifySMSSandboxPhoneNumberResult()


@action(sns.DELETE_SMS_SANDBOX_PHONE_NUMBER)
def delete_sms_sandbox_phone_number(
    ctx: SnsContext, request: sns.DeleteSMSSandboxPhoneNumberInput
) -> sns.DeleteSMSSandboxPhoneNumberResult:
    """https://docs.aws.amazon.com/sns/latest/api/API_DeleteSMSSandboxPhoneNumber.html"""
    _sms(ctx).sandbox.delete(_checked_number(request.phone_number), _now(ctx))
    return sns.DeleteSMSSandboxPhoneNumberResult()


@action(sns.LIST_SMS_SANDBOX_PHONE_NUMBERS, reads=True)
def list_sms_sandbox_phone_numbers(
    ctx: SnsContext, request: sns.ListSMSSandboxPhoneNumbersInput
) -> sns.ListSMSSandboxPhoneNumbersResult:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListSMSSandboxPhoneNumbers.html"""
    size = LIST_PAGE if request.max_results is None else request.max_results
    check("maxResults", size, "MaxItems")
    phones, token = page(_sms(ctx).sandbox.phones, request.next_token, size)
    listed = [sns.SMSSandboxPhoneNumber(phone_number=phone.number, status=phone.status) for phone in phones]
    return sns.ListSMSSandboxPhoneNumbersResult(phone_numbers=listed, next_token=token)


@action(sns.GET_SMS_SANDBOX_ACCOUNT_STATUS, reads=True)
def get_sms_sandbox_account_status(
    ctx: SnsContext, _request: sns.GetSMSSandboxAccountStatusInput
) -> sns.GetSMSSandboxAccountStatusResult:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetSMSSandboxAccountStatus.html"""
    return sns.GetSMSSandboxAccountStatusResult(is_in_sandbox=_sms(ctx).sandbox.confining)


def _checked_number(number: str) -> str:
    check("phoneNumber", number, "PhoneNumberString")
    if not number:
        raise SnsInvalidParameter.of("PhoneNumber")
    return number


def _sms(ctx: SnsContext) -> SmsAccount:
    return ctx.state.sms.of(ctx.account, ctx.region)


def _now(ctx: SnsContext) -> float:
    return ctx.clocks.of(ctx.account).now()
