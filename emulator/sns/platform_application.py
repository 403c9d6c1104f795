"""A platform application: an app at a push notification service, with its endpoints.

https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html
"""

from collections.abc import Mapping
from itertools import count

from emulator.aws.arns import arn
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.ids import Ids
from emulator.sns.pages import page
from emulator.sns.platform_application_attributes import CREDENTIALS, checked_settings
from emulator.sns.platform_endpoint import PlatformEndpoint, checked_attributes, checked_device


class PlatformApplication:
    """``settings`` are its attributes, credentials included."""

    def __init__(
        self, *, name: str, platform: str, account: str, region: str, serial: int, settings: dict[str, str]
    ) -> None:
        self.platform = platform
        self.name = name
        self.account = account
        self.region = region
        self.arn = arn("sns", region, account, f"app/{platform}/{name}")
        self.serial = serial  # grows in order of creation
        self.settings = settings
        self.endpoints: dict[str, PlatformEndpoint] = {}  # by ARN
        self._by_token: dict[str, PlatformEndpoint] = {}
        self._serials = count()

    @property
    def enabled(self) -> bool:
        return self.settings["Enabled"] == "true"

    def visible_attributes(self) -> dict[str, str]:
        """What GetPlatformApplicationAttributes shows: credentials never come back."""
        return {name: value for name, value in self.settings.items() if name not in CREDENTIALS}

    def set_attributes(self, attributes: Mapping[str, str]) -> None:
        """Set all of them or, where one is bad, none; InvalidParameter then. An empty value takes one away."""
        changed = {**self.settings, **checked_settings(attributes)}
        self.settings = {name: value for name, value in changed.items() if value}

    def add_endpoint(
        self, token: str, *, user_data: str | None, attributes: Mapping[str, str], ids: Ids
    ) -> PlatformEndpoint:
        """A new endpoint, or the one that the device has already, where it is the same."""
        wanted = {
            **checked_device(self.platform, token, user_data),
            **checked_attributes(self.platform, attributes),
        }
        existing = self._by_token.get(wanted["Token"])
        if existing is not None:
            if not existing.made_by(wanted):
                raise _taken(existing)
            return existing
        return self._add(ids.uuid(), {"Enabled": "true", **wanted})

    def restore_endpoint(self, endpoint_id: str, settings: Mapping[str, str]) -> None:
        """Go on with an endpoint as there was one elsewhere, as the newest; InvalidParameter where it cannot be."""
        wanted = checked_attributes(self.platform, settings)
        if "Token" not in wanted or "Enabled" not in wanted:
            raise SnsInvalidParameter.of("Attributes", "an endpoint has a Token, and is Enabled or not")
        holder = self._by_token.get(wanted["Token"])
        if holder is not None:
            raise _taken(holder)
        self._add(endpoint_id, wanted)

    def _add(self, endpoint_id: str, settings: Mapping[str, str]) -> PlatformEndpoint:
        endpoint_arn = arn("sns", self.region, self.account, f"endpoint/{self.platform}/{self.name}/{endpoint_id}")
        endpoint = PlatformEndpoint(endpoint_arn, next(self._serials), _kept(settings))
        self.endpoints[endpoint.arn] = self._by_token[endpoint.token] = endpoint
        return endpoint

    def set_endpoint_attributes(self, endpoint: PlatformEndpoint, attributes: Mapping[str, str]) -> None:
        """Set all of them or, where one is bad, none; InvalidParameter then."""
        changed = {**endpoint.settings, **checked_attributes(self.platform, attributes)}
        holder = self._by_token.get(changed["Token"], endpoint)
        if holder is not endpoint:
            raise _taken(holder)
        del self._by_token[endpoint.token]
        endpoint.settings = _kept(changed)
        self._by_token[endpoint.token] = endpoint

    def remove_endpoint(self, endpoint: PlatformEndpoint) -> None:
        del self.endpoints[endpoint.arn]
        del self._by_token[endpoint.token]

    def list_endpoints(self, token: str | None) -> tuple[list[PlatformEndpoint], str | None]:
        return page(self.endpoints.values(), token)


def _kept(settings: Mapping[str, str]) -> dict[str, str]:
    """What an endpoint keeps: an empty value is none."""
    return {name: value for name, value in settings.items() if value}


def _taken(holder: PlatformEndpoint) -> SnsInvalidParameter:
    reason = f"Endpoint {holder.arn} already exists with the same Token, but different attributes."
    return SnsInvalidParameter.of("Token", reason)
