"""What a configuration and a state file declare for several accounts of a cluster."""

import asyncio
import json
import logging
from pathlib import Path

import pytest

from emulator.configuration.settings import Settings
from emulator.declared.contents import Contents
from emulator.declared.loading import load
from emulator.world.world import World
from tests import boto
from tests.cluster.fakes import fake_cluster
from tests.cluster.members import Process, free_ports, members

A, B, C = "111111111111", "222222222222", "333333333333"


def test_accounts_are_taken_that_no_process_has(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with fake_cluster(2) as cluster:
        cluster.place(B, 1)
        member = cluster[0].cluster
        assert cluster.run(lambda: member.takes(A, {C}))
        assert member.is_here(C)
        assert not cluster.run(lambda: member.takes(B, {A}))
        assert not caplog.records
        assert not cluster.run(lambda: member.takes(A, {A, B, C}))
    assert [record.getMessage().partition(". ")[0] for record in caplog.records] == [
        f"Nothing of --config and --state is made: other processes of the cluster have the accounts {B}"
    ]


def test_accounts_are_those_of_the_configuration_and_of_the_state(tmp_path: Path) -> None:
    config, state = tmp_path / "emulator.json", tmp_path / "state.json"
    config.write_text(json.dumps({"queues": [{"name": "a"}], "topics": [{"name": "b", "account": B}]}))
    world = World(Settings())
    stored = {"version": 1, "queues": [{"arn": f"arn:aws:sqs:us-east-1:{C}:c"}]}
    state.write_text(json.dumps(stored))
    contents = Contents(Settings(account_id=A, config=str(config), state=str(state)), load(str(config)))
    assert contents.accounts(is_kept=False) == {A, B, C}
    assert contents.accounts(is_kept=True) == {A, B}
    asyncio.run(contents.fill(world, "http://localhost"))
    assert {queue.identity.account for queue in world.sqs.queues} == {A, C}


def test_a_process_says_that_it_makes_nothing_where_an_account_lives_elsewhere(
    postgresql_url: str, tmp_path: Path
) -> None:
    config = tmp_path / "emulator.json"
    config.write_text(json.dumps({"queues": [{"name": "a", "account": A}, {"name": "b", "account": B}]}))
    with members(postgresql_url, 1) as (first,):
        boto.client("sqs", first.url, account=B).create_queue(QueueName="old")
        second = Process(postgresql_url, free_ports(1)[0], "--config", str(config), "--account-id", A)
        try:
            second.start()
            second.wait_until_ready()
            assert f"other processes of the cluster have the accounts {B}" in second.log()
            assert "QueueUrls" not in boto.client("sqs", second.url, account=A).list_queues()
        finally:
            second.end()
