"""A restored emulator is the one that was exported: same document, and the same answers to whatever comes next."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from emulator.sqs.chaos import StandardQueueChaos
from emulator.wire.http import HttpResponse
from tests.examples import examples
from tests.state.world import ACCOUNT, OTHER, REGION, World, queue_arn, seen, topic_arn

STANDARD = ("jobs", "dead")
FIFO = ("line.fifo", "dead.fifo")
QUEUES = st.sampled_from((*STANDARD, *FIFO))
SOURCES = st.sampled_from(("jobs", "line.fifo"))
TOPICS = st.sampled_from(("topic", "topic.fifo"))
GROUPS = st.sampled_from("gh")
RECENT = st.integers(0, 5)
NUMBER = "+15550100"
REPLAY = '{"PointType":"Timestamp","StartingPoint":"2030-03-17T17:46:40Z"}'

Step = Callable[[World], HttpResponse]

enough = settings(max_examples=examples(30), stateful_step_count=40)


class RestoredTwin(RuleBasedStateMachine):
    """Every step is taken by the original and by its twin, which is made anew from the original's state at times."""

    def __init__(self) -> None:
        super().__init__()
        self.original, self.twin = World(), World()
        self.bodies = 0

    def both(self, step: Step) -> HttpResponse:
        answers = [step(world) for world in (self.original, self.twin)]
        assert seen(answers[0]) == seen(answers[1])
        return answers[0]

    def sqs(self, action: str, **request: Any) -> HttpResponse:
        return self.both(lambda world: world.sqs(action, **request))

    def sns(self, action: str, **request: str) -> HttpResponse:
        return self.both(lambda world: world.sns(action, **request))

    def next_body(self, repeated: bool = False) -> str:
        self.bodies += 1
        return "again" if repeated else f"body-{self.bodies}"

    def create_queues(self, retention: str, max_receives: int) -> None:
        for name in (*STANDARD, *FIFO):
            fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if name in FIFO else {}
            self.sqs("CreateQueue", QueueName=name, Attributes={"VisibilityTimeout": "10", **fifo}, tags={"a": "b"})
        for source, dead in zip(("jobs", "line.fifo"), ("dead", "dead.fifo"), strict=True):
            policy = json.dumps({"deadLetterTargetArn": queue_arn(dead), "maxReceiveCount": max_receives})
            attributes = {"RedrivePolicy": policy, "MessageRetentionPeriod": retention}
            self.sqs("SetQueueAttributes", QueueUrl=source, Attributes=attributes)

    @rule(seconds=st.integers(1, 15) | st.sampled_from([10, 20, 60, 299, 300, 86_400]))
    def time_goes_on(self, seconds: int) -> None:
        for world in (self.original, self.twin):
            world.advance(seconds)

    @rule(anew=st.booleans())
    def the_twin_is_restored(self, anew: bool) -> None:
        document = self.original.export()
        if anew:
            self.twin = World()
        self.twin.restore(document)
        assert self.twin.export() == document

    @rule()
    def the_account_is_restored(self) -> None:
        document = self.original.export(ACCOUNT)
        self.twin.restore(document)
        assert self.twin.export(ACCOUNT) == document

    @invariant()
    def both_look_the_same(self) -> None:
        assert self.original.export() == self.twin.export()


