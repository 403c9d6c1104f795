"""Every kind of mistake in a template has its line and column, and says what would be right."""

import asyncio
from pathlib import Path

import pytest

from emulator.configuration.document_error import DocumentError
from emulator.configuration.settings import Settings
from emulator.declared.configuration import check, check_file
from emulator.declared.declarations import Declarations
from emulator.declared.document import Document
from emulator.infrastructure.files import load_of_any_kind, with_infrastructure

QUEUE = "Type: AWS::SQS::Queue"


def checked(folder: Path, text: str, suffix: str = "yaml") -> Declarations:
    file = folder / f"t.{suffix}"
    file.write_text(text, encoding="utf-8")
    return asyncio.run(check_file(load_of_any_kind(str(file))))


def mistakes(folder: Path, text: str, suffix: str = "yaml") -> list[str]:
    """The mistakes, without the name of the file."""
    with pytest.raises(DocumentError) as refused:
        checked(folder, text, suffix)
    return [line.removeprefix(f"{folder / f't.{suffix}'}:") for line in refused.value.lines]


def properties(text: str) -> str:
    """A template with a queue that has these properties, from line 5 on, indented by six."""
    return f"Resources:\n  Q:\n    {QUEUE}\n    Properties:\n      {text}"


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("Resources: 3", "1:12: Resources is 3; a mapping is wanted."),
        ("Resources: {}\nOutput: {}", "2:1: A template has no section Output; did you mean Outputs?"),
        (
            "Resources: {}\nTransform: MyMacro",
            "2:12: The transform MyMacro cannot be done here: give the template that c",
        ),
        ("Resources:\n  Q-1: {Type: X}", "2:3: Q-1 is no logical id: one has only letters and digits."),
        (
            "Resources:\n  Fn::ForEach::Qs: []",
            "2:3: Fn::ForEach::Qs cannot be evaluated here: give the template that c",
        ),
        ("Resources:\n  Q: 3", "2:6: Q is 3; a mapping with Type is wanted."),
        ("Resources:\n  Q: {Typ: X}", "2:7: A resource has no Typ; did you mean Type?"),
        ("Resources:\n  Q: {Properties: {}}", "2:6: Type is missing: it says what the resource is, such as AWS::SQS::"),
        (f"Resources:\n  Q: {{{QUEUE}, Properties: 3}}", "2:42: Properties is a mapping."),
        (f"Resources:\n  Q: {{{QUEUE}, Condition: X}}", "2:41: There is no condition X; there are none."),
        (f"Resources:\n  Q: {{{QUEUE}, DependsOn: X}}", "2:41: There is no resource X; there are Q."),
        (f"Resources:\n  Q: {{{QUEUE}, DependsOn: 3}}", "2:41: DependsOn is a logical id, or a list of them."),
        (
            properties("VisibilityTimeOut: 3"),
            "5:7: There is no VisibilityTimeOut here; did you mean VisibilityTimeout?",
        ),
        (properties("VisibilityTimeout: 43201"), "5:26: VisibilityTimeout is 43201; an integer from 0 to 43200 is wan"),
        (properties("VisibilityTimeout: soon"), '5:26: VisibilityTimeout is "soon"; an integer from 0 to 43200 is wa'),
        (properties("FifoQueue: maybe"), '5:18: FifoQueue is "maybe"; true or false is wanted.'),
        (properties("QueueName: a b"), "5:18: AWS refuses this: Can only include alphanumeric characters, hyphens, or"),
        (properties("ContentBasedDeduplication: true"), "5:34: AWS refuses this: Unknown Attribute ContentBasedDedupl"),
        (properties("Tags: {a: b}"), "5:13: Tags is a table; a list is wanted."),
        (properties("Tags: [{Key: a}]"), "5:14: Tags[0] is a table; Key and Value are wanted."),
        (properties("Tags: [{Key: a, Value: 1}, {Key: a, Value: 2}]"), "5:34: There is another tag a."),
        (properties("QueueName: !Ref Nme"), "5:18: There is no parameter or resource Nme; there are Q."),
        (properties("QueueName: !Ref Q"), "5:18: The resource Q depends on itself."),
        (properties("KmsMasterKeyId: !Ref AWS::Acount"), "5:23: There is no pseudo parameter AWS::Acount; did you mea"),
        (properties("KmsMasterKeyId: !GetAtt K.Arn"), "5:23: There is no parameter or resource K; there are Q."),
        (
            properties("KmsMasterKeyId: !GetAtt K"),
            "5:23: Fn::GetAtt takes a resource and an attribute, such as Orders.",
        ),
        (properties("KmsMasterKeyId: !Sub '${K}'"), "5:23: There is no parameter or resource K; there are Q."),
        (properties("KmsMasterKeyId: !Sub [a]"), "5:23: Fn::Sub takes a list of 2, not a list."),
        (properties("KmsMasterKeyId: !Sub {}"), "5:23: Fn::Sub takes a text, or a list of a text and a mapping."),
        (properties("KmsMasterKeyId: !Join ['', x]"), "5:34: A list is wanted here, not nothing."),
        (properties("KmsMasterKeyId: !Join [[], [x]]"), "5:30: The separator of Fn::Join is a text, not a list."),
        (properties("KmsMasterKeyId: !Split ['', x]"), '5:31: The separator of Fn::Split is a text, not "".'),
        (
            properties("KmsMasterKeyId: !Select [2, [a, b]]"),
            "5:23: Fn::Select cannot select 2 of a list of 2, counted ",
        ),
        (
            properties("KmsMasterKeyId: !Select [x, [a, b]]"),
            "5:23: Fn::Select cannot select x of a list of 2, counted ",
        ),
        (properties("KmsMasterKeyId: !FindInMap [M, a, b]"), "5:23: There is no mapping M; there are none."),
        (properties("KmsMasterKeyId: !If [C, a, b]"), "5:28: There is no condition C; there are none."),
        (properties("KmsMasterKeyId: !ImportValue x"), "5:23: No stack exports x; there are none."),
        (properties("KmsMasterKeyId: !Joyn [x]"), "5:23: There is no function Fn::Joyn; did you mean Fn::Join?"),
        (properties("KmsMasterKeyId: !Cidr [x]"), "5:23: Fn::Cidr cannot be evaluated here: give the file in which it"),
        (properties("KmsMasterKeyId: {Fn::Sub: x, b: c}"), "5:33: Fn::Sub stands alone: nothing can be beside a fun"),
        (properties("RedrivePolicy: {deadLetterTargetArn: x, maxReceiveCount: 3}"), "5:22: AWS refuses this: Value {"),
        (
            properties("QueueName: a") + f"\n  R:\n    {QUEUE}\n    Properties:\n      QueueName: a",
            "9:18: There is another queue a in line 5.",
        ),
        (
            f"Resources:\n  A: {{{QUEUE}, DependsOn: B}}\n  B: {{{QUEUE}, DependsOn: A}}",
            "2:3: Circular dependency between resources: [A, B].",
        ),
        (
            "Resources:\n  P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [x], PolicyDocument: {}}}",
            '2:58: There is no queue "x" among those that are declared.',
        ),
        (
            "Resources:\n  P: {Type: AWS::SQS::QueuePolicy}",
            "2:6: AWS::SQS::QueuePolicy has PolicyDocument, and the URLs",
        ),
        (
            "Resources:\n  P: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [x], PolicyDocument: {}}}",
            '2:58: There is no topic "x" among those that are declared.',
        ),
        (
            "Resources:\n  S: {Type: AWS::SNS::Subscription, Properties: {Protocol: sqs, Endpoint: x}}",
            "2:49: A subscription has topic, a text.",
        ),
        (
            "Resources:\n  S: {Type: AWS::SNS::Subscription, Properties: {Protocol: sqs, Endpoint: x, TopicArn: y}}",
            '2:88: "y" is not the ARN of a topic.',
        ),
        (
            "Resources:\n  T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: sqs}]}}",
            "2:58: Subscription[0] is a table with other keys than Protocol and Endpoint.",
        ),
        (
            "Resources:\n  T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: sqs, Endpoint: x}]}}",
            "2:84: AWS refuses this: Invalid parameter: SQS endpoint ARN",
        ),
        ("Resources: {}\nOutputs: {X: {Val: 3}}", "2:14: The output X is a mapping with Value."),
        ("Resources: {}\nOutputs: {X: {Value: !Ref Y}}", "2:22: There is no parameter or resource Y; there are none."),
        ("Resources: {}\nParameters: {P: 3}", "2:17: The parameter P is 3; a mapping with Type is wanted."),
        ("Resources: {}\nParameters: {P: {Type: String}}", "2:17: The parameter P has no default: give --template-pa"),
        (
            "Resources: {}\nParameters: {P: {Type: Strng, Default: 1}}",
            "2:24: Strng is no type of a parameter; did you m",
        ),
        ("Resources: {}\nParameters: {P: {Type: Number, Default: x}}", '2:41: P is "x"; a number is wanted.'),
        ("Resources: {}\nParameters: {P: {Type: Number, Default: 3, MaxValue: 2}}", "2:41: P is 3; a number to 2 is "),
        ("Resources: {}\nParameters: {P: {Type: String, Default: a, MinLength: 2}}", '2:41: P is "a"; from 2 charact'),
        (
            "Resources: {}\nParameters: {P: {Type: String, Default: c, AllowedValues: [a], ConstraintDescription: W.}}",
            '2:41: P is "c"; one of a is wanted. W.',
        ),
        (
            "Resources: {}\nParameters: {P: {Type: String, Default: A, AllowedPattern: '[a-z]'}}",
            '2:41: P is "A", which does not match [a-z].',
        ),
        (
            "Resources: {}\nParameters: {P: {Type: String, Default: A, AllowedPattern: '['}}",
            '2:60: "[" is no regular ex',
        ),
        (properties("KmsMasterKeyId: !If [[], a, b]"), "5:28: Fn::If takes the name of a condition, not a list."),
        (properties("KmsMasterKeyId: !Ref [a]"), "5:23: Ref takes the name of a parameter or resource, not a list."),
        (properties("KmsMasterKeyId: !Sub '${Q.Nme}'"), "5:23: AWS::SQS::Queue has no attribute Nme; there are Arn, "),
        (properties("KmsMasterKeyId: !Split [x, [a]]"), "5:34: A text is wanted here, not a list."),
        (properties("KmsMasterKeyId: !Ref AWS::NoValue\n      QueueName: !Sub '${AWS::NoValue}'"), "6:18: A text is w"),
        ("Mappings: {M: {a: {b: 1}}}\n" + properties("KmsMasterKeyId: !FindInMap [M, c, b]"), "6:38: The mapping has "),
        ("Mappings: {M: {a: {b: 1}}}\n" + properties("KmsMasterKeyId: !FindInMap [M, a]"), "6:23: Fn::FindInMap takes"),
        ("Conditions: {C: 3}\n" + properties("KmsMasterKeyId: !If [C, a, b]"), "1:17: A condition is wanted here: Fn:"),
        ("Conditions: {C: !Not [!Condition C]}\nResources: {Q: {Type: X, Condition: C}}", "1:23: The condition C depe"),
        ("Conditions: {C: !Or [!Condition D]}\nResources: {Q: {Type: X, Condition: C}}", "1:17: Fn::Or takes a list o"),
        ("Resources: {T: {Type: AWS::SNS::Topic, Properties: {Subscription: 3}}}", "1:67: Subscription is 3; a list i"),
        (
            "Resources: {T: {Type: AWS::SNS::Topic, Properties: {DeliveryStatusLogging: [{Protocol: x}]}}}",
            '1:77: The protocol of DeliveryStatusLogging is "x"; there are application, firehose, http/s, lambda, sqs.',
        ),
        (
            "Resources: {P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [[]], PolicyDocument: {}}}}",
            "1:67: The URL of a queue is wanted here, not a list.",
        ),
        (
            "Resources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: t}},"
            " U: {Type: AWS::SNS::Topic, Properties: {TopicName: t}}}",
            "1:120: There is another topic t in line 1.",
        ),
        (
            "Resources: {}\nOutputs:\n  A: {Value: 1, Export: {Name: e}}\n  B: {Value: 1, Export: {Name: e}}",
            "4:32: There is another export e in line 3.",
        ),
        ("Transform: [{Name: AWS::Include}]\nResources: {}", "1:12: The transform AWS::Include cannot be done here: "),
        (
            "Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Function, Properties: "
            "{Events: 3}}}",
            "2:71: Events is 3; a mapping is wanted.",
        ),
        (
            "Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Function, Properties: "
            "{Events: {E: 3}}}}",
            "2:75: E is 3; a mapping with Type and Properties is wanted.",
        ),
        (
            "Parameters: {P: {Type: String, Default: a, Max: 3}}\nResources: {}",
            "1:44: A parameter has no Max; there are AllowedPatte",
        ),
        ("Parameters: {P: {Type: String, Default: []}}\nResources: {}", "1:41: Default is a list; a text is wanted."),
        ("Parameters: {P: {Type: String, Default: a, AllowedValues: 3}}\nResources: {}", "1:59: AllowedValues is 3; a"),
        ("Resources: [", "1:13: While parsing a flow node"),
        ("Resources: {}\nResources: {}", "2:1: The key Resources is here twice."),
    ],
)
def test_mistake_has_its_place(text: str, mistake: str, tmp_path: Path) -> None:
    found = mistakes(tmp_path, text)
    assert any(line.startswith(mistake) for line in found), found


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    text = properties("DelaySeconds: 901\n      KmsMasterKeyId: !Ref X\n      QueueName: !Sub '${Y}'")
    assert [line.partition(": ")[0] for line in mistakes(tmp_path, text)] == ["5:21", "6:23", "7:18"]


