"""Actions on text messages: settings, opt-outs and origination numbers."""

from api_shapes import sns
from emulator.actions.registry import action
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.actions.addressing import SnsContext
from emulator.sns.constraints import check
from emulator.sns.pages import page
from emulator.sns.phone_numbers import reachable_number
from emulator.sns.sms import SmsAccount


@action(sns.SET_SMS_ATTRIBUTES)
def set_sms_attributes(ctx: SnsContext, request: sns.SetSMSAttributesInput) -> sns.SetSMSAttributesResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetSMSAttributes.html"""
    _sms(ctx).set_attributes(request.attributes)
    return sns.SetSMSAttributesResponse()


@action(sns.GET_SMS_ATTRIBUTES, reads=True)
def get_sms_attributes(ctx: SnsContext, request: sns.GetSMSAttributesInput) -> sns.GetSMSAttributesResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetSMSAttributes.html"""
    return sns.GetSMSAttributesResponse(attributes=_sms(ctx).attributes(request.attributes or ()))


@action(sns.CHECK_IF_PHONE_NUMBER_IS_OPTED_OUT, reads=True)
def check_if_phone_number_is_opted_out(
    ctx: SnsContext, request: sns.CheckIfPhoneNumberIsOptedOutInput
) -> sns.CheckIfPhoneNumberIsOptedOutResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_CheckIfPhoneNumberIsOptedOut.html"""
    _check_phone_number(request.phone_number)
    return sns.CheckIfPhoneNumberIsOptedOutResponse(is_opted_out=request.phone_number in _sms(ctx).opt_outs)


@action(sns.LIST_PHONE_NUMBERS_OPTED_OUT, reads=True)
def list_phone_numbers_opted_out(
    ctx: SnsContext, request: sns.ListPhoneNumbersOptedOutInput
) -> sns.ListPhoneNumbersOptedOutResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListPhoneNumbersOptedOut.html"""
    numbers, token = _sms(ctx).opt_outs.listed(request.next_token)
    return sns.ListPhoneNumbersOptedOutResponse(phone_numbers=numbers, next_token=token)


@action(sns.OPT_IN_PHONE_NUMBER)
def opt_in_phone_number(ctx: SnsContext, request: sns.OptInPhoneNumberInput) -> sns.OptInPhoneNumberResponse:
    """https://docs.aws.amazon.com/sns/latest/api/API_OptInPhoneNumber.html"""
    _check_phone_number(request.phone_number)
    _sms(ctx).opt_outs.opt_in(request.phone_number, ctx.clocks.of(ctx.account).now())
    return sns.OptInPhoneNumberResponse()


@action(sns.LIST_ORIGINATION_NUMBERS, reads=True)
def list_origination_numbers(
    _ctx: SnsContext, request: sns.ListOriginationNumbersRequest
) -> sns.ListOriginationNumbersResult:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListOriginationNumbers.html; the list is always empty."""
    if request.max_results is not None:
        check("maxResults", request.max_results, "MaxItemsListOriginationNumbers")
    page((), request.next_token)
    return sns.ListOriginationNumbersResult(phone_numbers=[])


def _sms(ctx: SnsContext) -> SmsAccount:
    return ctx.state.sms.of(ctx.account, ctx.region)


def _check_phone_number(number: str) -> None:
    if reachable_number(number) is None:
        raise SnsInvalidParameter.of("PhoneNumber", "input incorrectly formatted")
