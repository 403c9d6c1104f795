import pytest

from emulator.aws.limits import LIST_PAGE
from emulator.aws.place import Place
from emulator.aws.sns_errors import SnsInvalidParameter, SnsNotFound
from emulator.foundation.ids import Ids
from emulator.sns.platform_application import PlatformApplication
from emulator.sns.platform_applications import PlatformApplications
from emulator.sns.platforms import PLATFORMS
from tests.sns.world import ACCOUNT, REGION

CREDENTIALS = {"PlatformPrincipal": "id", "PlatformCredential": "secret"}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:events"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/feedback"


@pytest.fixture
def applications() -> PlatformApplications:
    return PlatformApplications(Ids(seed=0))


def create(
    applications: PlatformApplications, name: str = "app", platform: str = "ADM", **attributes: str
) -> PlatformApplication:
    return applications.create(name, platform, account=ACCOUNT, region=REGION, attributes={**CREDENTIALS, **attributes})


def refusal_of_creating(applications: PlatformApplications, **arguments: str) -> str:
    with pytest.raises(SnsInvalidParameter) as refused:
        create(applications, **arguments)
    return refused.value.message


@pytest.mark.parametrize("platform", PLATFORMS)
def test_arn_names_platform_and_application(applications: PlatformApplications, platform: str) -> None:
    assert create(applications, platform=platform).arn == f"arn:aws:sns:{REGION}:{ACCOUNT}:app/{platform}/app"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "cannot be empty"),
        ("x" * 257, "must be at most 256 characters long"),
        ("ä" * 257, "must be at most 256 characters long"),
        *(
            (name, "must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'")
            for name in ("a b", "a/b", "ä", "a\n")
        ),
    ],
)
def test_bad_name_is_refused(applications: PlatformApplications, name: str, reason: str) -> None:
    assert refusal_of_creating(applications, name=name) == f"Invalid parameter: {name} Reason: {reason}"


def test_name_may_have_256_characters(applications: PlatformApplications) -> None:
    assert create(applications, name="A_b-9." + "x" * 250)


@pytest.mark.parametrize("platform", ["AAA", "", "adm", "FCM"])
def test_unknown_platform_is_refused(applications: PlatformApplications, platform: str) -> None:
    message = f"Invalid parameter: Platform Reason: {platform} is not supported"
    assert refusal_of_creating(applications, platform=platform) == message


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"PlatformPrincipal": "id"}, "PlatformPrincipal attribute provided without PlatformCredential"),
        ({"PlatformCredential": "s"}, "PlatformCredential attribute provided without PlatformPrincipal"),
        ({}, "Invalid value for attribute: PlatformPrincipal: cannot be empty"),
        (
            {"PlatformPrincipal": "", "PlatformCredential": "s"},
            "Invalid value for attribute: PlatformPrincipal: cannot be empty",
        ),
    ],
)
def test_both_credentials_are_needed(
    applications: PlatformApplications, attributes: dict[str, str], reason: str
) -> None:
    with pytest.raises(SnsInvalidParameter) as refused:
        applications.create("app", "ADM", account=ACCOUNT, region=REGION, attributes=attributes)
    assert refused.value.message == f"Invalid parameter: Attributes Reason: {reason}"


def test_firebase_has_no_principal(applications: PlatformApplications) -> None:
    attributes = {"PlatformCredential": "key"}
    assert applications.create("app", "GCM", account=ACCOUNT, region=REGION, attributes=attributes)


def test_credentials_are_never_shown(applications: PlatformApplications) -> None:
    assert create(applications).visible_attributes() == {"Enabled": "true"}


def test_all_other_attributes_are_shown(applications: PlatformApplications) -> None:
    attributes = {
        "EventEndpointCreated": TOPIC,
        "EventEndpointDeleted": TOPIC,
        "EventEndpointUpdated": TOPIC,
        "EventDeliveryFailure": TOPIC,
        "EventDeliveryAttemptFailure": TOPIC,
        "SuccessFeedbackRoleArn": ROLE,
        "FailureFeedbackRoleArn": ROLE,
        "SuccessFeedbackSampleRate": "5",
        "ApplePlatformTeamID": "team",
        "ApplePlatformBundleID": "bundle",
    }
    assert create(applications, **attributes).visible_attributes() == {**attributes, "Enabled": "true"}


BAD_ATTRIBUTES = [
    ("Nope", "1", "Invalid attribute name: Nope"),
    ("Token", "t", "Invalid attribute name: Token"),
    *(
        (
            "SuccessFeedbackSampleRate",
            rate,
            f"Invalid value for attribute: SuccessFeedbackSampleRate: {rate} value provided is not an integer "
            "between 0-100",
        )
        for rate in ("101", "-1", "x")
    ),
    ("Enabled", "yes", "Invalid value for attribute: Enabled: must be true or false"),
    ("EventEndpointCreated", "events", "Invalid value for attribute: EventEndpointCreated: must be the ARN of a topic"),
    ("FailureFeedbackRoleArn", TOPIC, "Invalid value for attribute: FailureFeedbackRoleArn: must be the ARN of a role"),
]