def test_json_has_lines_and_columns(tmp_path: Path) -> None:
    text = '{"Resources": {"Q": {"Type": "AWS::SQS::Queue",\n "Properties": {"DelaySeconds": {"Ref": "X"}}}}}'
    assert mistakes(tmp_path, text, "json") == ["2:41: There is no parameter or resource X; there are Q."]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        pytest.param(
            "Resources: {}\nMetadata:\n  a: &a ["
            + "1, " * 9
            + "1]\n"
            + "".join(f"  {b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdef", "bcdefg", strict=True)),
            "With its aliases the document has more than 100000 values.",
            id="aliases",
        ),
        pytest.param(properties(f"QueueName: {'!Sub [' * 3000}x{']' * 3000}"), "nested more than 50 levels", id="deep"),
        pytest.param(
            "Resources:\n  T0: {Type: AWS::SNS::Topic, Properties: {TopicName: abcdefgh}}\n"
            + "".join(
                f"  T{i}:\n    Type: AWS::SNS::Topic\n    Properties:\n"
                f"      TopicName: !Sub '${{T{i - 1}.TopicName}}${{T{i - 1}.TopicName}}'\n"
                for i in range(1, 60)
            ),
            "This makes a text of more than 262144 characters.",
            id="doubling",
        ),
        pytest.param(
            f"Mappings: {{M: {{a: {{b: [{', '.join('x' * 5000)}]}}}}}}\n"
            + properties("RedrivePolicy:\n" + "".join(f"        k{i}: !FindInMap [M, a, b]\n" for i in range(60))),
            "The template takes more than 200000 steps to evaluate.",
            id="copies",
        ),
    ],
)
def test_templates_that_would_grow_without_bounds_are_refused(text: str, mistake: str, tmp_path: Path) -> None:
    assert any(mistake in line for line in mistakes(tmp_path, text))