class Queues(RestoredTwin):
    """Everything that can happen to messages in queues."""

    def __init__(self) -> None:
        super().__init__()
        self.handles: list[tuple[str, str]] = []  # queue and receipt handle

    @initialize(retention=st.sampled_from(["60", "345600"]), max_receives=st.sampled_from([1, 2, 1000]))
    def begin(self, retention: str, max_receives: int) -> None:
        self.create_queues(retention, max_receives)
        for queue in (*STANDARD, *FIFO):
            for group in "ghgg":
                self.send(queue, group, 0, False)

    @rule(queue=QUEUES, group=GROUPS, delay=st.sampled_from([0, 0, 0, 5, 30]), repeated=st.booleans())
    def send(self, queue: str, group: str, delay: int, repeated: bool) -> None:
        fifo = queue in FIFO
        own: dict[str, object] = {"MessageGroupId": group} if fifo or group == "g" else {}
        if not fifo:
            own["DelaySeconds"] = delay
        attributes = {
            "number": {"DataType": "Number", "StringValue": "1"},
            "bytes": {"DataType": "Binary", "BinaryValue": "AA=="},
        }
        body = self.next_body(repeated)
        self.sqs("SendMessage", QueueUrl=queue, MessageBody=body, MessageAttributes=attributes, **own)

    @rule(count=st.integers(31, 40), group=GROUPS)
    def send_and_receive_so_many_that_a_tenant_becomes_noisy(self, count: int, group: str) -> None:
        for _ in range(count):
            self.sqs("SendMessage", QueueUrl="jobs", MessageBody=self.next_body(), MessageGroupId=group)
        for _ in range(4):
            self.receive("jobs", 10, 300, None)

    @rule(
        queue=QUEUES | SOURCES,
        limit=st.integers(1, 10),
        timeout=st.sampled_from([None, None, 0, 5, 300]),
        attempt=st.sampled_from([None, "a", "b"]),
    )
    def receive(self, queue: str, limit: int, timeout: int | None, attempt: str | None) -> None:
        request: dict[str, object] = {"MaxNumberOfMessages": limit, "AttributeNames": ["All"]}
        if timeout is not None:
            request["VisibilityTimeout"] = timeout
        if attempt is not None and queue in FIFO:
            request["ReceiveRequestAttemptId"] = attempt
        answer = self.sqs("ReceiveMessage", QueueUrl=queue, MessageAttributeNames=["All"], **request)
        for message in json.loads(answer.body).get("Messages", []):
            self.handles.append((queue, message["ReceiptHandle"]))

    @precondition(lambda self: self.handles)
    @rule(place=RECENT)
    def delete(self, place: int) -> None:
        queue, handle = self.handles[-1 - place % len(self.handles)]
        self.sqs("DeleteMessage", QueueUrl=queue, ReceiptHandle=handle)

    @precondition(lambda self: self.handles)
    @rule(place=RECENT, timeout=st.sampled_from([0, 0, 5, 100]))
    def change_visibility(self, place: int, timeout: int) -> None:
        queue, handle = self.handles[-1 - place % len(self.handles)]
        self.sqs("ChangeMessageVisibility", QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=timeout)

    @rule(queue=QUEUES, delay=st.sampled_from(["0", "5", "50"]))
    def set_delay(self, queue: str, delay: str) -> None:
        self.sqs("SetQueueAttributes", QueueUrl=queue, Attributes={"DelaySeconds": delay})

    @rule(queue=QUEUES)
    def purge(self, queue: str) -> None:
        self.sqs("PurgeQueue", QueueUrl=queue)

    @rule(seed=st.none() | st.integers(0, 3))
    def chaos(self, seed: int | None) -> None:
        for world in (self.original, self.twin):
            queue = world.emulator.world.sqs.queues.get(ACCOUNT, REGION, "jobs")
            queue.contents.set_chaos(None if seed is None else StandardQueueChaos(seed))

    @rule(source=st.sampled_from(("dead", "dead.fifo")), rate=st.sampled_from([None, 1, 1]), given=st.booleans())
    def move(self, source: str, rate: int | None, given: bool) -> None:
        destination = {"DestinationArn": queue_arn("line.fifo" if source in FIFO else "jobs")} if given else {}
        limit = {} if rate is None else {"MaxNumberOfMessagesPerSecond": rate}
        self.sqs("StartMessageMoveTask", SourceArn=queue_arn(source), **destination, **limit)
        self.sqs("ListMessageMoveTasks", SourceArn=queue_arn(source), MaxResults=10)

    @rule(queue=st.sampled_from(("temporary", "dead")), there=st.booleans())
    def make_or_delete_a_queue(self, queue: str, there: bool) -> None:
        if there:
            self.sqs("CreateQueue", QueueName=queue)
        else:
            self.sqs("DeleteQueue", QueueUrl=queue)


