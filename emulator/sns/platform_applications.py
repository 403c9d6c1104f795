"""The platform applications and endpoints of all accounts and regions."""

import re
from collections.abc import Iterator, Mapping
from itertools import count

from emulator.aws.limits import PLATFORM_APPLICATION_NAME_LENGTH
from emulator.aws.place import EVERYWHERE, Place
from emulator.aws.sns_errors import SnsInvalidParameter, SnsNotFound
from emulator.foundation.changes import Ledger
from emulator.foundation.ids import Ids
from emulator.sns.changes import ApplicationChange, ApplicationCreated, ApplicationDeleted
from emulator.sns.pages import page
from emulator.sns.platform_application import PlatformApplication
from emulator.sns.platform_application_attributes import check_credentials, checked_settings
from emulator.sns.platform_endpoint import PlatformEndpoint
from emulator.sns.platforms import PLATFORMS
from emulator.sns.resource_arns import checked_arn

_NAME = re.compile("[A-Za-z0-9_.-]+")


class PlatformApplications:
    """The platform applications of all accounts. An application can be used only in its own region."""

    def __init__(self, ids: Ids, ledger: Ledger | None = None) -> None:
        self._ids = ids
        self._ledger = ledger or Ledger()
        self._by_arn: dict[str, PlatformApplication] = {}
        self._by_place: dict[tuple[str, str], dict[str, PlatformApplication]] = {}  # by account and region, then by ARN
        self._serials = count()

    def create(
        self, name: str, platform: str, *, account: str, region: str, attributes: Mapping[str, str]
    ) -> PlatformApplication:
        """Create an application, or return the existing one of this name if its attributes are the same."""
        application = self._application(ApplicationCreated(name, platform, account, region, dict(attributes)))
        existing = self._by_arn.get(application.arn)
        if existing is not None:
            if existing.settings != application.settings:
                reason = "An application with the same name but different properties already exists"
                raise SnsInvalidParameter.of("Name", reason)
            return existing
        self.enter(application)
        return application

    def rebuild(self, whole: ApplicationCreated) -> PlatformApplication:
        """An application from a state document, with its endpoints. It is not entered here yet."""
        application = self._application(whole)
        for endpoint in whole.endpoints:
            application.restore_endpoint(endpoint)
        return application

    def enter(self, application: PlatformApplication) -> None:
        """Add an application as the newest one."""
        self._enter(application)
        if self._ledger.kept:
            self._ledger.record(application.whole())

    def __iter__(self) -> Iterator[PlatformApplication]:
        """In order of creation."""
        return iter(self._by_arn.values())

    def get(self, application_arn: str) -> PlatformApplication | None:
        return self._by_arn.get(application_arn)

    def find(self, application_arn: str, *, region: str) -> PlatformApplication:
        """The application that a request names. Raises InvalidParameter or NotFound."""
        _check_application_arn(application_arn, region=region)
        application = self._by_arn.get(application_arn)
        if application is None:
            raise SnsNotFound("PlatformApplication does not exist")
        return application

    def delete(self, application_arn: str, *, region: str) -> None:
        """Delete an application with its endpoints; no error if there is none."""
        _check_application_arn(application_arn, region=region)
        application = self._by_arn.get(application_arn)
        if application is not None:
            self._forget(application)
            if self._ledger.kept:
                self._ledger.record(ApplicationDeleted(application.arn))

    def list_owned(
        self, *, account: str, region: str, token: str | None
    ) -> tuple[list[PlatformApplication], str | None]:
        return page(self._by_place.get((account, region), {}).values(), token)

    def create_endpoint(
        self, application: PlatformApplication, token: str, *, user_data: str | None, attributes: Mapping[str, str]
    ) -> PlatformEndpoint:
        """Create an endpoint, or return the device's existing one if its attributes are the same."""
        return application.add_endpoint(
            token, user_data=user_data, attributes=attributes, ids=self._ids.of(application.account)
        )

    def endpoint(self, endpoint_arn: str) -> tuple[PlatformApplication, PlatformEndpoint] | None:
        """The endpoint of this ARN and its application; None if there is no such endpoint."""
        resource = endpoint_arn.rpartition("/")[0].replace(":endpoint/", ":app/", 1)
        application = self._by_arn.get(resource)
        endpoint = None if application is None else application.endpoints.get(endpoint_arn)
        return None if application is None or endpoint is None else (application, endpoint)

    def find_endpoint(self, endpoint_arn: str, *, region: str) -> tuple[PlatformApplication, PlatformEndpoint]:
        """The endpoint that a request names, and its application. Raises InvalidParameter or NotFound."""
        _check_push_arn(endpoint_arn, "EndpointArn", region, "endpoint/", slashes=3)
        found = self.endpoint(endpoint_arn)
        if found is None:
            raise SnsNotFound("Endpoint does not exist")
        return found

    def delete_endpoint(self, endpoint_arn: str, *, region: str) -> None:
        """Delete an endpoint; no error if there is none."""
        _check_push_arn(endpoint_arn, "EndpointArn", region, "endpoint/", slashes=3)
        found = self.endpoint(endpoint_arn)
        if found is not None:
            application, endpoint = found
            application.remove_endpoint(endpoint)

    def apply(self, change: ApplicationCreated | ApplicationChange) -> None:
        """Apply a recorded change."""
        match change:
            case ApplicationCreated():
                self._enter(self.rebuild(change))
            case ApplicationDeleted():
                self._forget(self._by_arn[change.application])
            case ApplicationChange():
                self._by_arn[change.application].apply(change)

    def reset(self, place: Place = EVERYWHERE) -> bool:
        """Drop the applications of a place. Whether there were any. The reset of all of SNS is recorded, not this."""
        dropped = [each for each in self._by_arn.values() if place.covers(each.account, each.region)]
        for application in dropped:
            self._forget(application)
        if place.everywhere:
            self._serials = count()
        return bool(dropped)

    def _enter(self, application: PlatformApplication) -> None:
        application.numbered(next(self._serials))
        self._by_arn[application.arn] = application
        self._by_place.setdefault((application.account, application.region), {})[application.arn] = application

    def _forget(self, application: PlatformApplication) -> None:
        del self._by_arn[application.arn]
        place = (application.account, application.region)
        del self._by_place[place][application.arn]
        if not self._by_place[place]:
            del self._by_place[place]

    def _application(self, whole: ApplicationCreated) -> PlatformApplication:
        """An application without endpoints; InvalidParameter if its settings are invalid."""
        _check_name(whole.name)
        if whole.platform not in PLATFORMS:
            raise SnsInvalidParameter.of("Platform", f"{whole.platform} is not supported")
        check_credentials(whole.platform, whole.settings)
        given = {"Enabled": "true", **checked_settings(whole.settings)}
        return PlatformApplication(
            name=whole.name,
            platform=whole.platform,
            account=whole.account,
            region=whole.region,
            settings={key: value for key, value in given.items() if value},
            ledger=self._ledger,
        )


def _check_name(name: str) -> None:
    if not name:
        raise SnsInvalidParameter.of(name, "cannot be empty")
    if len(name) > PLATFORM_APPLICATION_NAME_LENGTH:
        raise SnsInvalidParameter.of(name, f"must be at most {PLATFORM_APPLICATION_NAME_LENGTH} characters long")
    if _NAME.fullmatch(name) is None:
        raise SnsInvalidParameter.of(name, "must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'")


def _check_application_arn(application_arn: str, *, region: str) -> None:
    """Raise InvalidParameter if the ARN is not one of an application in this region, whether or not it exists."""
    _check_push_arn(application_arn, "PlatformApplicationArn", region, "app/", slashes=2)


def _check_push_arn(text: str, parameter: str, region: str, kind: str, *, slashes: int) -> None:
    checked = checked_arn(text, parameter, region)
    if checked.resource.count("/") != slashes:
        raise SnsInvalidParameter.of(parameter, "Wrong number of slashes in relative portion of the ARN.")
    if not checked.resource.startswith(kind):
        raise SnsInvalidParameter.of(parameter)
