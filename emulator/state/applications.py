"""Platform applications and their endpoints in a state document."""

import re

from emulator.sns.changes import ApplicationCreated, KeptEndpoint
from emulator.sns.platform_application import PlatformApplication
from emulator.sns.platform_applications import PlatformApplications
from emulator.state.part import DocumentError, Named, Part, at, check_unique, read_arn
from emulator.state.renaming import Renaming

_RESOURCE = re.compile(r"app/([^/]+)/([^/]+)")


class StoredEndpoint(Part, kw_only=True):
    """A platform endpoint; ``id`` is the last part of its ARN."""

    id: str = ""
    settings: dict[str, str]


class StoredApplication(Named):
    """A platform application, with its credentials."""

    settings: dict[str, str]
    endpoints: list[StoredEndpoint] = []

    def rename(self, renaming: Renaming) -> None:
        super().rename(renaming)
        self.settings = renaming.settings(self.settings)


def stored_application(application: PlatformApplication) -> StoredApplication:
    return StoredApplication(
        arn=application.arn,
        settings=application.settings,
        endpoints=[
            StoredEndpoint(id=endpoint.id, settings=endpoint.settings) for endpoint in application.endpoints.values()
        ],
    )


def rebuilt_application(applications: PlatformApplications, stored: StoredApplication) -> PlatformApplication:
    """The application, not entered in ``applications`` yet. Raises DocumentError or a ServiceError if it is invalid."""
    arn = read_arn(stored.arn, "sns")
    resource = _RESOURCE.fullmatch(arn.resource)
    if resource is None:
        raise DocumentError(f"{stored.arn} is not the ARN of a platform application", ".arn")
    application = applications.rebuild(
        ApplicationCreated(resource[2], resource[1], arn.account, arn.region, settings=stored.settings)
    )
    check_unique("endpoint", (endpoint.id for endpoint in stored.endpoints))
    for number, endpoint in enumerate(stored.endpoints):
        with at(f".endpoints[{number}]"):
            if not endpoint.id or "/" in endpoint.id:
                raise DocumentError("It is the last part of an ARN", ".id")
            application.restore_endpoint(KeptEndpoint(endpoint.id, endpoint.settings))
    return application
