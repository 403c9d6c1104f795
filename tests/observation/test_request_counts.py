"""What is counted of requests."""

from api_shapes import sqs
from emulator.aws.errors import InvalidAction, NotImplementedYet
from emulator.aws.sqs_errors import QueueDoesNotExist
from emulator.observation.request_counts import DURATIONS, Requests


def test_answers_are_counted_by_action_and_outcome() -> None:
    requests = Requests()
    for _ in range(2):
        requests.count(sqs.SEND_MESSAGE, 0.5)
    requests.count(sqs.SEND_MESSAGE, 0.25, QueueDoesNotExist())
    requests.count(None, 0.1, InvalidAction.of("Dance"))
    (operation, answers), (unknown, others) = requests
    assert operation is sqs.SEND_MESSAGE
    assert (answers.succeeded, answers.seconds) == (2, 1.25)
    assert answers.refused == {(400, "AWS.SimpleQueueService.NonExistentQueue"): 1}
    assert unknown is None
    assert others.refused == {(400, "InvalidAction"): 1}


def test_answer_counts_for_the_smallest_duration_it_does_not_exceed() -> None:
    requests = Requests()
    for seconds in (DURATIONS[0], DURATIONS[1], DURATIONS[-1], DURATIONS[-1] + 1):
        requests.count(sqs.SEND_MESSAGE, seconds)
    [(_, answers)] = requests
    assert answers.by_duration[:2] == [1, 1]
    assert answers.by_duration[-2:] == [1, 1]
    assert sum(answers.by_duration) == 4


def test_services_are_counted_by_their_names_up_to_a_bound() -> None:
    """Clients make these names up."""
    requests = Requests()
    requests.count(sqs.SEND_MESSAGE, 0.1)
    for number in range(2000):
        requests.count(f"service-{number}", 0.1, NotImplementedYet())
    requests.count(sqs.SEND_MESSAGE, 0.1)
    counted = dict(requests)
    assert len(counted) <= 1001
    assert counted["service-0"].refused == {(501, "NotImplemented"): 1}
    assert sum(sum(answers.refused.values()) for answers in counted.values()) == 2000
    assert counted[sqs.SEND_MESSAGE].succeeded == 2