@pytest.mark.parametrize("depth", [60, 100_000])
def test_json_that_is_too_deep_is_refused(depth: int, tmp_path: Path) -> None:
    text = f'{{"Resources": {{}}, "Metadata": {"[" * depth}{"]" * depth}}}'
    assert "nested more than 50 levels deep" in mistakes(tmp_path, text, "json")[0]


def test_key_that_is_there_twice_is_a_mistake_in_json_too(tmp_path: Path) -> None:
    text = '{"Resources": {},\n "Resources": {}}'
    assert mistakes(tmp_path, text, "json") == ["2:2: The key Resources is here twice."]


def test_default_of_a_mapping_is_used_and_what_is_escaped_stays(tmp_path: Path) -> None:
    find = "!FindInMap [M, x, b, {DefaultValue: !Sub '${!x}'}]"
    text = "Mappings: {M: {a: {b: 1}}}\n" + properties(f"KmsMasterKeyId: {find}")
    (queue,) = checked(tmp_path, text).queues.values()
    assert queue.shape.kms_master_key_id == "${x}"


def test_pattern_that_could_take_forever_is_not_tried(tmp_path: Path) -> None:
    parameter = "{Type: String, Default: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!, AllowedPattern: '(a|aa)+'}"
    assert checked(tmp_path, f"Parameters: {{P: {parameter}}}\nResources: {{}}").queues == {}


