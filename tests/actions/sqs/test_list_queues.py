from typing import Any

import pytest

from emulator.configuration.settings import Settings
from emulator.serving.app import Emulator
from tests import boto
from tests.actions.sqs import in_process
from tests.actions.sqs.answers import members
from tests.actions.sqs.refusals import assert_refused
from tests.server import RunningServer


@pytest.fixture
def urls(sqs: Any) -> list[str]:
    """Five queues, in order of their names."""
    names = ["orders-3", "Orders-1", "orders-1", "returns", "orders-2"]
    return sorted(sqs.create_queue(QueueName=name)["QueueUrl"] for name in names)


def test_without_queues_there_is_no_list(sqs: Any) -> None:
    assert members(sqs.list_queues()) == {}


def test_all_queues_of_account_and_region_are_listed(
    sqs: Any, urls: list[str], server: RunningServer, account: str, protocol: str
) -> None:
    assert members(sqs.list_queues()) == {"QueueUrls": urls}
    for stranger in ({"account": "999999999998"}, {"account": account, "region": "eu-west-1"}):
        assert members(boto.client("sqs", server.url, protocol=protocol, **stranger).list_queues()) == {}


def test_prefix_is_case_sensitive(sqs: Any, urls: list[str]) -> None:
    assert sqs.list_queues(QueueNamePrefix="orders-")["QueueUrls"] == urls[1:4]
    assert sqs.list_queues(QueueNamePrefix="Orders")["QueueUrls"] == urls[:1]
    assert sqs.list_queues(QueueNamePrefix="")["QueueUrls"] == urls
    assert members(sqs.list_queues(QueueNamePrefix="rders")) == {}


def test_deleted_queue_is_not_listed(sqs: Any, urls: list[str]) -> None:
    sqs.delete_queue(QueueUrl=urls[2])
    assert sqs.list_queues()["QueueUrls"] == urls[:2] + urls[3:]


def test_pages_follow_each_other_by_token(sqs: Any, urls: list[str]) -> None:
    first = sqs.list_queues(MaxResults=2)
    assert first["QueueUrls"] == urls[:2]
    second = sqs.list_queues(MaxResults=2, NextToken=first["NextToken"])
    assert second["QueueUrls"] == urls[2:4]
    last = sqs.list_queues(MaxResults=2, NextToken=second["NextToken"])
    assert members(last) == {"QueueUrls": urls[4:]}


def test_last_page_has_no_token_even_if_it_is_full(sqs: Any, urls: list[str]) -> None:
    assert members(sqs.list_queues(MaxResults=5)) == {"QueueUrls": urls}
    assert members(sqs.list_queues(MaxResults=3, QueueNamePrefix="orders")) == {"QueueUrls": urls[1:4]}


def test_paginator_gets_every_queue_once(sqs: Any, urls: list[str]) -> None:
    pages = sqs.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 2})
    assert [url for page in pages for url in page["QueueUrls"]] == urls


def test_page_goes_on_where_it_stood_though_queues_come_and_go(sqs: Any, urls: list[str]) -> None:
    first = sqs.list_queues(MaxResults=2)
    sqs.delete_queue(QueueUrl=urls[1])
    early = sqs.create_queue(QueueName="0")["QueueUrl"]
    rest = sqs.list_queues(MaxResults=1000, NextToken=first["NextToken"])["QueueUrls"]
    assert rest == urls[2:]
    assert early not in rest


def test_without_max_results_there_are_a_thousand_and_no_token(protocol: str) -> None:
    emulator = Emulator(Settings())
    for number in range(1001):
        emulator.world.sqs.queues.create(f"queue-{number:04}", boto.ACCOUNT, boto.REGION, {}, {}, 0.0)
    sqs = in_process.client(emulator.gateway, protocol)
    listed = members(sqs.list_queues())
    assert listed.keys() == {"QueueUrls"}
    assert len(listed["QueueUrls"]) == 1000
    assert sqs.list_queues(MaxResults=1000)["NextToken"]


@pytest.mark.parametrize("token", ["garbage", "====", "w7/Dvw", "ÿ"])
def test_token_that_we_did_not_issue_is_refused(sqs: Any, token: str) -> None:
    message = f"Value {token} for parameter NextToken is invalid. Reason: Invalid or expired next token."
    assert_refused(sqs.list_queues, "InvalidParameterValue", message, MaxResults=1, NextToken=token)
