import json
from typing import Any

import pytest

from emulator.aws.limits import DATA_PROTECTION_POLICY_LENGTH
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.data_protection.identifiers import MANAGED_IDENTIFIERS
from emulator.sns.data_protection.policy import Audit, Deidentify, Deny, Statement, parse_policy

PREFIX = "arn:aws:dataprotection::aws:data-identifier/"
STATEMENT = {
    "DataDirection": "Inbound",
    "Principal": ["*"],
    "DataIdentifier": [f"{PREFIX}EmailAddress"],
    "Operation": {"Deny": {}},
}
AUDIT = {"SampleRate": "99", "FindingsDestination": {"CloudWatchLogs": {"LogGroup": "/aws/vendedlogs/group"}}}
NO_SINGLE_OPERATION: list[dict[str, object]] = [{}, {"Deny": {}, "Audit": AUDIT}, {"Allow": {}}]
EVERY_DESTINATION = {
    "CloudWatchLogs": {"LogGroup": "/aws/vendedlogs/group"},
    "Firehose": {"DeliveryStream": "stream"},
    "S3": {"Bucket": "bucket"},
}
CUSTOM = {"CustomDataIdentifier": [{"Name": "EmployeeId", "Regex": "EID-\\d{9}-US"}]}


def policy(*statements: object, **changes: object) -> str:
    document = {"Name": "policy", "Version": "2021-06-01", "Statement": list(statements) or [STATEMENT], **changes}
    return json.dumps({name: value for name, value in document.items() if value is not None})


def statement(**changes: object) -> dict[str, object]:
    return {name: value for name, value in {**STATEMENT, **changes}.items() if value is not None}


def parsed(**changes: object) -> Statement:
    (only,) = parse_policy(policy(statement(**changes)))
    return only


def operation(content: object) -> dict[str, object]:
    return statement(Operation=content)


def audit(**changes: object) -> dict[str, object]:
    merged = {**AUDIT, **changes}
    return operation({"Audit": {name: value for name, value in merged.items() if value is not None}})


def refusal(text: str) -> str:
    with pytest.raises(SnsInvalidParameter) as refused:
        parse_policy(text)
    return refused.value.message.removeprefix("Invalid parameter: DataProtectionPolicy Reason: ")


def test_statement_says_what_is_to_be_done() -> None:
    assert parsed() == Statement("Inbound", None, ("EmailAddress",), Deny())


def test_optional_elements_may_be_there() -> None:
    text = policy(statement(Sid="s"), Description="d", Configuration=CUSTOM)
    assert len(parse_policy(text)) == 1


@pytest.mark.parametrize("name", sorted(MANAGED_IDENTIFIERS))
def test_managed_identifier_is_known(name: str) -> None:
    assert parsed(DataIdentifier=[f"{PREFIX}{name}"]).identifiers == (name,)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:dataprotection:us-east-1::data-identifier/EmailAddress",
        "arn:aws:dataprotection:us-east-1:aws:data-identifier/EmailAddress",
        "arn:aws-cn:dataprotection:cn-north-1::data-identifier/EmailAddress",
    ],
)
def test_arn_of_an_identifier_may_hold_a_region(arn: str) -> None:
    assert parsed(DataIdentifier=[arn]).identifiers == ("EmailAddress",)


def test_custom_identifier_is_known_by_its_name() -> None:
    (only,) = parse_policy(policy(statement(DataIdentifier=["EmployeeId"]), Configuration=CUSTOM))
    assert only.identifiers == ("EmployeeId",)


@pytest.mark.parametrize(
    ("principals", "accounts"),
    [
        (["111111111111"], {"111111111111"}),
        (["arn:aws:iam::111111111111:root"], {"111111111111"}),
        (["arn:aws:iam::111111111111:role/Publisher", "222222222222"], {"111111111111", "222222222222"}),
        (["arn:aws:sts::111111111111:assumed-role/Role/session"], {"111111111111"}),
    ],
)
def test_principals_stand_for_their_accounts(principals: list[str], accounts: set[str]) -> None:
    found = parsed(Principal=principals)
    assert found.accounts == frozenset(accounts)
    assert found.concerns("Inbound", "111111111111")
    assert not found.concerns("Inbound", "333333333333")
    assert not found.concerns("Outbound", "111111111111")