class Topics(RestoredTwin):
    """Topics and subscriptions."""

    @initialize()
    def begin(self) -> None:
        self.create_queues("345600", 1000)
        self.sns("CreateTopic", Name="topic", Tags_member_1_Key="k", Tags_member_1_Value="v")
        fifo = {"Attributes_entry_1_key": "FifoTopic", "Attributes_entry_1_value": "true"}
        self.sns("CreateTopic", Name="topic.fifo", **fifo)
        self.set_topic_attribute("topic.fifo", ("ArchivePolicy", '{"MessageRetentionPeriod":"1"}'))

    @rule(
        topic=TOPICS,
        queue=QUEUES,
        owner=st.sampled_from([ACCOUNT, OTHER]),
        attribute=st.sampled_from(
            [
                ("RawMessageDelivery", "true"),
                ("FilterPolicy", '{"store": ["a"]}'),
                ("ReplayPolicy", REPLAY),
                ("RedrivePolicy", json.dumps({"deadLetterTargetArn": queue_arn("dead")})),
            ]
        ),
    )
    def subscribe(self, topic: str, queue: str, owner: str, attribute: tuple[str, str]) -> None:
        self.both(
            lambda world: world.sns(
                "Subscribe",
                owner,
                TopicArn=topic_arn(topic),
                Protocol="sqs",
                Endpoint=queue_arn(queue),
                Attributes_entry_1_key=attribute[0],
                Attributes_entry_1_value=attribute[1],
                ReturnSubscriptionArn="true",
            )
        )

    @rule(topic=TOPICS, protocol=st.sampled_from([("email", "a@example.com"), ("sms", NUMBER)]))
    def subscribe_somebody(self, topic: str, protocol: tuple[str, str]) -> None:
        self.sns("Subscribe", TopicArn=topic_arn(topic), Protocol=protocol[0], Endpoint=protocol[1])

    @rule(place=RECENT)
    def confirm(self, place: int) -> None:
        tokens = [entry.token for entry in self.original.emulator.world.sns.outbox if entry.token is not None]
        if tokens:
            token = tokens[-1 - place % len(tokens)]
            self.sns("ConfirmSubscription", TopicArn=topic_arn("topic"), Token=token)

    @rule(place=RECENT)
    def unsubscribe(self, place: int) -> None:
        arns = [subscription.arn for subscription in self.original.emulator.world.sns.subscriptions]
        if arns:
            self.sns("Unsubscribe", SubscriptionArn=arns[-1 - place % len(arns)])

    @rule(topic=TOPICS, group=GROUPS, repeated=st.booleans())
    def publish(self, topic: str, group: str, repeated: bool) -> None:
        text = self.next_body(repeated)
        fifo = {"MessageGroupId": group, "MessageDeduplicationId": text} if topic.endswith(".fifo") else {}
        attribute = {
            "MessageAttributes_entry_1_Name": "store",
            "MessageAttributes_entry_1_Value_DataType": "String",
            "MessageAttributes_entry_1_Value_StringValue": group.replace("g", "a"),
        }
        self.sns("Publish", TopicArn=topic_arn(topic), Message=text, **fifo, **attribute)

    @rule(
        topic=TOPICS,
        attribute=st.sampled_from(
            [("DisplayName", "Sales"), ("SignatureVersion", "2"), ("ArchivePolicy", "{}"), ("Policy", "")]
        ),
    )
    def set_topic_attribute(self, topic: str, attribute: tuple[str, str]) -> None:
        name, value = attribute
        self.sns("SetTopicAttributes", TopicArn=topic_arn(topic), AttributeName=name, AttributeValue=value)

    @rule()
    def delete_and_make_the_topic_again(self) -> None:
        self.sns("DeleteTopic", TopicArn=topic_arn("topic"))
        self.sns("CreateTopic", Name="topic")


class PhonesAndDevices(RestoredTwin):
    """Text messaging and mobile push."""

    @rule()
    def add_a_phone_to_the_sandbox(self) -> None:
        self.sns("CreateSMSSandboxPhoneNumber", PhoneNumber=NUMBER)

    @rule(right=st.booleans())
    def verify(self, right: bool) -> None:
        phones = list(self.original.emulator.world.sns.sms.of(ACCOUNT, REGION).sandbox.phones)
        password = phones[0].one_time_password if phones and right else "000000"
        self.sns("VerifySMSSandboxPhoneNumber", PhoneNumber=NUMBER, OneTimePassword=password)

    @rule(out=st.booleans())
    def opt_out_and_in(self, out: bool) -> None:
        if out:
            for world in (self.original, self.twin):
                world.emulator.world.sns.sms.of(ACCOUNT, REGION).opt_outs.opt_out(NUMBER)
        else:
            self.sns("OptInPhoneNumber", phoneNumber=NUMBER)
        self.sns("Publish", PhoneNumber=NUMBER, Message="hello")

    @rule(token=st.sampled_from(["ab" * 32, "cd" * 32]))
    def add_a_device(self, token: str) -> None:
        credentials = {
            "Attributes_entry_1_key": "PlatformPrincipal",
            "Attributes_entry_1_value": "c",
            "Attributes_entry_2_key": "PlatformCredential",
            "Attributes_entry_2_value": "k",
        }
        self.sns("CreatePlatformApplication", Name="app", Platform="APNS", **credentials)
        application = topic_arn("app/APNS/app")
        self.sns("CreatePlatformEndpoint", PlatformApplicationArn=application, Token=token)
        self.sns("ListEndpointsByPlatformApplication", PlatformApplicationArn=application)


TestQueues = Queues.TestCase
TestTopics = Topics.TestCase
TestPhonesAndDevices = PhonesAndDevices.TestCase
for case in (TestQueues, TestTopics, TestPhonesAndDevices):
    case.settings = enough


def test_restored_tenants_keep_their_order() -> None:
    """Also where the messages that made the first one known have left the queue."""
    machine = Queues()
    machine.begin(retention="60", max_receives=1)
    machine.receive(queue="jobs", limit=4, timeout=None, attempt=None)
    machine.send_and_receive_so_many_that_a_tenant_becomes_noisy(count=31, group="h")
    machine.time_goes_on(seconds=10)
    machine.send_and_receive_so_many_that_a_tenant_becomes_noisy(count=31, group="g")
    machine.the_account_is_restored()
    machine.both_look_the_same()