def test_mistake_between_two_files_names_both(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(properties("QueueName: orders"))
    settings = Settings(templates=(str(tmp_path / "*.yaml"),))
    document = with_infrastructure(Document("", {}), settings)
    with pytest.raises(DocumentError) as refused:
        asyncio.run(check(document, settings))
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    assert refused.value.lines == [f"{two}:5:18: There is another queue orders in {one}:5."]


def test_stacks_of_one_name_and_missing_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").write_text("Resources: {}")
    file = str(tmp_path / "orders.yaml")
    with pytest.raises(DocumentError) as refused:
        with_infrastructure(Document("", {}), Settings(templates=(file, f"orders={file}", "nowhere.yaml")))
    assert refused.value.lines == [
        f"{file}: {file} is the stack orders too: give the name of one, as --template NAME={file}.",
        "nowhere.yaml: The file cannot be read: No such file or directory.",
    ]


def test_parameter_that_no_template_has_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("Parameters: {Stage: {Type: String}}\nResources: {}")
    settings = Settings(templates=(str(tmp_path / "t.yaml"),), template_parameters={"Stage": "a", "Stag": "b"})
    with pytest.raises(DocumentError) as refused:
        asyncio.run(check(with_infrastructure(Document("", {}), settings), settings))
    (line,) = refused.value.lines
    assert line == "--template-parameter Stag: no template has a parameter of this name; did you mean Stage?"


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ('{"terraform_version": "1"}', ": This is no plan of Terraform, as it has no planned_values: `terraform show"),
        ('{"terraform_version": "1",', ":1:27: Expecting property name enclosed in double quotes."),
        ('{"terraform_version": "1", "planned_values": 3}', ": This is no plan of Terraform: Expected `object | null`"),
    ],
)
def test_broken_plan_is_refused(text: str, mistake: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as refused:
        checked(tmp_path, text, "json")
    assert refused.value.lines[0].startswith(f"{tmp_path / 't.json'}{mistake}")


def planned(*resources: str) -> str:
    return (
        f'{{"terraform_version": "1", "planned_values": {{"root_module": {{"resources": [{", ".join(resources)}]}}}}}}'
    )


@pytest.mark.parametrize(
    ("type_", "values", "mistake"),
    [
        (
            "aws_sqs_queue",
            '{"name": "a", "delay_seconds": 901}',
            "x.delay_seconds: delay_seconds is 901; an integer fro",
        ),
        ("aws_sqs_queue", '{"name": "a b"}', "x.name: AWS refuses this: Can only include alphanumeric characters, "),
        (
            "aws_sqs_queue",
            '{"name": "a", "policy": "{"}',
            "x.policy: AWS refuses this: Invalid value for the parameter",
        ),
        ("aws_sqs_queue_policy", '{"policy": "{}"}', "x.queue_url: The value is not in the plan, and its expression r"),
        (
            "aws_sqs_queue_policy",
            '{"policy": "{}", "queue_url": "b"}',
            "x.policy: There is no queue b among those that",
        ),
        (
            "aws_sns_topic_policy",
            '{"policy": "{}", "arn": "b"}',
            "x.policy: There is no topic b among those that are d",
        ),
        (
            "aws_sns_topic_subscription",
            '{"topic_arn": "b"}',
            "x.endpoint: The value is not in the plan, and its expres",
        ),
        ("aws_sns_topic_subscription", '{"topic_arn": "b", "endpoint": "c", "protocol": "sqs"}', "x.topic_arn: "),
        ("aws_sns_topic", '{"name": 3}', "x"),
    ],
)
def test_mistake_in_a_plan_has_the_address_of_the_resource(
    type_: str, values: str, mistake: str, tmp_path: Path
) -> None:
    resource = f'{{"address": "{type_}.x", "type": "{type_}", "name": "x", "values": {values}}}'
    if mistake == "x":
        assert len(checked(tmp_path, planned(resource), "json").topics) == 1  # a name that is none is generated
        return
    (line,) = mistakes(tmp_path, planned(resource), "json")
    assert line.startswith(f" {type_}.{mistake}"), line
