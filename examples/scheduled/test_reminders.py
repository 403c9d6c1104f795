import pytest
from schedule import Schedule

from emulator.testing import EmulatedAccount

pytestmark = pytest.mark.emulator(templates=["template.yaml"])


@pytest.fixture
def schedule(emulator: EmulatedAccount) -> Schedule:
    """A schedule with the emulator's time, which stands still unless a test moves it."""
    emulator.clock.freeze()
    return Schedule("reminders", now=lambda: emulator.clock.now().timestamp())


def in_minutes(emulator: EmulatedAccount, minutes: float) -> float:
    return emulator.clock.now().timestamp() + 60 * minutes


def test_reminder_comes_when_it_is_due(emulator: EmulatedAccount, schedule: Schedule) -> None:
    schedule.add("tea is ready", in_minutes(emulator, 5))
    emulator.clock.advance(299)
    assert [message.state for message in emulator.peek("reminders")] == ["delayed"]
    emulator.clock.advance(2)
    assert schedule.receive() == ["tea is ready"]
    assert emulator.peek("reminders") == []


def test_reminder_in_a_day_is_sent_again_until_it_is_due(emulator: EmulatedAccount, schedule: Schedule) -> None:
    schedule.add("water the plants", in_minutes(emulator, 24 * 60))
    for _ in range(24 * 4 - 1):
        emulator.clock.advance(900)
        assert schedule.receive() == []
        assert [message.state for message in emulator.peek("reminders")] == ["delayed"]
    emulator.clock.advance(901)
    assert schedule.receive() == ["water the plants"]


def test_reminder_of_the_past_comes_at_once(emulator: EmulatedAccount, schedule: Schedule) -> None:
    schedule.add("you are late", in_minutes(emulator, -1))
    assert schedule.receive() == ["you are late"]
