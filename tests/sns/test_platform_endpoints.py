import re

import pytest

from emulator.aws.limits import LIST_PAGE
from emulator.aws.sns_errors import SnsInvalidParameter, SnsNotFound
from emulator.foundation.ids import Ids
from emulator.sns.platform_application import PlatformApplication
from emulator.sns.platform_applications import PlatformApplications
from emulator.sns.platform_endpoint import PlatformEndpoint
from tests.sns.world import ACCOUNT, REGION

CREDENTIALS = {"PlatformPrincipal": "id", "PlatformCredential": "secret"}
APPLE_TOKEN = "0aF1" * 16
DIFFERENT = (
    r"^Invalid parameter: Token Reason: Endpoint {} already exists with the same Token, but different attributes\.$"
)


@pytest.fixture
def applications() -> PlatformApplications:
    return PlatformApplications(Ids(seed=0))


@pytest.fixture
def application(applications: PlatformApplications) -> PlatformApplication:
    return applications.create("app", "GCM", account=ACCOUNT, region=REGION, attributes=CREDENTIALS)


@pytest.fixture
def apple(applications: PlatformApplications) -> PlatformApplication:
    return applications.create("app", "APNS_SANDBOX", account=ACCOUNT, region=REGION, attributes=CREDENTIALS)


def add(
    application: PlatformApplication, token: str = "token", user_data: str | None = None, **attributes: str
) -> PlatformEndpoint:
    return application.add_endpoint(token, user_data=user_data, attributes=attributes, ids=Ids())


def refusal_of_adding(application: PlatformApplication, **arguments: str) -> str:
    with pytest.raises(SnsInvalidParameter) as refused:
        add(application, **arguments)
    assert not application.endpoints
    return refused.value.message


def test_arn_names_platform_application_and_a_uuid(application: PlatformApplication) -> None:
    assert re.fullmatch(
        rf"arn:aws:sns:{REGION}:{ACCOUNT}:endpoint/GCM/app/[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}",
        add(application).arn,
    )


def test_new_endpoint_is_enabled(application: PlatformApplication) -> None:
    assert add(application).settings == {"Enabled": "true", "Token": "token"}


def test_user_data_are_shown_when_set(application: PlatformApplication) -> None:
    assert add(application, user_data="mine").settings["CustomUserData"] == "mine"


def test_attributes_win_over_parameters(application: PlatformApplication) -> None:
    endpoint = add(application, "one", "one", Token="two", CustomUserData="two", Enabled="FALSE")
    assert endpoint.settings == {"Enabled": "false", "Token": "two", "CustomUserData": "two"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"token": ""}, "Token Reason: cannot be empty"),
        ({"token": "ä" * 4097}, "Token Reason: must be at most 8192 bytes long in UTF-8 encoding"),
        ({"user_data": "ä" * 1025}, "CustomUserData Reason: must be at most 2048 bytes long in UTF-8 encoding"),
        (
            {"CustomUserData": "x" * 2049},
            "Attributes Reason: Invalid value for attribute: CustomUserData: "
            "must be at most 2048 bytes long in UTF-8 encoding",
        ),
        ({"Token": ""}, "Attributes Reason: Invalid value for attribute: Token: cannot be empty"),
        ({"Enabled": "no"}, "Attributes Reason: Invalid value for attribute: Enabled: must be true or false"),
        ({"PlatformPrincipal": "x"}, "Attributes Reason: Invalid attribute name: PlatformPrincipal"),
        ({"PlatformCredential": "x"}, "Attributes Reason: Invalid attribute name: PlatformCredential"),
        ({"InvalidKey": "x"}, "Attributes Reason: Invalid attribute name: InvalidKey"),
        ({"ChannelId": "x"}, "Attributes Reason: Invalid attribute name: ChannelId"),
    ],
)
def test_bad_value_is_refused(application: PlatformApplication, arguments: dict[str, str], message: str) -> None:
    assert refusal_of_adding(application, **arguments) == f"Invalid parameter: {message}"


def test_longest_values_are_taken(application: PlatformApplication) -> None:
    assert add(application, "x" * 8192, "ä" * 1024)


@pytest.mark.parametrize("token", ["not-hexadecimal", "a" * 401])
def test_apple_devices_have_hexadecimal_tokens(apple: PlatformApplication, token: str) -> None:
    message = "Invalid parameter: Token Reason: iOS device tokens must be no more than 400 hexadecimal characters"
    assert refusal_of_adding(apple, token=token) == message
    assert add(apple, APPLE_TOKEN).token == APPLE_TOKEN


