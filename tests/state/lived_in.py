"""A world in which a bit of everything has happened."""

import json

from tests.state.world import ACCOUNT, OTHER, World, queue_arn, topic_arn

CREDENTIALS = {
    "Attributes_entry_1_key": "PlatformPrincipal",
    "Attributes_entry_1_value": "certificate",
    "Attributes_entry_2_key": "PlatformCredential",
    "Attributes_entry_2_value": "key",
    "Attributes_entry_3_key": "EventEndpointCreated",
    "Attributes_entry_3_value": topic_arn("topic"),
}
PROTECTION = json.dumps(
    {
        "Name": "policy",
        "Version": "2021-06-01",
        "Statement": [
            {
                "DataDirection": "Outbound",
                "Principal": [ACCOUNT],
                "DataIdentifier": ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"],
                "Operation": {"Deny": {}},
            }
        ],
    }
)


def lived_in(world: World | None = None) -> World:
    """``world``, or one with a seed, in which it all has happened."""
    world = world or World()
    use_queues(world)
    use_topics(world)
    world.sns("CreatePlatformApplication", Name="app", Platform="APNS", **CREDENTIALS)
    application = topic_arn("app/APNS/app")
    for token in ("ab", "cd"):
        world.sns("CreatePlatformEndpoint", PlatformApplicationArn=application, Token=token * 32)
    world.sns("CreateSMSSandboxPhoneNumber", PhoneNumber="+15550100")
    for number in ("+15550101", "+15550102"):
        world.emulator.world.sns.sms.of(ACCOUNT, "us-east-1").opt_outs.opt_out(number)
    world.sns("OptInPhoneNumber", phoneNumber="+15550102")
    world.sns("Publish", PhoneNumber="+15550103", Message="hello")
    return world


def use_queues(world: World) -> None:
    world.sqs("CreateQueue", QueueName="dead", Attributes={"Policy": ""}, tags={"team": "a"})
    redrive = json.dumps({"deadLetterTargetArn": queue_arn("dead"), "maxReceiveCount": 1})
    world.sqs("CreateQueue", QueueName="jobs", Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "5"})
    for number in range(4):
        world.sqs("SendMessage", QueueUrl="jobs", MessageBody=f"job {number}")
    world.sqs("ReceiveMessage", QueueUrl="jobs", MaxNumberOfMessages=3)
    world.advance(5)
    world.sqs("ReceiveMessage", QueueUrl="jobs", MaxNumberOfMessages=10)  # three of them are dead letters now
    way = {"SourceArn": queue_arn("dead"), "DestinationArn": queue_arn("jobs")}
    world.sqs("StartMessageMoveTask", **way, MaxNumberOfMessagesPerSecond=1)
    world.sqs("SendMessage", QueueUrl="jobs", MessageBody="by a tenant", MessageGroupId="g")
    world.sqs("SendMessage", QueueUrl="jobs", MessageBody="later", DelaySeconds=60)
    world.sqs("CreateQueue", QueueName="line.fifo", Attributes={"FifoQueue": "true"})
    for number in range(2):
        request = {"MessageGroupId": "g", "MessageDeduplicationId": f"{number}"}
        world.sqs("SendMessage", QueueUrl="line.fifo", MessageBody="in line", **request)
    world.sqs("ReceiveMessage", QueueUrl="line.fifo", MaxNumberOfMessages=1, ReceiveRequestAttemptId="attempt")
    world.sqs("CreateQueue", QueueName="gone")
    world.sqs("DeleteQueue", QueueUrl="gone")


def use_topics(world: World) -> None:
    world.sns("CreateTopic", Name="topic", DataProtectionPolicy=PROTECTION)
    world.sns("CreateTopic", OTHER, Name="theirs")
    fifo = {"Attributes_entry_1_key": "FifoTopic", "Attributes_entry_1_value": "true"}
    world.sns("CreateTopic", Name="topic.fifo", **fifo)
    world.sns(
        "SetTopicAttributes",
        TopicArn=topic_arn("topic.fifo"),
        AttributeName="ArchivePolicy",
        AttributeValue='{"MessageRetentionPeriod":"1"}',
    )
    published = {"Message": "hello", "MessageGroupId": "g", "MessageDeduplicationId": "1"}
    world.sns("Publish", TopicArn=topic_arn("topic.fifo"), **published)
    for topic, account in ((topic_arn("topic"), ACCOUNT), (topic_arn("theirs", OTHER), ACCOUNT)):
        world.sns("Subscribe", account, TopicArn=topic, Protocol="sqs", Endpoint=queue_arn("jobs"))
    world.sns("Subscribe", TopicArn=topic_arn("topic"), Protocol="email", Endpoint="someone@example.com")
    world.sns(
        "Subscribe",
        TopicArn=topic_arn("topic.fifo"),
        Protocol="sqs",
        Endpoint=queue_arn("line.fifo"),
        Attributes_entry_1_key="ReplayPolicy",
        Attributes_entry_1_value='{"PointType":"Timestamp","StartingPoint":"2030-03-17T17:46:45Z"}',
    )
