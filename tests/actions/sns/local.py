"""The state of SNS within the test's own process, for what no request can do: a phone's owner has no AWS account."""

from emulator.actions.context import ActionContext
from emulator.foundation.ids import Ids
from emulator.sns.actions.addressing import SnsContext
from emulator.sns.service import SnsService
from emulator.timing.clock import Clocks
from tests.sns.world import ACCOUNT, ENDPOINT, REGION, RecordingSink


def local_context() -> SnsContext:
    """What an action is given, over an empty state."""
    ids = Ids(seed=0)
    return ActionContext(
        state=SnsService(RecordingSink(), ids),
        clocks=Clocks(),
        ids=ids,
        account=ACCOUNT,
        region=REGION,
        endpoint=ENDPOINT,
    )