def test_baidu_endpoint_has_a_channel_and_a_user(applications: PlatformApplications) -> None:
    baidu = applications.create("app", "BAIDU", account=ACCOUNT, region=REGION, attributes=CREDENTIALS)
    assert add(baidu, "channel", ChannelId="channel", UserId="user").settings["UserId"] == "user"


def test_device_that_is_there_keeps_its_endpoint(application: PlatformApplication) -> None:
    first = add(application, "one", "data")
    assert add(application, "one", "data") is first
    assert add(application, "one", CustomUserData="data", Enabled="true") is first
    assert add(application, "two", "data") is not first


@pytest.mark.parametrize("arguments", [{"user_data": "other"}, {}, {"user_data": "data", "Enabled": "false"}])
def test_same_device_with_other_attributes_is_refused(
    application: PlatformApplication, arguments: dict[str, str]
) -> None:
    first = add(application, user_data="data")
    with pytest.raises(SnsInvalidParameter, match=DIFFERENT.format(first.arn)):
        add(application, **arguments)


def test_creating_again_does_not_enable_a_disabled_endpoint(application: PlatformApplication) -> None:
    first = add(application)
    application.set_endpoint_attributes(first, {"Enabled": "false"})
    assert add(application) is first
    assert not first.enabled
    with pytest.raises(SnsInvalidParameter, match=DIFFERENT.format(first.arn)):
        add(application, Enabled="true")


def test_attributes_can_be_set_and_user_data_taken_away(application: PlatformApplication) -> None:
    endpoint = add(application, user_data="data")
    application.set_endpoint_attributes(endpoint, {"Enabled": "False", "CustomUserData": "", "Token": "new"})
    assert endpoint.settings == {"Enabled": "false", "Token": "new"}
    assert add(application, "new") is endpoint
    assert add(application, "token") is not endpoint


def test_bad_attribute_leaves_the_endpoint_as_it_was(application: PlatformApplication) -> None:
    endpoint = add(application)
    with pytest.raises(SnsInvalidParameter, match="Invalid attribute name: Nope"):
        application.set_endpoint_attributes(endpoint, {"Enabled": "false", "Nope": "1"})
    assert endpoint.settings == {"Enabled": "true", "Token": "token"}


def test_token_of_another_device_cannot_be_set(application: PlatformApplication) -> None:
    first, second = add(application, "one"), add(application, "two")
    with pytest.raises(SnsInvalidParameter, match=DIFFERENT.format(first.arn)):
        application.set_endpoint_attributes(second, {"Token": "one"})
    assert second.token == "two"


def test_deleting_is_idempotent_and_frees_the_token(
    applications: PlatformApplications, application: PlatformApplication
) -> None:
    endpoint = add(application)
    applications.delete_endpoint(endpoint.arn, region=REGION)
    applications.delete_endpoint(endpoint.arn, region=REGION)
    with pytest.raises(SnsNotFound, match=r"^Endpoint does not exist$"):
        applications.find_endpoint(endpoint.arn, region=REGION)
    assert add(application).arn != endpoint.arn


def test_endpoints_go_with_their_application(
    applications: PlatformApplications, application: PlatformApplication
) -> None:
    endpoint = add(application)
    assert applications.find_endpoint(endpoint.arn, region=REGION) == (application, endpoint)
    applications.delete(application.arn, region=REGION)
    assert applications.endpoint(endpoint.arn) is None
    applications.delete_endpoint(endpoint.arn, region=REGION)


def test_list_comes_in_pages(application: PlatformApplication) -> None:
    arns = [add(application, f"token{number}").arn for number in range(LIST_PAGE + 1)]
    first, token = application.list_endpoints(None)
    second, end = application.list_endpoints(token)
    assert [endpoint.arn for endpoint in first + second] == arns
    assert (len(first), end) == (LIST_PAGE, None)


@pytest.mark.parametrize(
    ("arn", "complaint"),
    [
        ("nope", " Reason: An ARN must have at least 6 elements, not 1"),
        (f"arn:aws:sns:us-east-1:{ACCOUNT}:endpoint/GCM/app/x", ""),
        (
            f"arn:aws:sns:{REGION}:{ACCOUNT}:app/GCM/app",
            " Reason: Wrong number of slashes in relative portion of the ARN.",
        ),
        (f"arn:aws:sns:{REGION}:{ACCOUNT}:nope/GCM/app/x", ""),
        ("a:b:c:d:e:f", " Reason: A d ARN must begin with arn:null, not a:b:c:d:e:f"),
    ],
)
def test_bad_arn_is_refused(applications: PlatformApplications, arn: str, complaint: str) -> None:
    for operation in (applications.find_endpoint, applications.delete_endpoint):
        with pytest.raises(SnsInvalidParameter) as refused:
            operation(arn, region=REGION)
        assert refused.value.message == f"Invalid parameter: EndpointArn{complaint}"
