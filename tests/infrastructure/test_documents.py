"""Templates and plans as real projects have them: what boto3 then reads is what they say."""

import fnmatch
import json
from pathlib import Path
from typing import Any

import pytest

from emulator.testing import EmulatedAccount, emulated_aws

DOCUMENTS = Path(__file__).parent / "documents"
ACCOUNT = "123456789012"

# What a queue and a topic have if nothing is given, or what is no setting.
QUEUE_DEFAULTS = {
    "DelaySeconds": "0",
    "MaximumMessageSize": "1048576",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": "30",
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "FifoThroughputLimit": "perQueue",
}
TOPIC_DEFAULTS = {"DisplayName": "", "FifoThroughputScope": "Topic", "ContentBasedDeduplication": "false"}
NO_SETTINGS = ("Approximate", "CreatedTimestamp", "LastModified", "QueueArn", "TopicArn", "Owner", "Subscriptions")
NO_SUBSCRIPTION_SETTINGS = (
    "SubscriptionArn",
    "TopicArn",
    "Owner",
    "Protocol",
    "Endpoint",
    "Confirmation",
    "Pending",
    "SubscriptionPrincipal",
)
DOCUMENT_ATTRIBUTES = (
    "Policy",
    "RedrivePolicy",
    "RedriveAllowPolicy",
    "FilterPolicy",
    "ArchivePolicy",
    "DeliveryPolicy",
)


def _settings(attributes: dict[str, str], defaults: dict[str, str], other: tuple[str, ...]) -> dict[str, Any]:
    given = {
        name: text
        for name, text in attributes.items()
        if not name.startswith((*other, "Effective", "BeginningArchiveTime")) and defaults.get(name) != text
    }
    return {name: json.loads(text) if name in DOCUMENT_ATTRIBUTES else text for name, text in given.items()}


def _queues(aws: EmulatedAccount) -> dict[str, Any]:
    found = {}
    for url in aws.sqs.list_queues().get("QueueUrls", []):
        attributes = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        queue = _settings(attributes, QUEUE_DEFAULTS, NO_SETTINGS)
        if tags := aws.sqs.list_queue_tags(QueueUrl=url).get("Tags"):
            queue["tags"] = tags
        found[url.rpartition("/")[2]] = queue
    return found


def _topics(aws: EmulatedAccount) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in aws.sns.list_topics()["Topics"]:
        arn = each["TopicArn"]
        topic = _settings(aws.sns.get_topic_attributes(TopicArn=arn)["Attributes"], TOPIC_DEFAULTS, NO_SETTINGS)
        if topic["Policy"].get("Id") == "__default_policy_ID":
            del topic["Policy"]
        if tags := aws.sns.list_tags_for_resource(ResourceArn=arn)["Tags"]:
            topic["tags"] = {tag["Key"]: tag["Value"] for tag in tags}
        if protection := aws.sns.get_data_protection_policy(ResourceArn=arn).get("DataProtectionPolicy"):
            topic["protection"] = json.loads(protection)
        topic["subscriptions"] = _subscriptions(aws, arn)
        found[arn.rpartition(":")[2]] = topic
    return found


def _subscriptions(aws: EmulatedAccount, arn: str) -> dict[str, Any]:
    found = {}
    for each in aws.sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
        settings: dict[str, Any] = {}
        if each["SubscriptionArn"] != "PendingConfirmation":
            answer = aws.sns.get_subscription_attributes(SubscriptionArn=each["SubscriptionArn"])
            defaults = {"RawMessageDelivery": "false"}
            settings = _settings(answer["Attributes"], defaults, NO_SUBSCRIPTION_SETTINGS)
            if "FilterPolicy" not in settings:
                settings.pop("FilterPolicyScope", None)
        found[f"{each['Protocol']} {each['Endpoint']}"] = settings
    return found


def read_back(aws: EmulatedAccount) -> dict[str, Any]:
    """All that boto3 reads of the account, without defaults."""
    return {"queues": _queues(aws), "topics": _topics(aws)}


def assert_like(found: Any, expected: Any, path: str = "") -> None:
    """``found`` is ``expected``, in whose texts and keys ``*`` stands for what is random."""
    if isinstance(expected, dict):
        assert isinstance(found, dict), path
        pairs = {key: next((name for name in found if fnmatch.fnmatchcase(name, key)), None) for key in expected}
        assert sorted(filter(None, pairs.values())) == sorted(found), path
        for key, name in pairs.items():
            assert name is not None, f"{path}.{key}"
            assert_like(found[name], expected[key], f"{path}.{key}")
    elif isinstance(expected, list):
        assert isinstance(found, list), path
        assert len(found) == len(expected), path
        for index, (each, wanted) in enumerate(zip(found, expected, strict=True)):
            assert_like(each, wanted, f"{path}[{index}]")
    elif isinstance(expected, str) and "*" in expected.replace(":*", ""):
        assert isinstance(found, str), path
        assert fnmatch.fnmatchcase(found, expected), f"{path}: {found}"
    else:
        assert found == expected, path


