"""A state document that an earlier emulator wrote is read, and means the same."""

import json
from pathlib import Path
from typing import Any

from tests.state.world import World

DOCUMENT: dict[str, Any] = json.loads(Path(__file__).with_name("written_before_worlds.json").read_text())


def _meaning(document: dict[str, Any]) -> dict[str, Any]:
    """The document, with redrive policies as objects: a restored queue spells them as AWS does."""
    queues = []
    for queue in document["queues"]:
        attributes = dict(queue["attributes"])
        if "RedrivePolicy" in attributes:
            attributes["RedrivePolicy"] = json.loads(attributes["RedrivePolicy"])
        queues.append(queue | {"attributes": attributes})
    return document | {"queues": queues}


def test_document_of_before_there_were_worlds_is_read_and_exported_as_it_was() -> None:
    world = World()
    world.restore(DOCUMENT)
    assert _meaning(world.export()) == _meaning(DOCUMENT)


def test_document_of_before_there_were_worlds_works_on() -> None:
    world = World()
    world.restore(DOCUMENT)
    for queue in DOCUMENT["queues"]:
        name = queue["arn"].rpartition(":")[2]
        account = queue["arn"].split(":")[4]
        assert world.sqs("GetQueueAttributes", account, QueueUrl=name, AttributeNames=["All"]).status == 200
    for topic in DOCUMENT["topics"]:
        assert world.sns("GetTopicAttributes", topic["arn"].split(":")[4], TopicArn=topic["arn"]).status == 200
