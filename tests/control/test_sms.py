from typing import Any

import pytest

from tests.control.calls import call
from tests.server import RunningServer

NUMBER = r"^\\+?[0-9]([-./ ]?[0-9]){2,14}\\Z"


def test_number_that_opted_out_is_listed(server: RunningServer, account: str, sns: Any) -> None:
    status, shown = call(f"{server.url}/_emulator/sms", {"opt_out": ["+15550100"], "account": account})
    assert (status, shown["opted_out"]) == (200, ["+15550100"])
    assert sns.list_phone_numbers_opted_out()["phoneNumbers"] == ["+15550100"]
    assert sns.check_if_phone_number_is_opted_out(phoneNumber="+15550100")["isOptedOut"] is True


def test_number_in_the_sandbox_is_verified_with_the_password_it_was_sent(
    server: RunningServer, account: str, sns: Any
) -> None:
    assert sns.get_sms_sandbox_account_status()["IsInSandbox"] is False
    call(f"{server.url}/_emulator/sms", {"sandbox": True, "account": account})
    assert sns.get_sms_sandbox_account_status()["IsInSandbox"] is True
    sns.create_sms_sandbox_phone_number(PhoneNumber="+15550101")
    _, shown = call(f"{server.url}/_emulator/sms?account={account}")
    (number,) = shown["sandbox_numbers"]
    assert (number["phone_number"], number["status"]) == ("+15550101", "Pending")
    sns.verify_sms_sandbox_phone_number(PhoneNumber="+15550101", OneTimePassword=number["one_time_password"])
    assert sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"] == [{"PhoneNumber": "+15550101", "Status": "Verified"}]


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"opt_out": ["me"]}, f"Expected `str` matching regex '{NUMBER}' - at `$.opt_out[0]`"),
        ({"sandbox": "yes"}, "Expected `bool | null`, got `str` - at `$.sandbox`"),
        ({"stop": 1}, "Object contains unknown field `stop`"),
    ],
)
def test_wrong_change_is_refused(server: RunningServer, body: object, complaint: str) -> None:
    assert call(f"{server.url}/_emulator/sms", body) == (400, {"error": complaint})
