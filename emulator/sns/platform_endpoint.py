"""Platform endpoints: an application on one device.

https://docs.aws.amazon.com/sns/latest/api/API_SetEndpointAttributes.html
"""

from collections.abc import Mapping

from emulator.aws.limits import CUSTOM_USER_DATA_BYTES_MAX
from emulator.aws.sns_errors import SnsInvalidParameter
from emulator.sns.platform_application_attributes import Problem, anything, boolean, checked_settings
from emulator.sns.platforms import PLATFORMS


class PlatformEndpoint:
    """``settings`` are its attributes, as GetEndpointAttributes returns them."""

    __slots__ = ("arn", "serial", "settings")

    def __init__(self, endpoint_arn: str, serial: int, settings: dict[str, str]) -> None:
        self.arn = endpoint_arn
        self.serial = serial  # in order of creation
        self.settings = settings

    @property
    def id(self) -> str:
        """The last part of its ARN."""
        return self.arn.rpartition("/")[2]

    def set(self, settings: Mapping[str, str]) -> None:
        """Replace the settings by these, which have been checked."""
        self.settings = dict(settings)

    @property
    def token(self) -> str:
        return self.settings["Token"]

    @property
    def enabled(self) -> bool:
        return self.settings["Enabled"] == "true"

    def made_by(self, wanted: Mapping[str, str]) -> bool:
        """Whether creating an endpoint with these attributes could have made this one.

        Absent user data count as empty. ``Enabled`` is compared only if it is given.
        """
        compared = {"CustomUserData": "", **wanted}
        return all(self.settings.get(name, "") == value for name, value in compared.items())


def checked_device(platform: str, token: str, user_data: str | None) -> dict[str, str]:
    """The two attributes that are parameters of CreatePlatformEndpoint. InvalidParameter, in that action's words."""
    given = {"Token": token} if user_data is None else {"Token": token, "CustomUserData": user_data}
    problems = _problems(platform)
    for name, value in given.items():
        problem = problems[name](value)
        if problem is not None:
            raise SnsInvalidParameter.of(name, problem)
    return given


def checked_attributes(platform: str, attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes as an endpoint stores them; InvalidParameter for the first one that AWS refuses."""
    return checked_settings(attributes, _problems(platform))


def _problems(platform: str) -> dict[str, Problem]:
    """The check of each attribute that an endpoint of this platform can have."""
    traits = PLATFORMS[platform]
    return {
        "Token": lambda token: traits.token_problem(token) if token else "cannot be empty",
        "CustomUserData": _user_data_problem,
        "Enabled": boolean,
        **dict.fromkeys(traits.endpoint_attributes, anything),
    }


def _user_data_problem(user_data: str) -> str | None:
    if len(user_data.encode()) > CUSTOM_USER_DATA_BYTES_MAX:
        return f"must be at most {CUSTOM_USER_DATA_BYTES_MAX} bytes long in UTF-8 encoding"
    return None
