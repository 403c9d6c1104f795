from typing import Any

from api_shapes.sns import ListPhoneNumbersOptedOutInput
from emulator.sns.actions.sms import list_phone_numbers_opted_out
from tests.actions.sns.local import local_context
from tests.sns.world import ACCOUNT, REGION


def test_list_is_empty_at_first(sns: Any) -> None:
    answer = sns.list_phone_numbers_opted_out()
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    assert answer == {"phoneNumbers": []}


def test_numbers_come_in_pages_of_a_hundred() -> None:
    ctx = local_context()
    numbers = [f"+1555{number:04}" for number in range(101)]
    for number in numbers:
        ctx.state.sms.of(ACCOUNT, REGION).opt_outs.opt_out(number)
    first = list_phone_numbers_opted_out(ctx, ListPhoneNumbersOptedOutInput())
    assert first.phone_numbers == numbers[:100]
    second = list_phone_numbers_opted_out(ctx, ListPhoneNumbersOptedOutInput(next_token=first.next_token))
    assert (second.phone_numbers, second.next_token) == (numbers[100:], None)
