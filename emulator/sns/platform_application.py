"""A platform application: an app at a push notification service, with its endpoints.

https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html
"""

from collections.abc import Mapping
from itertools import count

from emulator.aws.arns import arn
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.foundation.changes import Ledger
from emulator.foundation.ids import Ids
from emulator.sns.changes import (
    ApplicationChange,
    ApplicationCreated,
    ApplicationSettingsChanged,
    EndpointCreated,
    EndpointDeleted,
    EndpointSettingsChanged,
    KeptEndpoint,
)
from emulator.sns.pages import page
from emulator.sns.platform_application_attributes import CREDENTIALS, checked_settings
from emulator.sns.platform_endpoint import PlatformEndpoint, checked_attributes, checked_device
from emulator.sns.platforms import PLATFORMS


class PlatformApplication:
    """A platform application. ``settings`` are its attributes, including the credentials."""

    def __init__(
        self,
        *,
        name: str,
        platform: str,
        account: str,
        region: str,
        settings: dict[str, str],
        ledger: Ledger | None = None,
    ) -> None:
        self.platform = platform
        self.name = name
        self.account = account
        self.region = region
        self.arn = arn("sns", region, account, f"app/{platform}/{name}")
        self.serial = 0  # in order of creation
        self.settings = settings
        self.endpoints: dict[str, PlatformEndpoint] = {}  # by ARN
        self._by_token: dict[str, PlatformEndpoint] = {}
        self._serials = count()
        self._ledger = ledger or Ledger()

    def whole(self) -> ApplicationCreated:
        """The application in full."""
        return ApplicationCreated(
            self.name,
            self.platform,
            self.account,
            self.region,
            settings=self.settings,
            endpoints=[KeptEndpoint(endpoint.id, endpoint.settings) for endpoint in self.endpoints.values()],
        )

    def numbered(self, serial: int) -> None:
        """Set the position of the application in the order of creation."""
        self.serial = serial

    @property
    def enabled(self) -> bool:
        return self.settings["Enabled"] == "true"

    def visible_attributes(self) -> dict[str, str]:
        """What GetPlatformApplicationAttributes returns: everything but the credentials, and of what kind these are."""
        shown = {name: value for name, value in self.settings.items() if name not in CREDENTIALS}
        method = PLATFORMS[self.platform].authentication
        return shown if method is None else {**shown, "AuthenticationMethod": method(self.settings)}

    def set_attributes(self, attributes: Mapping[str, str]) -> None:
        """Set all the attributes; InvalidParameter, and nothing set, if one is invalid. An empty value removes an
        attribute.
        """
        settings = _kept({**self.settings, **checked_settings(attributes)})
        if settings != self.settings:
            self._change(ApplicationSettingsChanged(self.arn, settings))

    def add_endpoint(
        self, token: str, *, user_data: str | None, attributes: Mapping[str, str], ids: Ids
    ) -> PlatformEndpoint:
        """Add a new endpoint, or return the device's existing one if its attributes are the same."""
        wanted = {
            **checked_device(self.platform, token, user_data),
            **checked_attributes(self.platform, attributes),
        }
        existing = self._by_token.get(wanted["Token"])
        if existing is not None:
            if not existing.made_by(wanted):
                raise _taken(existing)
            return existing
        endpoint_id = ids.uuid()
        self._change(EndpointCreated(self.arn, KeptEndpoint(endpoint_id, _kept({"Enabled": "true", **wanted}))))
        return self.endpoints[self._endpoint_arn(endpoint_id)]

    def restore_endpoint(self, endpoint: KeptEndpoint) -> None:
        """Add a recorded endpoint as the newest one; InvalidParameter if it is invalid."""
        wanted = checked_attributes(self.platform, endpoint.settings)
        if "Token" not in wanted or "Enabled" not in wanted:
            raise SnsInvalidParameter.of("Attributes", "an endpoint has a Token, and is Enabled or not")
        holder = self._by_token.get(wanted["Token"])
        if holder is not None:
            raise _taken(holder)
        self._enter(KeptEndpoint(endpoint.id, _kept(wanted)))

    def set_endpoint_attributes(self, endpoint: PlatformEndpoint, attributes: Mapping[str, str]) -> None:
        """Set all the attributes; InvalidParameter, and nothing set, if one is invalid."""
        changed = {**endpoint.settings, **checked_attributes(self.platform, attributes)}
        holder = self._by_token.get(changed["Token"], endpoint)
        if holder is not endpoint:
            raise _taken(holder)
        settings = _kept(changed)
        if settings != endpoint.settings:
            self._change(EndpointSettingsChanged(self.arn, KeptEndpoint(endpoint.id, settings)))

    def remove_endpoint(self, endpoint: PlatformEndpoint) -> None:
        self._change(EndpointDeleted(self.arn, endpoint.id))

    def apply(self, change: ApplicationChange) -> None:
        """Apply a change: one that was just decided, or a recorded one."""
        match change:
            case ApplicationSettingsChanged():
                self.settings = dict(change.settings)
            case EndpointCreated():
                self._enter(change.endpoint)
            case EndpointSettingsChanged():
                endpoint = self.endpoints[self._endpoint_arn(change.endpoint.id)]
                del self._by_token[endpoint.token]
                endpoint.set(change.endpoint.settings)
                self._by_token[endpoint.token] = endpoint
            case EndpointDeleted():
                endpoint = self.endpoints.pop(self._endpoint_arn(change.id))
                del self._by_token[endpoint.token]

    def _change(self, change: ApplicationChange) -> None:
        self.apply(change)
        if self._ledger.kept:
            self._ledger.record(change)

    def _enter(self, kept: KeptEndpoint) -> None:
        endpoint = PlatformEndpoint(self._endpoint_arn(kept.id), next(self._serials), dict(kept.settings))
        self.endpoints[endpoint.arn] = self._by_token[endpoint.token] = endpoint

    def _endpoint_arn(self, endpoint_id: str) -> str:
        return arn("sns", self.region, self.account, f"endpoint/{self.platform}/{self.name}/{endpoint_id}")

    def list_endpoints(self, token: str | None) -> tuple[list[PlatformEndpoint], str | None]:
        return page(self.endpoints.values(), token)


def _kept(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings without those that have an empty value."""
    return {name: value for name, value in settings.items() if value}


def _taken(holder: PlatformEndpoint) -> SnsInvalidParameter:
    reason = f"Endpoint {holder.arn} already exists with the same Token, but different attributes."
    return SnsInvalidParameter.of("Token", reason)
