"""What the actions of Lambda work on."""

from emulator.actions.context import ActionContext
from emulator.aws.arns import Arn, arn
from emulator.functions.mappings import EventSourceMappings
from emulator.functions.triggers import Triggers
from emulator.world.world import World


class Lambda:
    """Event source mappings, and what takes messages for them."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def mappings(self) -> EventSourceMappings:
        return self.world.mappings

    @property
    def triggers(self) -> Triggers | None:
        return self.world.triggers


Context = ActionContext[Lambda]


def function_arn(name: str, account: str, region: str) -> str | None:
    """The ARN of a function by its name, with or without account and qualifier, or its ARN; None if it is none.

    https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    """
    given = Arn.parse(name)
    if given is not None:
        kind, _, rest = given.resource.partition(":")
        return name if given.service == "lambda" and kind == "function" and rest else None
    parts = name.split(":")
    if len(parts) >= 3 and parts[0].isdigit() and parts[1] == "function":
        account, parts = parts[0], parts[2:]
    elif len(parts) > 2:
        return None
    return arn("lambda", region, account, f"function:{':'.join(parts)}")
