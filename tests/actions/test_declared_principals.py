"""A server with --enforce-policies and declared principals: what users and sessions may do, and why not."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.actions.principals import (
    OTHER,
    OWN,
    QUEUE,
    SESSION,
    TOPIC,
    USER,
    allow,
    client,
    refusal,
    server_with_principals,
)
from tests.command_line.commands import Commands
from tests.raw_http import ask
from tests.server import RunningServer, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """In place of the one all other tests share."""
    with server_with_principals(tmp_path_factory.mktemp("principals")) as server:
        yield server


def url(server: RunningServer) -> str:
    return f"{server.url}/{OWN}/orders"


def test_identity_based_policy_allows_what_it_names(server: RunningServer, protocol: str) -> None:
    sqs = client(server, "sqs", "AKIASHOP", protocol)
    sqs.send_message(QueueUrl=url(server), MessageBody="one")
    sqs.send_message_batch(QueueUrl=url(server), Entries=[{"Id": "1", "MessageBody": "two"}])
    code, text = refusal(sqs.receive_message, QueueUrl=url(server))
    assert code in ("AccessDenied", "AccessDeniedException")
    assert text == (
        f"User: {USER} is not authorized to perform: sqs:receivemessage on resource: {QUEUE} "
        "because no identity-based policy allows the sqs:receivemessage action"
    )
    code, text = refusal(sqs.purge_queue, QueueUrl=url(server))
    assert text.endswith(f"on resource: {QUEUE} with an explicit deny in a resource-based policy")


def test_calls_about_no_queue_or_topic_are_checked_too(server: RunningServer) -> None:
    sqs, sns_ = client(server, "sqs", "AKIASHOP"), client(server, "sns", "AKIASHOP")
    sqs.create_queue(QueueName="shop-new")
    assert refusal(sqs.create_queue, QueueName="other")[1].startswith(
        f"User: {USER} is not authorized to perform: sqs:createqueue on resource: arn:aws:sqs:us-east-1:{OWN}:other "
    )
    assert "sqs:listqueues on resource: arn:aws:sqs:us-east-1:111111111111: because" in refusal(sqs.list_queues)[1]
    assert sns_.list_topics()["Topics"]
    code, text = refusal(sns_.create_topic, Name="new")
    assert (code, text) == (
        "AuthorizationError",
        f"User: {USER} is not authorized to perform: SNS:CreateTopic on resource: arn:aws:sns:us-east-1:{OWN}:new "
        "because no identity-based policy allows the SNS:CreateTopic action",
    )
    sns_.publish(TopicArn=TOPIC, Message="hello")
    sns_.publish(PhoneNumber="+12065550100", Message="hello")


def test_default_policy_of_a_topic_does_not_let_users_of_its_account_in(server: RunningServer) -> None:
    code, text = refusal(client(server, "sns", "AKIANONE").publish, TopicArn=TOPIC, Message="hello")
    assert code == "AuthorizationError"
    assert text.endswith("because no identity-based policy allows the SNS:Publish action")


def test_boundary_and_session_policy_limit_a_session(server: RunningServer) -> None:
    build, limited = client(server, "sqs", "ASIABUILD"), client(server, "sqs", "ASIALIMITED")
    build.send_message(QueueUrl=url(server), MessageBody="one")
    assert limited.receive_message(QueueUrl=url(server))["Messages"]
    text = refusal(build.get_queue_attributes, QueueUrl=url(server))[1]
    assert text.startswith(f"User: {SESSION} is not authorized")
    assert text.endswith("because no permissions boundary allows the sqs:getqueueattributes action")
    text = refusal(limited.send_message, QueueUrl=url(server), MessageBody="two")[1]
    assert text.endswith("because no session policy allows the sqs:sendmessage action")


def test_caller_of_another_account_of_the_organization_is_let_in(server: RunningServer) -> None:
    foreign = client(server, "sqs", "AKIAFOREIGN")
    foreign.send_message(QueueUrl=url(server), MessageBody="one")
    text = refusal(foreign.receive_message, QueueUrl=url(server))[1]
    assert text.endswith("because no resource-based policy allows the sqs:receivemessage action")


def test_tags_of_caller_resource_and_request_are_condition_keys(server: RunningServer) -> None:
    tagged = client(server, "sqs", "AKIATAGGED")
    tagged.send_message(QueueUrl=url(server), MessageBody="one")
    other = tagged.create_queue(QueueName="untagged", tags={"team": "other"})["QueueUrl"]
    refusal(tagged.send_message, QueueUrl=other, MessageBody="one")
    refusal(tagged.create_queue, QueueName="more", tags={"owner": "me"})


def test_sts_and_messages_name_the_caller(server: RunningServer) -> None:
    identity = client(server, "sts", "ASIABUILD").get_caller_identity()
    assert (identity["Account"], identity["Arn"]) == (OWN, SESSION)
    assert identity["UserId"].startswith("AROA")
    assert identity["UserId"].endswith(":build-42")
    shop = client(server, "sqs", "AKIASHOP")
    shop.create_queue(QueueName="shop-senders", tags={})
    owner = client(server, "sqs", OWN)  # known by account only
    senders = owner.get_queue_url(QueueName="shop-senders")["QueueUrl"]
    build = client(server, "sqs", "ASIABUILD")
    build.send_message(QueueUrl=senders, MessageBody="one")
    [message] = owner.receive_message(QueueUrl=senders, MessageSystemAttributeNames=["SenderId"])["Messages"]
    assert message["Attributes"]["SenderId"] == identity["UserId"]


def test_callers_who_are_not_declared_are_as_before(server: RunningServer) -> None:
    owner, stranger = client(server, "sqs", OWN), client(server, "sqs", "333333333333")
    owner.list_queues()
    text = refusal(stranger.send_message, QueueUrl=url(server), MessageBody="one")[1]
    assert text.endswith("because no resource-based policy allows the sqs:sendmessage action")


# -- Explanations -----------------------------------------------------------------------------


def explained(server: RunningServer, principal: str, action: str, resource: str = QUEUE, **context: Any) -> Any:
    query = urlencode({"principal": principal, "action": action, "resource": resource, "context": urlencode(context)})
    answer = ask(server.url, f"/_emulator/access/explain?{query}")
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def test_explanation_names_the_statement_that_decides(server: RunningServer) -> None:
    answer = explained(server, "AKIASHOP", "sqs:SendMessage")
    assert (answer["allowed"], answer["principal"], answer["enforced"]) == (True, USER, True)
    assert answer["reason"] == "allowed by the statement 1 of the identity-based policy send"
    assert answer["decided_by"] == {
        "type": "identity-based policy",
        "policy": "send",
        "effect": "Allow",
        "statement": "1",
    }
    assert [(each["policy"], each["effect"]) for each in answer["policies"]] == [
        ("send", "Allow"),
        ("topics", None),
        ("queues", None),
        (QUEUE, None),
    ]
    assert answer["context"]["aws:resourcetag/team"] == ["shop"]
    answer = explained(server, USER, "sqs:PurgeQueue")
    assert answer["reason"] == "refused with an explicit deny in a resource-based policy"
    assert answer["decided_by"]["statement"] == "no-purge"
    answer = explained(server, SESSION, "sqs:GetQueueUrl")
    assert answer["reason"] == "refused because no permissions boundary allows the sqs:GetQueueUrl action"
    assert answer["decided_by"] is None


def test_explanation_of_callers_who_are_not_declared(server: RunningServer) -> None:
    assert explained(server, OWN, "sqs:SendMessage")["reason"] == (
        "allowed because the principal is not declared, and its account owns the resource"
    )
    assert explained(server, OWN, "sqs:PurgeQueue")["decided_by"]["statement"] == "no-purge"
    assert explained(server, OTHER, "sqs:SendMessage")["decided_by"]["statement"] == "foreign"
    assert not explained(server, OTHER, "sqs:SendMessage", **{"aws:PrincipalOrgID": "o-other"})["allowed"]
    assert not explained(server, OTHER, "sqs:DeleteQueue")["allowed"]
    delivery = explained(server, TOPIC, "sqs:SendMessage")
    assert delivery["reason"] == "refused because no resource-based policy allows the sqs:SendMessage action"
    assert delivery["context"]["aws:sourcearn"] == [TOPIC]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (
            "principal=AKIAX&action=sqs:SendMessage&resource=x",
            "principal: no principal AKIAX is declared; there are arn:",
        ),
        ("principal=AKIASHOP&action=SendMessage&resource=x", "action"),
        ("principal=AKIASHOP&action=sqs:SendMessage", "resource"),
        ("principal=AKIASHOP&action=sqs:SendMessage&resource=x&context=" + "x" * 20_001, "context"),
    ],
)
def test_question_that_makes_no_sense_is_refused(server: RunningServer, query: str, text: str) -> None:
    answer = ask(server.url, f"/_emulator/access/explain?{query}")
    assert answer.status == (404 if "AKIAX" in query else 400)
    assert text in json.loads(answer.body)["error"]


def test_command_explains_access(server: RunningServer) -> None:
    commands = Commands(server.url)
    output = commands.text("explain", "access", "AKIASHOP", "sqs:SendMessage", QUEUE)
    assert output.splitlines()[0] == (
        f"{USER}: sqs:SendMessage on {QUEUE} is allowed by the statement 1 of the identity-based policy send."
    )
    assert re.search("^identity-based policy +send +Allow +1$", output, re.MULTILINE)
    refused = commands.run(
        "explain", "access", OTHER, "sqs:SendMessage", QUEUE, "--context", "aws:PrincipalOrgID=o-other", "--json"
    )
    assert (refused.exit_code, json.loads(refused.output)["allowed"]) == (1, False)
    wrong = commands.run("explain", "access", OTHER, "sqs:SendMessage", QUEUE, "--context", "x")
    assert (wrong.exit_code, "a condition key and its value are wanted" in wrong.output) == (2, True)


# -- The configuration ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("principals", "text"),
    [
        (
            {"users": {"ann": {"policies": [{"Statement": []}]}}},
            "This is no policy of an identity: there is no statement.",
        ),
        ({"users": {"ann": {"policies": ["{"]}}}, "This is no policy of an identity: Expecting"),
        ({"users": {"ann": {"permissions_boundary": {}}}}, "This is no policy of an identity: expected an object."),
        ({"users": {"ann": {"policies": [allow("sqs:*")] * 41}}}, "There are 41 policies; there can be 40."),
        ({"users": {"ann": {"access_key": []}}}, "There is no access_key here; did you mean access_keys?"),
        (
            {"users": {"ann": {"access_keys": ["A"]}, "ben": {"access_keys": ["A"]}}},
            "Another principal has the",
        ),
        (
            {"users": {"ann": {"access_keys": ["A"], "account": OWN}}},
            "The access key A belongs to the account 0000",
        ),
        ({"roles": {"worker": {}}, "sessions": [{"role": "workr", "name": "x1"}]}, "did you mean worker?"),
        ({"sessions": [{"role": "worker", "name": "x 1"}]}, "name"),
        ({"organizations": {"o-x": "1"}}, "o-x is"),
        ({"sessions": {}}, "sessions is a table; a list is wanted."),
        ([], "principals is a list; a table is wanted."),
    ],
)
def test_mistakes_of_principals_are_reported(tmp_path: Path, principals: Any, text: str) -> None:
    file = tmp_path / "emulator.json"
    file.write_text(json.dumps({"principals": principals}))
    result = Commands("").run("config", "check", str(file))
    assert result.exit_code == 2
    assert text in result.output


def test_principals_can_be_declared_while_the_server_runs(tmp_path: Path) -> None:
    with running_server("--enforce-policies") as server:
        user = {"access_keys": ["444444444444"], "account": "444444444444", "policies": [allow("sqs:CreateQueue")]}
        body = json.dumps({"principals": {"users": {"ann": user}}}).encode()
        answer = ask(server.url, "/_emulator/declare", "POST", {"Content-Type": "application/json"}, body)
        assert answer.status == 200, answer.body
        sqs_ = client(server, "sqs", "444444444444")
        sqs_.create_queue(QueueName="mine")
        refusal(sqs_.list_queues)


@pytest.mark.parametrize("depth", [100, 2_000])
def test_hostile_policy_is_refused_whole(server: RunningServer, depth: int) -> None:
    policy = '{"Statement":' + "[" * depth + "]" * depth + "}"
    nested = {"Statement": json.loads("[" * 90 + "]" * 90)}
    for document in (policy, "{" * depth, json.dumps({"Statement": "*" * 20_000}), nested):
        body = json.dumps({"principals": {"users": {"eve": {"access_keys": ["AKIAEVE"], "policies": [document]}}}})
        answer = ask(server.url, "/_emulator/declare", "POST", {"Content-Type": "application/json"}, body.encode())
        assert answer.status == 400, answer.body


def test_verified_signature_says_which_principal_calls(tmp_path: Path) -> None:
    file = tmp_path / "emulator.json"
    user = {"account": OWN, "access_keys": ["AKIASHOP"], "policies": [allow("sqs:CreateQueue")]}
    options = {"enforce_policies": True, "verify_signatures": True, "credentials": [f"AKIASHOP:any:{OWN}"]}
    file.write_text(json.dumps({"options": options, "principals": {"users": {"shop": user}}}))
    with running_server("--config", str(file)) as server:
        sqs_ = client(server, "sqs", "AKIASHOP")
        sqs_.create_queue(QueueName="mine")
        assert "user/shop is not authorized to perform: sqs:listqueues" in refusal(sqs_.list_queues)[1]


def test_way_of_a_request_is_a_condition_key() -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sqs:ReceiveMessage"}
    options = ("--enforce-policies", "--secure-transport=scheme", "--source-vpce=vpce-1", "--source-vpc=vpc-1")
    with running_server(*options) as server:
        owner = client(server, "sqs", OWN)
        queue = owner.create_queue(QueueName="orders")["QueueUrl"]
        for condition, refused in (
            ({"Bool": {"aws:SecureTransport": "false"}}, True),
            ({"Bool": {"aws:SecureTransport": "true"}}, False),
            ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, False),
            ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, True),
            ({"Null": {"aws:SourceIp": "true"}}, True),
            ({"IpAddress": {"aws:VpcSourceIp": "127.0.0.0/8"}}, True),
            ({"StringLike": {"aws:UserAgent": "Boto3/*"}}, True),
        ):
            policy = json.dumps({"Version": "2012-10-17", "Statement": {**deny, "Condition": condition}})
            owner.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
            if refused:
                refusal(owner.receive_message, QueueUrl=queue)
            else:
                owner.receive_message(QueueUrl=queue)
