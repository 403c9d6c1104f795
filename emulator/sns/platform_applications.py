"""All platform applications and endpoints, of all accounts and regions."""

import re
from collections.abc import Iterator, Mapping
from itertools import count

from emulator.aws.limits import PLATFORM_APPLICATION_NAME_LENGTH
from emulator.aws.sns_errors import SnsInvalidParameter, SnsNotFound
from emulator.ids import Ids
from emulator.sns.pages import page
from emulator.sns.platform_application import PlatformApplication
from emulator.sns.platform_application_attributes import check_credentials, checked_settings
from emulator.sns.platform_endpoint import PlatformEndpoint
from emulator.sns.platforms import PLATFORMS
from emulator.sns.resource_arns import checked_arn

_NAME = re.compile("[A-Za-z0-9_.-]+")

Place = tuple[str, str]  # account and region


class PlatformApplications:
    """The platform applications of all accounts. Each is seen in its own region."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._by_arn: dict[str, PlatformApplication] = {}
        self._by_place: dict[Place, dict[str, PlatformApplication]] = {}  # then by ARN
        self._serials = count()

    def create(
        self, name: str, platform: str, *, account: str, region: str, attributes: Mapping[str, str]
    ) -> PlatformApplication:
        """A new application, or the one that has the name already, where it is the same."""
        application = _application(name, platform, account=account, region=region, attributes=attributes)
        existing = self._by_arn.get(application.arn)
        if existing is not None:
            if existing.settings != application.settings:
                reason = "An application with the same name but different properties already exists"
                raise SnsInvalidParameter.of("Name", reason)
            return existing
        self.enter(application)
        return application

    def rebuild(
        self, name: str, platform: str, *, account: str, region: str, settings: Mapping[str, str]
    ) -> PlatformApplication:
        """An application as there was one elsewhere, with all its settings. It has not been entered here."""
        return _application(name, platform, account=account, region=region, attributes=settings)

    def enter(self, application: PlatformApplication) -> None:
        """From now on ``application`` is the newest of these."""
        application.serial = next(self._serials)
        self._by_arn[application.arn] = application
        self._by_place.setdefault((application.account, application.region), {})[application.arn] = application

    def __iter__(self) -> Iterator[PlatformApplication]:
        """In order of creation."""
        return iter(self._by_arn.values())

    def get(self, application_arn: str) -> PlatformApplication | None:
        return self._by_arn.get(application_arn)

    def find(self, application_arn: str, *, region: str) -> PlatformApplication:
        """The application that a request names; InvalidParameter or NotFound."""
        _check_application_arn(application_arn, region=region)
        application = self._by_arn.get(application_arn)
        if application is None:
            raise SnsNotFound("PlatformApplication does not exist")
        return application

    def delete(self, application_arn: str, *, region: str) -> None:
        """Delete an application with its endpoints; one that is not there is fine."""
        _check_application_arn(application_arn, region=region)
        application = self._by_arn.get(application_arn)
        if application is not None:
            self._forget(application)

    def list_owned(
        self, *, account: str, region: str, token: str | None
    ) -> tuple[list[PlatformApplication], str | None]:
        return page(self._by_place.get((account, region), {}).values(), token)

    def create_endpoint(
        self, application: PlatformApplication, token: str, *, user_data: str | None, attributes: Mapping[str, str]
    ) -> PlatformEndpoint:
        """A new endpoint, or the one that the device has already, where it is the same."""
        return application.add_endpoint(
            token, user_data=user_data, attributes=attributes, ids=self._ids.of(application.account)
        )

    def endpoint(self, endpoint_arn: str) -> tuple[PlatformApplication, PlatformEndpoint] | None:
        """The endpoint of this ARN and its application, if there is one."""
        resource = endpoint_arn.rpartition("/")[0].replace(":endpoint/", ":app/", 1)
        application = self._by_arn.get(resource)
        endpoint = None if application is None else application.endpoints.get(endpoint_arn)
        return None if application is None or endpoint is None else (application, endpoint)

    def find_endpoint(self, endpoint_arn: str, *, region: str) -> tuple[PlatformApplication, PlatformEndpoint]:
        """The endpoint that a request names, and its application; InvalidParameter or NotFound."""
        _check_push_arn(endpoint_arn, "EndpointArn", region, "endpoint/", slashes=3)
        found = self.endpoint(endpoint_arn)
        if found is None:
            raise SnsNotFound("Endpoint does not exist")
        return found

    def delete_endpoint(self, endpoint_arn: str, *, region: str) -> None:
        """Delete an endpoint; one that is not there is fine."""
        _check_push_arn(endpoint_arn, "EndpointArn", region, "endpoint/", slashes=3)
        found = self.endpoint(endpoint_arn)
        if found is not None:
            application, endpoint = found
            application.remove_endpoint(endpoint)

    def reset(self, account: str | None = None, region: str | None = None) -> None:
        """Forget everything, or what is in one account, one region, or both."""
        for application in list(self._by_arn.values()):
            if account in (None, application.account) and region in (None, application.region):
                self._forget(application)
        if account is None and region is None:
            self._serials = count()

    def _forget(self, application: PlatformApplication) -> None:
        del self._by_arn[application.arn]
        place = (application.account, application.region)
        del self._by_place[place][application.arn]
        if not self._by_place[place]:
            del self._by_place[place]


def _application(
    name: str, platform: str, *, account: str, region: str, attributes: Mapping[str, str]
) -> PlatformApplication:
    _check_name(name)
    if platform not in PLATFORMS:
        raise SnsInvalidParameter.of("Platform", f"{platform} is not supported")
    check_credentials(platform, attributes)
    given = {"Enabled": "true", **checked_settings(attributes)}
    settings = {key: value for key, value in given.items() if value}
    return PlatformApplication(
        name=name, platform=platform, account=account, region=region, serial=0, settings=settings
    )


def _check_name(name: str) -> None:
    if not name:
        raise SnsInvalidParameter.of(name, "cannot be empty")
    if len(name) > PLATFORM_APPLICATION_NAME_LENGTH:
        raise SnsInvalidParameter.of(name, f"must be at most {PLATFORM_APPLICATION_NAME_LENGTH} characters long")
    if _NAME.fullmatch(name) is None:
        raise SnsInvalidParameter.of(name, "must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'")


def _check_application_arn(application_arn: str, *, region: str) -> None:
    """InvalidParameter where a request does not name an application of the region, whether or not it exists."""
    _check_push_arn(application_arn, "PlatformApplicationArn", region, "app/", slashes=2)


def _check_push_arn(text: str, parameter: str, region: str, kind: str, *, slashes: int) -> None:
    checked = checked_arn(text, parameter, region)
    if checked.resource.count("/") != slashes:
        raise SnsInvalidParameter.of(parameter, "Wrong number of slashes in relative portion of the ARN.")
    if not checked.resource.startswith(kind):
        raise SnsInvalidParameter.of(parameter)