@pytest.mark.parametrize(("name", "value", "reason"), BAD_ATTRIBUTES)
def test_bad_attribute_is_refused_at_creation(
    applications: PlatformApplications, name: str, value: str, reason: str
) -> None:
    message = f"Invalid parameter: Attributes Reason: {reason}"
    with pytest.raises(SnsInvalidParameter) as refused:
        create(applications, **{name: value})
    assert refused.value.message == message
    assert applications.list_owned(account=ACCOUNT, region=REGION, token=None) == ([], None)


@pytest.mark.parametrize(("name", "value", "reason"), BAD_ATTRIBUTES)
def test_bad_attribute_is_refused_later_and_nothing_is_set(
    applications: PlatformApplications, name: str, value: str, reason: str
) -> None:
    application = create(applications)
    with pytest.raises(SnsInvalidParameter) as refused:
        application.set_attributes({"ApplePlatformTeamID": "team", name: value})
    assert refused.value.message == f"Invalid parameter: Attributes Reason: {reason}"
    assert application.visible_attributes() == {"Enabled": "true"}


def test_empty_value_takes_an_attribute_away(applications: PlatformApplications) -> None:
    application = create(applications, EventDeliveryFailure=TOPIC)
    application.set_attributes({"EventDeliveryFailure": "", "SuccessFeedbackSampleRate": ""})
    assert application.visible_attributes() == {"Enabled": "true"}


def test_application_can_be_disabled(applications: PlatformApplications) -> None:
    application = create(applications)
    application.set_attributes({"Enabled": "False"})
    assert not application.enabled
    assert application.visible_attributes() == {"Enabled": "false"}


def test_same_application_may_be_created_again(applications: PlatformApplications) -> None:
    first = create(applications, SuccessFeedbackSampleRate="5")
    assert create(applications, SuccessFeedbackSampleRate="5") is first


@pytest.mark.parametrize("attributes", [{"SuccessFeedbackSampleRate": "5"}, {"PlatformCredential": "other"}])
def test_other_properties_under_the_same_name_are_refused(
    applications: PlatformApplications, attributes: dict[str, str]
) -> None:
    create(applications)
    assert refusal_of_creating(applications, **attributes) == (
        "Invalid parameter: Name Reason: An application with the same name but different properties already exists"
    )


def test_name_may_be_used_on_every_platform(applications: PlatformApplications) -> None:
    assert create(applications, platform="ADM") is not create(applications, platform="BAIDU")


def test_list_is_of_one_account_and_region_and_comes_in_pages(applications: PlatformApplications) -> None:
    arns = [create(applications, name=f"app{number}").arn for number in range(LIST_PAGE + 1)]
    applications.create("x", "ADM", account="222222222222", region=REGION, attributes=CREDENTIALS)
    applications.create("x", "ADM", account=ACCOUNT, region="us-east-1", attributes=CREDENTIALS)
    first, token = applications.list_owned(account=ACCOUNT, region=REGION, token=None)
    second, end = applications.list_owned(account=ACCOUNT, region=REGION, token=token)
    assert [application.arn for application in first + second] == arns
    assert (len(first), end) == (LIST_PAGE, None)


def test_deleting_is_idempotent(applications: PlatformApplications) -> None:
    application, other = create(applications), create(applications, name="other")
    applications.delete(application.arn, region=REGION)
    applications.delete(application.arn, region=REGION)
    with pytest.raises(SnsNotFound, match=r"^PlatformApplication does not exist$"):
        applications.find(application.arn, region=REGION)
    assert applications.list_owned(account=ACCOUNT, region=REGION, token=None) == ([other], None)


@pytest.mark.parametrize(
    ("arn", "complaint"),
    [
        ("nope", " Reason: An ARN must have at least 6 elements, not 1"),
        (f"arn:aws:sqs:{REGION}:{ACCOUNT}:app/ADM/app", ""),
        (f"arn:aws:sns:us-east-1:{ACCOUNT}:app/ADM/app", ""),
        (
            f"arn:aws:sns:{REGION}:{ACCOUNT}:endpoint/ADM",
            " Reason: Wrong number of slashes in relative portion of the ARN.",
        ),
        (
            f"arn:aws:sns:{REGION}:{ACCOUNT}:app/ADM/app/x",
            " Reason: Wrong number of slashes in relative portion of the ARN.",
        ),
        (f"arn:aws:sns:{REGION}:{ACCOUNT}:nope/ADM/app", ""),
        ("a:b:c:d:e:f", " Reason: A d ARN must begin with arn:null, not a:b:c:d:e:f"),
    ],
)
def test_bad_arn_is_refused(applications: PlatformApplications, arn: str, complaint: str) -> None:
    for operation in (applications.find, applications.delete):
        with pytest.raises(SnsInvalidParameter) as refused:
            operation(arn, region=REGION)
        assert refused.value.message == f"Invalid parameter: PlatformApplicationArn{complaint}"


def test_reset_forgets_one_account_or_all(applications: PlatformApplications) -> None:
    mine = create(applications)
    others = applications.create("x", "ADM", account="222222222222", region=REGION, attributes=CREDENTIALS)
    applications.reset(Place(ACCOUNT))
    assert applications.find(others.arn, region=REGION) is others
    with pytest.raises(SnsNotFound):
        applications.find(mine.arn, region=REGION)
    applications.reset()
    with pytest.raises(SnsNotFound):
        applications.find(others.arn, region=REGION)
