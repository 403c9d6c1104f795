"""The state goes from a cluster to a single process and back, by the commands for that."""

import json
import sys
from pathlib import Path

from tests import boto, patience
from tests.cluster.members import members
from tests.server import running_server

ACCOUNTS = ("111111111111", "222222222222", "333333333333")


def command(url: str, *arguments: str) -> None:
    done = patience.run([sys.executable, "-m", "emulator", *arguments, "--url", url])
    assert done.returncode == 0, done.stderr


def test_a_state_is_exported_from_a_cluster_and_imported_elsewhere(postgresql_url: str, tmp_path: Path) -> None:
    files = [str(tmp_path / f"{number}.json") for number in range(3)]
    with members(postgresql_url, 2) as (first, second), running_server() as single:
        for account in ACCOUNTS:
            sqs = boto.client("sqs", first.url, account=account)
            url = sqs.create_queue(QueueName="queue.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
            sqs.send_message(QueueUrl=url, MessageBody=account, MessageGroupId="g", MessageDeduplicationId="1")
        command(second.url, "export", files[0])
        command(single.url, "import", files[0])
        command(single.url, "export", files[1])
        patience.get(f"{first.url}/_emulator/reset", b"{}")
        command(first.url, "import", files[1])
        command(second.url, "export", files[2])
        for account in ACCOUNTS:
            sqs = boto.client("sqs", second.url, account=account)
            [message] = sqs.receive_message(QueueUrl=f"/{account}/queue.fifo")["Messages"]
            assert message["Body"] == account
    queues = [sorted(json.loads(Path(file).read_text())["queues"], key=lambda each: each["arn"]) for file in files]
    assert queues[0] == queues[1] == queues[2]
    assert len(queues[0]) == len(ACCOUNTS)