def test_star_stands_for_everybody_beside_others() -> None:
    assert parsed(Principal=["111111111111", "*"]).concerns("Inbound", "333333333333")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"Deny": {}}, Deny()),
        ({"Deidentify": {"RedactConfig": {}}}, Deidentify(None)),
        ({"Deidentify": {"MaskConfig": {"MaskWithCharacter": "#"}}}, Deidentify("#")),
        ({"Audit": AUDIT}, Audit(True, True, False)),
        ({"Audit": {"SampleRate": 0, "NoFindingsDestination": EVERY_DESTINATION}}, Audit(False, False, True)),
        (
            {"Audit": {"SampleRate": "1", "FindingsDestination": {}, "NoFindingsDestination": {}}},
            Audit(True, True, True),
        ),
    ],
)
def test_operation(content: object, expected: object) -> None:
    assert parsed(Operation=content).operation == expected


def test_policy_may_have_several_statements_but_one_audit() -> None:
    denies = [statement(DataDirection="Outbound"), statement()]
    assert len(parse_policy(policy(audit(), *denies))) == 3
    assert refusal(policy(audit(), audit())) == "Policy can have only one Audit statement"


BAD: list[tuple[str, str]] = [
    (policy(Name=None), "Policy must have a Name"),
    (policy(Name=""), "Policy Name must be a non-empty string"),
    (policy(Name=1), "Policy Name must be a non-empty string"),
    (policy(Description=1), "Policy Description must be a string"),
    (policy(Version=None), "Policy must have a Version"),
    (policy(Version="2012-10-17"), "Policy Version must be 2021-06-01"),
    (policy(Extra=1), "Policy has an unknown element Extra"),
    (policy(Statement=[]), "Policy Statement must be a non-empty list"),
    (policy(Statement={}), "Policy Statement must be a non-empty list"),
    (policy("x"), "Statement must be a JSON object"),
    (policy(statement(Sid=1)), "Statement Sid must be a string"),
    (policy(statement(Effect="Deny")), "Statement has an unknown element Effect"),
    *(
        (policy(statement(**{element: None})), f"Statement must have a {element}")
        for element in ("DataDirection", "Principal", "DataIdentifier", "Operation")
    ),
    *(
        (policy(statement(DataDirection=direction)), "Statement DataDirection must be either Inbound or Outbound")
        for direction in ("inbound", "Both", 1, ["Inbound"])
    ),
    (policy(statement(Principal="*")), "Statement Principal must be a non-empty list"),
    (policy(statement(Principal=[])), "Statement Principal must be a non-empty list"),
    (policy(statement(Principal=["me"])), "Statement Principal me is invalid"),
    (policy(statement(Principal=[1])), "Statement Principal 1 is invalid"),
    (policy(statement(Principal=["arn:aws:s3:::b"])), "Statement Principal arn:aws:s3:::b is invalid"),
    (policy(statement(DataIdentifier=[])), "Statement DataIdentifier must be a non-empty list"),
    (policy(statement(DataIdentifier=["EmailAddress"])), "Statement DataIdentifier EmailAddress is invalid"),
    (policy(statement(DataIdentifier=[f"{PREFIX}Nope"])), f"Statement DataIdentifier {PREFIX}Nope is invalid"),
    (policy(statement(DataIdentifier=[["x"]])), "Statement DataIdentifier ['x'] is invalid"),
    (policy(operation("Deny")), "Statement Operation must be a JSON object"),
    *(
        (policy(operation(content)), "Statement Operation must be one of Audit, Deidentify or Deny")
        for content in NO_SINGLE_OPERATION
    ),
    (policy(operation({"Deny": {"x": 1}})), "Deny has an unknown element x"),
    (policy(operation({"Deny": []})), "Deny must be a JSON object"),
    *(
        (policy(operation({"Deidentify": content})), "Deidentify must have either a MaskConfig or a RedactConfig")
        for content in ({}, {"MaskConfig": {"MaskWithCharacter": "#"}, "RedactConfig": {}})
    ),
    (policy(operation({"Deidentify": {"Hash": {}}})), "Deidentify has an unknown element Hash"),
    (policy(operation({"Deidentify": {"RedactConfig": {"x": 1}}})), "RedactConfig has an unknown element x"),
    (policy(operation({"Deidentify": {"MaskConfig": {}}})), "MaskConfig must have a MaskWithCharacter"),
    *(
        (
            policy(operation({"Deidentify": {"MaskConfig": {"MaskWithCharacter": mask}}})),
            "MaskConfig MaskWithCharacter is not a supported character",
        )
        for mask in ("", "##", '"', "ä", 1)
    ),
    (policy(audit(SampleRate=None)), "Audit must have a SampleRate"),
    *(
        (policy(audit(SampleRate=rate)), "Audit SampleRate must be an integer between 0-99")
        for rate in ("100", "-1", "", "1.5", True, [1])
    ),
    (
        policy(audit(FindingsDestination=None)),
        "Audit must have a FindingsDestination or a NoFindingsDestination",
    ),
    (policy(audit(FindingsDestination=[])), "FindingsDestination must be a JSON object"),
    (policy(audit(FindingsDestination={"SQS": {}})), "FindingsDestination has an unknown element SQS"),
    (policy(audit(FindingsDestination={"S3": {}})), "S3 must have a Bucket"),
    (policy(audit(FindingsDestination={"S3": {"Bucket": ""}})), "S3 Bucket is invalid"),
    (
        policy(audit(FindingsDestination={"CloudWatchLogs": {"LogGroup": "/aws/lambda/x"}})),
        "CloudWatchLogs LogGroup is invalid",
    ),
    (
        policy(audit() | {"DataDirection": "Outbound"}),
        "Audit operation is only supported for Inbound DataDirection",
    ),
    (policy(Configuration=[]), "Policy Configuration must be a JSON object"),
    (policy(Configuration={"x": 1}), "Policy Configuration has an unknown element x"),
    (
        policy(Configuration={"CustomDataIdentifier": CUSTOM["CustomDataIdentifier"] * 11}),
        "CustomDataIdentifier must be a list of at most 10 identifiers",
    ),
    *(
        (
            policy(Configuration={"CustomDataIdentifier": [{"Name": name, "Regex": "x"}]}),
            f"CustomDataIdentifier Name {name} is invalid",
        )
        for name in ("", "a b", "EmailAddress", 1)
    ),
    *(
        (
            policy(Configuration={"CustomDataIdentifier": [{"Name": "n", "Regex": regex}]}),
            "CustomDataIdentifier Regex of n is invalid",
        )
        for regex in ("", "x" * 201, 1)
    ),
    (
        " " * (DATA_PROTECTION_POLICY_LENGTH + 1 - len(policy())) + policy(),
        f"must be at most {DATA_PROTECTION_POLICY_LENGTH} characters long",
    ),
]


@pytest.mark.parametrize(("text", "reason"), BAD)
def test_bad_policy_is_refused(text: str, reason: str) -> None:
    assert refusal(text) == reason


def test_policy_may_be_as_long_as_the_limit() -> None:
    assert parse_policy(" " * (DATA_PROTECTION_POLICY_LENGTH - len(policy())) + policy())


@pytest.mark.parametrize("text", ["", "{", "[]", "nope", "1", '{"a":NaN}'])
def test_policy_that_is_no_json_object_is_refused(text: str) -> None:
    assert refusal(text).startswith("failed to parse JSON. ")


@pytest.mark.parametrize(
    "path", [(), ("Statement", 0), ("Statement", 0, "Operation"), ("Statement", 0, "Principal", 0)]
)
@pytest.mark.parametrize("junk", [None, 1, "x", [], {}, [[]], {"x": {}}, True])
def test_junk_anywhere_is_refused_and_nothing_worse(path: tuple[Any, ...], junk: object) -> None:
    document: Any = [json.loads(policy())]
    place, steps = document, [0, *path]
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = junk
    with pytest.raises(SnsInvalidParameter):
        parse_policy(json.dumps(document[0]))
