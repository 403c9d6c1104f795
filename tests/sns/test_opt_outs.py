import pytest

from emulator.aws.limits import LIST_PAGE, OPT_IN_INTERVAL_SECONDS
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.opt_outs import OptOuts
from tests.sns.world import ACCOUNT, NOW, REGION

NUMBER = "+15550100"


@pytest.fixture
def opt_outs() -> OptOuts:
    return OptOuts(ACCOUNT, REGION)


@pytest.mark.parametrize("written", ["+15550100", "15550100", "+1 555-0100", "+1/555.0100"])
def test_number_is_opted_out_however_it_is_written(opt_outs: OptOuts, written: str) -> None:
    opt_outs.opt_out(written)
    assert NUMBER in opt_outs
    assert written in opt_outs
    assert opt_outs.listed(None) == ([NUMBER], None)


def test_opting_out_twice_is_opting_out_once(opt_outs: OptOuts) -> None:
    opt_outs.opt_out(NUMBER)
    opt_outs.opt_out("15550100")
    assert opt_outs.listed(None) == ([NUMBER], None)


def test_number_that_never_opted_out_can_be_opted_in(opt_outs: OptOuts) -> None:
    opt_outs.opt_in(NUMBER, NOW)
    opt_outs.opt_in(NUMBER, NOW)
    assert NUMBER not in opt_outs


def test_number_can_be_opted_in_once_in_thirty_days(opt_outs: OptOuts) -> None:
    opt_outs.opt_out(NUMBER)
    opt_outs.opt_in(NUMBER, NOW)
    assert NUMBER not in opt_outs
    opt_outs.opt_out(NUMBER)
    with pytest.raises(
        SnsInvalidParameter, match=r"^Invalid parameter: Cannot opt in right now, latest opt in is too recent$"
    ):
        opt_outs.opt_in(NUMBER, NOW + OPT_IN_INTERVAL_SECONDS - 1)
    assert NUMBER in opt_outs
    opt_outs.opt_in(NUMBER, NOW + OPT_IN_INTERVAL_SECONDS)
    assert NUMBER not in opt_outs


def test_list_comes_in_pages_in_order_of_opting_out(opt_outs: OptOuts) -> None:
    numbers = [f"+1555{number:04}" for number in range(LIST_PAGE + 1)]
    for number in numbers:
        opt_outs.opt_out(number)
    first, token = opt_outs.listed(None)
    assert first == numbers[:LIST_PAGE]
    assert opt_outs.listed(token) == (numbers[LIST_PAGE:], None)
