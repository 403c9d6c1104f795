"""One option: a row of the table in ``settings.py``."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, Literal, TypeVar

ENVIRONMENT_PREFIX = "EMULATOR_"

Kind = Literal["text", "flag", "integer", "number"]
T = TypeVar("T")


# Neither a struct nor a dataclass: the pytest plugin imports this, and nothing of msgspec, in every test run, and a
# dataclass takes some milliseconds to be defined.
class Option:
    """One option: its names, the values it takes, and what it does."""

    help: str  # on the command line and in the documentation
    kind: Kind = "text"
    bounds: tuple[float, float] | None = None  # of a number
    choices: tuple[str, ...] = ()  # all that it may be
    check: Callable[[Any], Any] | None = None  # of checks.py; gets all values if the option can be repeated
    once: str | None = None  # if the option can be repeated: its name on the command line, in the singular
    mapping: str | None = None  # if its values have keys: keys and values in words, for example "ARNs to URLs"
    also: tuple[str, ...] = ()  # other flags for it
    metavar: str | None = None
    localstack: tuple[str, ...] = ()  # LocalStack's variables from which it can come; a later one wins
    in_tests: str | None = None  # an example as an argument of emulated_aws; None: not an option of tests
    needs_server: bool = False  # in tests only a server has it
    secret: bool = False  # no text shows its value
    unset: str = "none"  # for the documentation: the default in words, if there is no default value
    see: tuple[str, str] | None = None  # title and link of the section of the documentation with more about it

    def __init__(self, name: str, default: Any, row: Mapping[str, Any]) -> None:
        """``row`` has the attributes that differ from the defaults of the class."""
        self.name = name  # of the field of Settings, and of the argument in tests
        self.default = default
        self.__dict__.update(row)

    @property
    def several(self) -> bool:
        """Whether it can be given several times."""
        return self.once is not None

    @property
    def flag(self) -> str:
        """The option on the command line, such as ``--port``."""
        return f"--{self.once or self.name}".replace("_", "-")

    @property
    def variable(self) -> str:
        """The environment variable."""
        return ENVIRONMENT_PREFIX + (self.once or self.name).upper()


def option_field(default: T, text: str, **row: Any) -> T:
    """A field of a dataclass, with its row as metadata; ``text`` is the help."""
    value: dict[str, Any] = {"default_factory": dict} if default == {} else {"default": default}
    made: T = field(**value, metadata={"help": text, **row})
    return made
