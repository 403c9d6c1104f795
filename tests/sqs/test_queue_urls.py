import pytest

from emulator.sqs import queue_urls
from emulator.sqs.queue_address import QueueAddress
from emulator.sqs.queue_urls import parse_queue_url, queue_url


def test_the_url_of_a_queue_names_endpoint_account_and_queue() -> None:
    assert queue_url("http://localhost:4566", "111111111111", "jobs") == "http://localhost:4566/111111111111/jobs"


@pytest.mark.parametrize("name", ["jobs", "jobs.fifo", "7", "a-b_c"])
@pytest.mark.parametrize(
    "endpoint", ["http://localhost:4566", "https://sqs.eu-west-1.amazonaws.com", "http://[::1]:80"]
)
def test_a_url_we_hand_out_leads_back(endpoint: str, name: str) -> None:
    assert parse_queue_url(queue_url(endpoint, "111111111111", name)) == QueueAddress("111111111111", name)


@pytest.mark.parametrize(
    "url",
    [
        "http://queue.amazonaws.com/111111111111/jobs",
        "http://nobody-knows-this-host/111111111111/jobs",
        "http://localhost:4566/111111111111/jobs/",
        "http://localhost:4566/queue/eu-west-1/111111111111/jobs",
        "sqs.eu-west-1.amazonaws.com/111111111111/jobs",
        "/111111111111/jobs",
        "111111111111/jobs",
    ],
)
def test_whatever_the_host_the_last_two_segments_count(url: str) -> None:
    assert parse_queue_url(url) == QueueAddress("111111111111", "jobs")


def test_urls_are_read_again_as_they_were_read_first_and_short_ones_are_kept_up_to_a_bound() -> None:
    urls = [f"http://localhost:4566/{number:012}/queue-{number}" for number in range(2_100)]
    for _ in range(2):
        assert [parse_queue_url(url) for url in urls] == [
            QueueAddress(f"{number:012}", f"queue-{number}") for number in range(2_100)
        ]
    kept = queue_urls.KNOWN
    assert 0 < len(kept) <= 1_000
    long = "q" * 257
    assert parse_queue_url(long) == parse_queue_url(long) == QueueAddress(None, long)
    assert long not in kept


def test_a_bare_name_leaves_the_account_to_the_caller() -> None:
    assert parse_queue_url("jobs.fifo") == QueueAddress(None, "jobs.fifo")


@pytest.mark.parametrize("url", ["http://nonsense-name", "http://host/not-an-account/nonsense-name", "/nonsense-name"])
def test_a_url_without_an_account_is_taken_as_a_name(url: str) -> None:
    assert parse_queue_url(url) == QueueAddress(None, "nonsense-name")


@pytest.mark.parametrize("url", ["", "/", "http://", "://", "//"])
def test_a_url_that_names_nothing_leads_to_no_queue(url: str) -> None:
    assert parse_queue_url(url) == QueueAddress(None, "")
