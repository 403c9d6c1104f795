from api_shapes.sns import OptInPhoneNumberInput
from emulator.sns.actions.sms import opt_in_phone_number
from tests.actions.sns.local import local_context
from tests.sns.world import ACCOUNT, REGION


def test_number_is_no_longer_opted_out() -> None:
    ctx = local_context()
    opt_outs = ctx.state.sms.of(ACCOUNT, REGION).opt_outs
    opt_outs.opt_out("+15550100")
    opt_in_phone_number(ctx, OptInPhoneNumberInput(phone_number="+15550100"))
    assert "+15550100" not in opt_outs
