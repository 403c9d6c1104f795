"""A server with --enforce-policies: what queues and topics let in, and in which words they do not."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests import boto, patience
from tests.actions.sns.inbox import Inbox
from tests.actions.sns.refusals import Refusal, refusal
from tests.server import RunningServer, running_server


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """In place of the one all other tests share."""
    with running_server("--enforce-policies") as server:
        yield server


@pytest.fixture
def stranger_id(account: str) -> str:
    return f"9{account[1:]}"


@pytest.fixture
def queue(json_sqs: Any) -> Inbox:
    url = json_sqs.create_queue(QueueName="queue")["QueueUrl"]
    return Inbox(json_sqs, url, arn_of(json_sqs, url))


@pytest.fixture
def topic_arn(sns: Any) -> str:
    return str(sns.create_topic(Name="topic")["TopicArn"])


def arn_of(sqs: Any, url: str) -> str:
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])


def allow(queue: Inbox, **statement: Any) -> None:
    """Set a policy by which SNS may send, as far as ``statement`` says nothing else."""
    usual = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    document = {"Version": "2012-10-17", "Statement": [usual | statement]}
    queue.client.set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": json.dumps(document)})


def subscribe(sns: Any, topic_arn: str, queue: Inbox, **attributes: str) -> None:
    attributes = {"RawMessageDelivery": "true", **attributes}
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue.arn, Attributes=attributes)


def reasons(server: RunningServer, message_id: str) -> list[str | None]:
    """What the trace says of the deliveries of a message."""
    with urllib.request.urlopen(f"{server.url}/_emulator/trace/{message_id}", timeout=patience.SECONDS) as answer:
        trace = json.load(answer)
    return [step.get("reason") for subscription in trace["subscriptions"] for step in subscription["steps"]]


class TestDelivery:
    def test_queue_without_a_policy_gets_nothing(self, sns: Any, topic_arn: str, queue: Inbox) -> None:
        subscribe(sns, topic_arn, queue)
        assert sns.publish(TopicArn=topic_arn, Message="lost")["MessageId"]
        assert queue.bodies() == []

    @pytest.mark.parametrize("operator", ["ArnEquals", "ArnLike", "StringEquals", "StringLike"])
    def test_policy_that_names_the_topic_lets_its_messages_in(
        self, sns: Any, topic_arn: str, queue: Inbox, operator: str
    ) -> None:
        subscribe(sns, topic_arn, queue)
        allow(queue, Resource=queue.arn, Condition={operator: {"aws:SourceArn": topic_arn}})
        sns.publish(TopicArn=topic_arn, Message="hello")
        assert queue.bodies() == ["hello"]
        other = sns.create_topic(Name="other")["TopicArn"]
        subscribe(sns, other, queue)
        sns.publish(TopicArn=other, Message="lost")
        assert queue.bodies() == []

    def test_policy_may_name_the_account_of_the_topic(
        self, sns: Any, topic_arn: str, queue: Inbox, account: str, stranger_id: str
    ) -> None:
        subscribe(sns, topic_arn, queue)
        allow(queue, Condition={"StringEquals": {"aws:SourceAccount": stranger_id}})
        sns.publish(TopicArn=topic_arn, Message="lost")
        allow(queue, Condition={"StringEquals": {"aws:SourceAccount": account}})
        sns.publish(TopicArn=topic_arn, Message="hello")
        assert queue.bodies() == ["hello"]

    def test_trace_shows_the_statement_that_would_have_let_the_message_in(
        self, server: RunningServer, sns: Any, topic_arn: str, queue: Inbox
    ) -> None:
        subscribe(sns, topic_arn, queue)
        message_id = sns.publish(TopicArn=topic_arn, Message="lost")["MessageId"]
        [reason] = reasons(server, message_id)
        assert reason is not None
        explanation, _, statement = reason.partition("; this statement would: ")
        assert explanation == "the queue's policy does not allow sqs:SendMessage to sns.amazonaws.com"
        allow(queue, **json.loads(statement))
        sns.publish(TopicArn=topic_arn, Message="hello")
        assert queue.bodies() == ["hello"]

    def test_trace_names_the_statement_that_denies(
        self, server: RunningServer, sns: Any, topic_arn: str, queue: Inbox
    ) -> None:
        subscribe(sns, topic_arn, queue)
        allow(queue, Sid="shut", Effect="Deny")
        message_id = sns.publish(TopicArn=topic_arn, Message="lost")["MessageId"]
        complaint = "the statement shut of the queue's policy denies sqs:SendMessage to sns.amazonaws.com"
        assert reasons(server, message_id) == [complaint]
        assert queue.bodies() == []

    def test_refused_message_goes_to_a_dead_letter_queue_that_lets_it_in(
        self, sns: Any, topic_arn: str, queue: Inbox
    ) -> None:
        url = queue.client.create_queue(QueueName="dead-letters")["QueueUrl"]
        dead_letters = Inbox(queue.client, url, arn_of(queue.client, url))
        subscribe(sns, topic_arn, queue, RedrivePolicy=json.dumps({"deadLetterTargetArn": dead_letters.arn}))
        sns.publish(TopicArn=topic_arn, Message="lost")
        allow(dead_letters)
        sns.publish(TopicArn=topic_arn, Message="kept")
        assert queue.bodies() == []
        assert dead_letters.bodies() == ["kept"]

    def test_request_to_confirm_needs_the_permission_too(
        self, server: RunningServer, sns: Any, topic_arn: str, stranger_id: str
    ) -> None:
        sqs = boto.client("sqs", server.url, account=stranger_id)
        url = sqs.create_queue(QueueName="queue")["QueueUrl"]
        theirs = Inbox(sqs, url, arn_of(sqs, url))
        subscribe(sns, topic_arn, theirs)
        assert theirs.bodies() == []
        allow(theirs)
        subscribe(sns, topic_arn, theirs)
        assert [envelope["Type"] for envelope in theirs.envelopes()] == ["SubscriptionConfirmation"]


class TestQueuesOfOthers:
    @pytest.fixture
    def stranger(self, server: RunningServer, stranger_id: str, protocol: str) -> Any:
        return boto.client("sqs", server.url, account=stranger_id, protocol=protocol)

    def complaint(self, queue: Inbox, stranger_id: str, action: str) -> str:
        return (
            f"User: arn:aws:iam::{stranger_id}:user/emulator is not authorized to perform: {action} on resource: "
            f"{queue.arn} because no resource-based policy allows the {action} action"
        )

    def test_owner_needs_no_permission(self, queue: Inbox) -> None:
        queue.client.send_message(QueueUrl=queue.url, MessageBody="hello")
        assert queue.bodies() == ["hello"]
        queue.client.purge_queue(QueueUrl=queue.url)

    @pytest.mark.parametrize("action", ["sqs:SendMessage", "sqs:*", "*"])
    def test_explicit_deny_binds_the_owner_too(self, queue: Inbox, account: str, action: str) -> None:
        allow(queue, Principal="*", Effect="Deny", Action=action)
        denied = Refusal(
            "AccessDenied",
            f"User: arn:aws:iam::{account}:user/emulator is not authorized to perform: sqs:sendmessage on resource: "
            f"{queue.arn} with an explicit deny in a resource-based policy",
            403,
        )
        assert refusal(queue.client.send_message, QueueUrl=queue.url, MessageBody="hello") == denied
        entries = [{"Id": "a", "MessageBody": "hello"}]
        assert refusal(queue.client.send_message_batch, QueueUrl=queue.url, Entries=entries) == denied

    def test_deny_of_an_action_that_only_the_owner_may_call_binds_the_owner(self, queue: Inbox) -> None:
        allow(queue, Principal="*", Effect="Deny", Action="sqs:*")
        client, url = queue.client, queue.url
        answers = [
            refusal(client.set_queue_attributes, QueueUrl=url, Attributes={"DelaySeconds": "1"}),
            refusal(client.tag_queue, QueueUrl=url, Tags={"a": "b"}),
            refusal(client.delete_queue, QueueUrl=url),
            refusal(client.receive_message, QueueUrl=url),
            refusal(client.get_queue_url, QueueName="queue"),
        ]
        assert {answer.code for answer in answers} == {"AccessDenied"}

    def test_deny_of_other_accounts_leaves_the_owner_alone(
        self, queue: Inbox, account: str, stranger: Any, stranger_id: str
    ) -> None:
        statements = [
            {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"},
            {"Effect": "Deny", "NotPrincipal": {"AWS": account}, "Action": "sqs:*"},
        ]
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        queue.client.set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": policy})
        queue.client.send_message(QueueUrl=queue.url, MessageBody="hello")
        assert queue.bodies() == ["hello"]
        assert refusal(stranger.send_message, QueueUrl=queue.url, MessageBody="hello").code == "AccessDenied"

    @pytest.mark.parametrize(
        ("source", "allowed"),
        [("127.0.0.1", True), ("127.0.0.0/8", True), ("10.0.0.0/8", False), ("::1/128", False), ("0.0.0.0/0", True)],
    )
    def test_source_ip_is_the_address_of_the_caller(
        self, queue: Inbox, stranger: Any, source: str, allowed: bool
    ) -> None:
        allow(queue, Principal="*", Condition={"IpAddress": {"aws:SourceIp": source}})
        if allowed:
            stranger.send_message(QueueUrl=queue.url, MessageBody="hello")
            assert queue.bodies() == ["hello"]
        else:
            assert refusal(stranger.send_message, QueueUrl=queue.url, MessageBody="hello").code == "AccessDenied"

    def test_deny_of_all_other_addresses_binds_the_owner(self, queue: Inbox) -> None:
        deny = {"Principal": "*", "Effect": "Deny", "Action": "sqs:ReceiveMessage"}
        allow(queue, **deny, Condition={"NotIpAddress": {"aws:SourceIp": ["127.0.0.0/8"]}})
        assert queue.bodies() == []
        allow(queue, **deny, Condition={"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}})
        assert refusal(queue.client.receive_message, QueueUrl=queue.url).code == "AccessDenied"

    @pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
    def test_principal_of_another_partition_is_another_one(
        self, queue: Inbox, stranger: Any, stranger_id: str, partition: str
    ) -> None:
        allow(queue, Principal={"AWS": f"arn:{partition}:iam::{stranger_id}:root"})
        assert refusal(stranger.send_message, QueueUrl=queue.url, MessageBody="hello").code == "AccessDenied"
        allow(queue, Principal={"AWS": f"arn:aws:iam::{stranger_id}:root"})
        stranger.send_message(QueueUrl=queue.url, MessageBody="hello")

    def test_without_a_permission_a_call_is_refused(self, queue: Inbox, stranger: Any, stranger_id: str) -> None:
        answer = refusal(stranger.send_message, QueueUrl=queue.url, MessageBody="hello")
        assert answer == Refusal("AccessDenied", self.complaint(queue, stranger_id, "sqs:sendmessage"), 403)
        assert queue.bodies() == []

    def test_permission_holds_for_its_action_and_the_batch_of_it(
        self, queue: Inbox, stranger: Any, stranger_id: str
    ) -> None:
        queue.client.add_permission(
            QueueUrl=queue.url, Label="let", AWSAccountIds=[stranger_id], Actions=["SendMessage"]
        )
        stranger.send_message(QueueUrl=queue.url, MessageBody="one")
        stranger.send_message_batch(QueueUrl=queue.url, Entries=[{"Id": "1", "MessageBody": "two"}])
        assert queue.bodies() == ["one", "two"]
        answer = refusal(stranger.delete_message_batch, QueueUrl=queue.url, Entries=[{"Id": "1", "ReceiptHandle": "x"}])
        assert answer.message == self.complaint(queue, stranger_id, "sqs:deletemessage")

    def test_url_of_anothers_queue_needs_a_permission(
        self, queue: Inbox, stranger: Any, stranger_id: str, account: str
    ) -> None:
        arguments = {"QueueName": "queue", "QueueOwnerAWSAccountId": account}
        assert refusal(stranger.get_queue_url, **arguments).status == 403
        allow(queue, Principal={"AWS": stranger_id}, Action="sqs:GetQueueUrl")
        assert stranger.get_queue_url(**arguments)["QueueUrl"] == queue.url

    def test_some_actions_are_for_the_owner_alone(self, queue: Inbox, stranger: Any, stranger_id: str) -> None:
        allow(queue, Principal={"AWS": stranger_id}, Action="sqs:*")
        assert stranger.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["All"])["Attributes"]
        for call, arguments in (
            (stranger.delete_queue, {}),
            (stranger.set_queue_attributes, {"Attributes": {"DelaySeconds": "1"}}),
            (stranger.tag_queue, {"Tags": {"a": "b"}}),
        ):
            assert refusal(call, QueueUrl=queue.url, **arguments).status == 403
        for call in (stranger.start_message_move_task, stranger.list_message_move_tasks):
            assert refusal(call, SourceArn=queue.arn).status == 403
        assert queue.bodies() == []

    def test_denial_is_named(self, queue: Inbox, stranger: Any) -> None:
        allow(queue, Principal="*", Effect="Deny")
        answer = refusal(stranger.send_message, QueueUrl=queue.url, MessageBody="hello")
        assert answer.message.endswith(f"{queue.arn} with an explicit deny in a resource-based policy")

    def test_queue_that_does_not_exist_is_not_found(self, queue: Inbox, stranger: Any) -> None:
        answer = refusal(stranger.send_message, QueueUrl=f"{queue.url}-not", MessageBody="hello")
        assert answer.code == "AWS.SimpleQueueService.NonExistentQueue"


class TestTopicsOfOthers:
    @pytest.fixture
    def stranger(self, server: RunningServer, stranger_id: str) -> Any:
        return boto.client("sns", server.url, account=stranger_id)

    def refused(self, action: str, arn: str, stranger_id: str) -> Refusal:
        user = f"arn:aws:iam::{stranger_id}:user/emulator"
        text = f"User: {user} is not authorized to perform: SNS:{action} on resource: {arn}"
        return Refusal("AuthorizationError", text, 403)

    def test_default_policy_is_for_the_owner_alone(
        self, sns: Any, topic_arn: str, stranger: Any, stranger_id: str
    ) -> None:
        answer = refusal(stranger.publish, TopicArn=topic_arn, Message="hello")
        assert answer == self.refused("Publish", topic_arn, stranger_id)
        answer = refusal(stranger.get_topic_attributes, TopicArn=topic_arn)
        assert answer == self.refused("GetTopicAttributes", topic_arn, stranger_id)
        answer = refusal(stranger.delete_topic, TopicArn=topic_arn)
        assert answer == self.refused("DeleteTopic", topic_arn, stranger_id)
        assert sns.publish(TopicArn=topic_arn, Message="hello")["MessageId"]

    def test_explicit_deny_binds_the_owner_too(self, sns: Any, topic_arn: str, account: str) -> None:
        statement = {"Effect": "Deny", "Principal": "*", "Action": "SNS:Publish", "Resource": topic_arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sns.set_topic_attributes(TopicArn=topic_arn, AttributeName="Policy", AttributeValue=policy)
        denied = Refusal(
            "AuthorizationError",
            f"User: arn:aws:iam::{account}:user/emulator is not authorized to perform: SNS:Publish on resource: "
            f"{topic_arn} with an explicit deny in a resource-based policy",
            403,
        )
        assert refusal(sns.publish, TopicArn=topic_arn, Message="hello") == denied
        entries = [{"Id": "a", "Message": "hello"}]
        assert refusal(sns.publish_batch, TopicArn=topic_arn, PublishBatchRequestEntries=entries) == denied
        assert sns.get_topic_attributes(TopicArn=topic_arn)["Attributes"]["TopicArn"] == topic_arn

    def test_source_ip_is_the_address_of_the_caller(self, sns: Any, topic_arn: str, stranger: Any) -> None:
        for source, allowed in (("127.0.0.0/8", True), ("10.0.0.0/8", False)):
            statement = {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "SNS:Publish",
                "Resource": topic_arn,
                "Condition": {"IpAddress": {"aws:SourceIp": source}},
            }
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            sns.set_topic_attributes(TopicArn=topic_arn, AttributeName="Policy", AttributeValue=policy)
            if allowed:
                assert stranger.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
            else:
                assert refusal(stranger.publish, TopicArn=topic_arn, Message="hello").code == "AuthorizationError"

    def test_permission_to_publish_holds_for_batches(
        self, sns: Any, topic_arn: str, stranger: Any, stranger_id: str
    ) -> None:
        sns.add_permission(TopicArn=topic_arn, Label="let", AWSAccountId=[stranger_id], ActionName=["Publish"])
        assert stranger.publish(TopicArn=topic_arn, Message="hello")["MessageId"]
        batch = [{"Id": "1", "Message": "hello"}]
        assert stranger.publish_batch(TopicArn=topic_arn, PublishBatchRequestEntries=batch)["Successful"]
        answer = refusal(stranger.subscribe, TopicArn=topic_arn, Protocol="sms", Endpoint="+15551234567")
        assert answer == self.refused("Subscribe", topic_arn, stranger_id)

    def test_policy_can_say_who_may_be_subscribed(
        self, sns: Any, topic_arn: str, stranger: Any, stranger_id: str
    ) -> None:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": stranger_id},
            "Action": "SNS:Subscribe",
            "Resource": topic_arn,
            "Condition": {"StringEquals": {"sns:Protocol": "email"}, "StringLike": {"sns:Endpoint": "*@example.com"}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sns.set_topic_attributes(TopicArn=topic_arn, AttributeName="Policy", AttributeValue=policy)
        assert stranger.subscribe(TopicArn=topic_arn, Protocol="email", Endpoint="a@example.com")["SubscriptionArn"]
        for protocol, endpoint in (("email", "a@example.org"), ("sms", "+15551234567")):
            answer = refusal(stranger.subscribe, TopicArn=topic_arn, Protocol=protocol, Endpoint=endpoint)
            assert answer == self.refused("Subscribe", topic_arn, stranger_id)

    def test_tags_are_for_the_owner_alone(self, sns: Any, topic_arn: str, stranger: Any, stranger_id: str) -> None:
        answer = refusal(stranger.tag_resource, ResourceArn=topic_arn, Tags=[{"Key": "a", "Value": "b"}])
        assert answer == self.refused("TagResource", topic_arn, stranger_id)

    def test_subscription_is_for_its_maker_and_the_owner_of_the_topic(
        self, sns: Any, topic_arn: str, stranger: Any, stranger_id: str
    ) -> None:
        arn = sns.subscribe(TopicArn=topic_arn, Protocol="sms", Endpoint="+15551234567")["SubscriptionArn"]
        assert sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        answer = refusal(stranger.get_subscription_attributes, SubscriptionArn=arn)
        assert answer == self.refused("GetSubscriptionAttributes", arn, stranger_id)
        arguments = {"AttributeName": "FilterPolicy", "AttributeValue": "{}"}
        answer = refusal(stranger.set_subscription_attributes, SubscriptionArn=arn, **arguments)
        assert answer == self.refused("SetSubscriptionAttributes", arn, stranger_id)

    def test_topic_that_does_not_exist_is_not_found(self, topic_arn: str, stranger: Any) -> None:
        assert refusal(stranger.publish, TopicArn=f"{topic_arn}-not", Message="hello").code == "NotFound"
