"""One option: a row of the table in ``settings.py``."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

ENVIRONMENT_PREFIX = "EMULATOR_"

Kind = Literal["text", "flag", "integer", "number"]


# Neither a struct nor a dataclass: the pytest plugin imports this, and nothing of msgspec, in every test run, and a
# dataclass takes some milliseconds to be defined.
class Option:
    """What an option is called everywhere, which values it takes, and what it does."""

    help: str  # on the command line and in the documentation
    kind: Kind = "text"
    bounds: tuple[float, float] | None = None  # of a number
    choices: tuple[str, ...] = ()  # all that it may be
    check: Callable[[Any], Any] | None = None  # of option_checks; where it can be given several times, of all values
    once: str | None = None  # its name on the command line, where it is given once for each of several values
    mapping: str | None = None  # what its values are by, where they have keys, for example "ARNs to URLs"
    metavar: str | None = None
    localstack: tuple[str, ...] = ()  # LocalStack's variables from which it can come; a later one wins
    in_tests: str | None = None  # an example as an argument of emulated_aws; None: tests do not have it
    needs_server: bool = False  # in tests it has a meaning only for a server
    unset: str = "none"  # for the documentation: what holds where there is no default
    see: tuple[str, str] | None = None  # title and link of the section of the documentation that says more

    def __init__(self, name: str, default: Any, row: Mapping[str, Any]) -> None:
        """``row`` has the attributes that are not those of the class."""
        self.name = name  # of the field of Settings, and of the argument in tests
        self.default = default
        self.__dict__.update(row)

    @property
    def several(self) -> bool:
        """Whether it can be given several times."""
        return self.once is not None

    @property
    def flag(self) -> str:
        """On the command line."""
        return f"--{self.once or self.name}".replace("_", "-")

    @property
    def variable(self) -> str:
        """The environment variable."""
        return ENVIRONMENT_PREFIX + (self.once or self.name).upper()
