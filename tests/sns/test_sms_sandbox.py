import re

import pytest

from emulator.aws.limits import (
    SANDBOX_PASSWORD_SECONDS,
    SANDBOX_PASSWORDS_MAX,
    SANDBOX_PHONE_KEPT_SECONDS,
    SANDBOX_PHONES_MAX,
)
from emulator.aws.sns_errors import SnsResourceNotFound, SnsUserError, SnsVerification
from emulator.foundation.ids import Ids
from emulator.sns.sms import Sms
from emulator.sns.sms_sandbox import Sandbox
from tests.sns.world import ACCOUNT, NOW, REGION

NUMBER = "+15550100"


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(ACCOUNT, REGION, Ids(seed=0))


def wrong(password: str) -> str:
    return f"{(int(password) + 1) % 10**6:06}"


def test_number_is_verified_by_its_one_time_password(sandbox: Sandbox) -> None:
    sandbox.add(NUMBER, NOW)
    password = sandbox.find(NUMBER).one_time_password
    assert re.fullmatch(r"[0-9]{6}", password)
    assert sandbox.find(NUMBER).status == "Pending"
    with pytest.raises(SnsVerification):
        sandbox.verify(NUMBER, wrong(password), NOW)
    assert sandbox.find(NUMBER).status == "Pending"
    sandbox.verify(NUMBER, password, NOW)
    assert sandbox.find(NUMBER).status == "Verified"


def test_adding_a_pending_number_again_sends_another_password(sandbox: Sandbox) -> None:
    sandbox.add(NUMBER, NOW)
    first = sandbox.find(NUMBER).one_time_password
    sandbox.add(NUMBER, NOW)
    with pytest.raises(SnsVerification):
        sandbox.verify(NUMBER, first, NOW)
    assert len(list(sandbox.phones)) == 1


def test_adding_a_verified_number_again_leaves_it_verified(sandbox: Sandbox) -> None:
    sandbox.add(NUMBER, NOW)
    password = sandbox.find(NUMBER).one_time_password
    sandbox.verify(NUMBER, password, NOW)
    sandbox.add(NUMBER, NOW)
    assert sandbox.find(NUMBER).status == "Verified"
    assert sandbox.find(NUMBER).one_time_password == password


def test_number_gets_five_passwords_a_day(sandbox: Sandbox) -> None:
    for hour in range(SANDBOX_PASSWORDS_MAX):
        sandbox.add(NUMBER, NOW + hour)
    with pytest.raises(SnsUserError):
        sandbox.add(NUMBER, NOW + SANDBOX_PASSWORD_SECONDS - 1)
    sandbox.add(NUMBER, NOW + SANDBOX_PASSWORD_SECONDS)


def test_sandbox_has_room_for_ten_numbers(sandbox: Sandbox) -> None:
    numbers = [f"+1555010{number:02}" for number in range(SANDBOX_PHONES_MAX)]
    for number in numbers:
        sandbox.add(number, NOW)
    with pytest.raises(SnsUserError):
        sandbox.add("+15559999", NOW)
    assert [phone.number for phone in sandbox.phones] == numbers
    sandbox.delete(numbers[0], NOW)
    sandbox.add("+15559999", NOW)


def test_pending_number_can_be_deleted_at_once(sandbox: Sandbox) -> None:
    sandbox.add(NUMBER, NOW)
    sandbox.delete(NUMBER, NOW)
    assert list(sandbox.phones) == []


@pytest.mark.parametrize("succeeds", [True, False])
def test_number_is_kept_for_a_day_after_the_last_attempt_to_verify_it(sandbox: Sandbox, succeeds: bool) -> None:
    sandbox.add(NUMBER, NOW)
    password = sandbox.find(NUMBER).one_time_password
    if succeeds:
        sandbox.verify(NUMBER, password, NOW)
    else:
        with pytest.raises(SnsVerification):
            sandbox.verify(NUMBER, wrong(password), NOW)
    with pytest.raises(SnsUserError):
        sandbox.delete(NUMBER, NOW + SANDBOX_PHONE_KEPT_SECONDS - 1)
    sandbox.delete(NUMBER, NOW + SANDBOX_PHONE_KEPT_SECONDS)
    assert list(sandbox.phones) == []


def test_unknown_number_is_not_found(sandbox: Sandbox) -> None:
    with pytest.raises(SnsResourceNotFound):
        sandbox.verify(NUMBER, "123456", NOW)
    with pytest.raises(SnsResourceNotFound):
        sandbox.delete(NUMBER, NOW)


def test_account_outside_the_sandbox_reaches_every_number() -> None:
    assert Sms(Ids(seed=0)).of(ACCOUNT, REGION).reaches(NUMBER)


def test_account_in_the_sandbox_reaches_verified_numbers_only() -> None:
    account = Sms(Ids(seed=0)).of(ACCOUNT, REGION)
    account.sandbox.confine(True)
    assert not account.reaches(NUMBER)
    account.sandbox.add(NUMBER, NOW)
    assert not account.reaches(NUMBER)
    account.sandbox.verify(NUMBER, account.sandbox.find(NUMBER).one_time_password, NOW)
    assert account.reaches("1-555-0100")


def test_number_that_opted_out_is_not_reached() -> None:
    account = Sms(Ids(seed=0)).of(ACCOUNT, REGION)
    account.opt_outs.opt_out(NUMBER)
    assert not account.reaches(NUMBER)