def expected_of(*files: Path) -> dict[str, Any]:
    """What the documents say together."""
    together: dict[str, Any] = {"queues": {}, "topics": {}}
    for file in files:
        one = json.loads((file.parent / f"{file.name.partition('.')[0]}.expected.json").read_text())
        together["queues"] |= one["queues"]
        for name, topic in one["topics"].items():
            known = together["topics"].setdefault(name, {"subscriptions": {}})
            subscriptions = known["subscriptions"] | topic.get("subscriptions", {})
            together["topics"][name] = known | topic | {"subscriptions": subscriptions}
    return together


def documents(folder: str) -> list[Path]:
    return sorted(path for path in (DOCUMENTS / folder).iterdir() if ".expected." not in path.name)


@pytest.mark.parametrize("folder", ["cloudformation", "sam", "cdk"])
def test_boto3_reads_what_templates_say(folder: str) -> None:
    files = documents(folder)
    assert len(files) >= 3
    with emulated_aws(account_id=ACCOUNT, region="us-east-1", templates=files) as aws:
        assert_like(read_back(aws), expected_of(*files))


@pytest.mark.parametrize("file", documents("terraform"), ids=lambda path: path.name)
def test_boto3_reads_what_a_plan_of_terraform_says(file: Path) -> None:
    with emulated_aws(account_id=ACCOUNT, region="eu-west-1", terraform_plans=[file]) as aws:
        assert_like(read_back(aws), expected_of(file))


def test_templates_of_a_use_can_be_a_folder_and_have_parameters(tmp_path: Path) -> None:
    (tmp_path / "Jobs.template.json").write_text(
        '{"Parameters": {"Name": {"Type": "String"}},'
        ' "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}}}}'
    )
    with emulated_aws(templates=[tmp_path], template_parameters={"Name": "jobs"}) as aws:
        aws.declare(templates=[f"other={tmp_path / 'Jobs.template.json'}"], template_parameters={"Name": "more"})
        assert sorted(_queues(aws)) == ["jobs", "more"]


def test_physical_names_are_the_same_in_every_run_and_others_with_another_seed(tmp_path: Path) -> None:
    (tmp_path / "jobs.yaml").write_text("Resources: {Queue: {Type: AWS::SQS::Queue}}")

    def name(seed: int) -> str:
        with emulated_aws(templates=[tmp_path / "jobs.yaml"], seed=seed) as aws:
            (found,) = _queues(aws)
        return found

    assert name(1) == name(1) != name(2)
    assert name(1).startswith("jobs-Queue-")


def test_function_whose_url_is_known_gets_the_notifications(tmp_path: Path) -> None:
    (tmp_path / "jobs.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources:\n"
        "  Topic: {Type: AWS::SNS::Topic}\n"
        "  Work:\n"
        "    Type: AWS::Serverless::Function\n"
        "    Properties: {Events: {Told: {Type: SNS, Properties: {Topic: !Ref Topic}}}}\n"
    )
    arn = "arn:aws:lambda:eu-north-1:111111111111:function:Work"
    with emulated_aws(templates=[tmp_path / "jobs.yaml"], lambda_urls={arn: "http://127.0.0.1:1/"}) as aws:
        (subscription,) = aws.sns.list_subscriptions()["Subscriptions"]
    assert subscription["Endpoint"] == arn


@pytest.mark.parametrize(
    ("infrastructure", "error"),
    [
        ({"templates": ["nowhere.yaml"]}, "nowhere.yaml: The file cannot be read: "),
        ({"templates": "a.yaml"}, "templates is a list of files, not 'a.yaml'."),
        ({"terraform_plans": ["nowhere.json"]}, "nowhere.json: The file cannot be read: "),
        ({"template_parameters": {"Stage": "x"}}, "template_parameters are about templates: give some too."),
    ],
)
def test_files_that_cannot_be_read_are_a_value_error(infrastructure: Any, error: str) -> None:
    with pytest.raises(ValueError, match=f"^{error}"):
        emulated_aws(**infrastructure).start()


def test_templates_of_several_mebibytes_can_be_declared(tmp_path: Path) -> None:
    padding = "\n".join(f"# {'-' * 100}" for _ in range(5_500))
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(f"Resources: {{Queue: {{Type: AWS::SQS::Queue}}}}\n{padding}")
    with emulated_aws(templates=[tmp_path / "one.yaml", tmp_path / "two.yaml"]) as aws:
        assert len(_queues(aws)) == 2
