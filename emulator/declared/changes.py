"""What has to be set so that a resource is as the file says, and is no longer as the file said before."""

from collections.abc import Awaitable, Callable, Mapping

from emulator.aws.errors import ServiceError
from emulator.declared.attributes import Value
from emulator.declared.document import DocumentPath, Mistakes

Set = Callable[[Mapping[str, str]], Awaitable[object]]


def refused(error: ServiceError) -> str:
    """AWS's error as a mistake in the file, on one line."""
    return f"AWS refuses this: {' '.join(error.message.split())}"


def changed(
    wanted: Mapping[str, Value],
    before: Mapping[str, Value] | None,
    default_of: Callable[[str], str],
    path: DocumentPath,
) -> dict[str, Value]:
    """The attributes to set: all that are new or have another text, and those that are gone with their default.

    Without ``before`` the resource was not declared until now.
    """
    if before is None:
        return dict(wanted)
    gone = {name: Value(default_of(name), path) for name in before if name not in wanted}
    return gone | {name: value for name, value in wanted.items() if name not in before or before[name][0] != value[0]}


def changed_tags(tags: Mapping[str, str], before: Mapping[str, str], path: DocumentPath) -> dict[str, Value]:
    """The tags to set: those that are new or have another value."""
    return {key: Value(text, (*path, key)) for key, text in tags.items() if before.get(key) != text}


async def set_together(set_: Set, values: Mapping[str, Value], path: DocumentPath, mistakes: Mistakes) -> None:
    """Set attributes with one call. If AWS refuses it, find out which of them are wrong."""
    if not values:
        return
    try:
        await set_({name: value.text for name, value in values.items()})
    except ServiceError as error:
        if not await set_one_by_one(set_, values, mistakes):
            mistakes.add(path, refused(error))


async def set_one_by_one(set_: Set, values: Mapping[str, Value], mistakes: Mistakes) -> bool:
    """Set attributes, each with a call of its own. Returns whether AWS refuses any."""
    before = len(mistakes)
    for name, value in values.items():
        try:
            await set_({name: value.text})
        except ServiceError as error:
            mistakes.add(value.path, refused(error))
    return len(mistakes) > before
