"""The files of templates and plans that the options name."""

import glob
import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from emulator.configuration.document_error import DocumentError
from emulator.configuration.settings import Settings
from emulator.declared.declarations import Declarations
from emulator.declared.document import Document, Mistakes
from emulator.declared.loading import load
from emulator.declared.wording import proposal
from emulator.infrastructure.physical_names import stack_uuid
from emulator.infrastructure.place import StackPlace
from emulator.infrastructure.stack import Stack
from emulator.infrastructure.stack_names import stack_name_of
from emulator.infrastructure.stacks import Stacks
from emulator.infrastructure.template_text import SIZE_MAX, load_template, template_of
from emulator.infrastructure.terraform.declaring import PlannedResources, declare_plan
from emulator.infrastructure.terraform.plan import load_plan, plan_in

_STACK, _PLAN = "stack ", "plan "  # begin the names of documents
_NAMED = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,127})=(.+)")
_TEMPLATE_MARK = re.compile(rb"""(?:^|[{,])\s*["']?Resources["']?\s*:""", re.MULTILINE)
_PLAN_MARK = re.compile(rb'"terraform_version"\s*:')
_SYNTHESIZED = "*.template.json"  # what CDK writes


Load = Callable[[], Document]


def with_infrastructure(document: Document, settings: Settings) -> Document:
    """``document`` with the templates and plans of the options beside it. DocumentError if some cannot be read."""
    problems: list[str] = []
    templates: list[tuple[str, str, Load]] = [
        (stack, file, partial(load_template, file)) for stack, file in _templates(settings.templates, problems)
    ]
    return _with(document, templates, [(file, partial(load_plan, file)) for file in settings.terraform_plans], problems)


def with_texts(document: Document, templates: list[dict[str, str]], plans: list[dict[str, str]]) -> Document:
    """As ``with_infrastructure``, of texts with ``file``, ``text`` and, for templates, the name of the ``stack``."""
    return _with(
        document,
        [
            (each.get("stack", "stack"), each["file"], partial(template_of, each["file"], each["text"]))
            for each in templates
        ],
        [(each["file"], partial(plan_in, each["file"], each["text"])) for each in plans],
        [],
    )


def load_of_any_kind(file: str) -> Document:
    """A configuration file, or an empty one with a template or a plan beside it. DocumentError if it cannot be read.

    A template has the key Resources, and a plan is JSON with the version of Terraform.
    """
    try:
        with open(file, "rb") as opened:
            text = opened.read(SIZE_MAX)
    except (OSError, ValueError):
        return load(file)  # for its error
    if _PLAN_MARK.search(text):
        return _with(Document("", {}), [], [(file, partial(load_plan, file))], [])
    if _TEMPLATE_MARK.search(text):
        return _with(Document("", {}), [(stack_name_of(file), file, partial(load_template, file))], [], [])
    return load(file)


def template_files(templates: Sequence[str]) -> list[tuple[str, str]]:
    """The name of each stack, and the file of its template. DocumentError if there is no such file."""
    problems: list[str] = []
    found = list(_templates(templates, problems))
    if problems:
        raise DocumentError(problems)
    return found


def _with(
    document: Document, templates: list[tuple[str, str, Load]], plans: list[tuple[str, Load]], problems: list[str]
) -> Document:
    beside: dict[str, Document] = {}
    for stack, file, template in templates:
        key = f"{_STACK}{stack}"
        if key in beside:
            text = f"{beside[key].file} is the stack {stack} too: give the name of one, as --template NAME={file}."
            problems.append(f"{file}: {text}")
        else:
            _load(beside, key, template, problems)
    for file, plan in plans:
        _load(beside, f"{_PLAN}{file}", plan, problems)
    if problems:
        raise DocumentError(problems)
    return document._replace(beside=beside)


def _load(beside: dict[str, Document], key: str, read: Load, problems: list[str]) -> None:
    try:
        beside[key] = read()
    except DocumentError as error:
        problems += error.lines


def _templates(templates: Sequence[str], problems: list[str]) -> Iterator[tuple[str, str]]:
    for given in templates:
        named = None if os.path.exists(given) else _NAMED.fullmatch(given)
        place = given if named is None else named[2]
        files = _files(place)
        if not files:
            problems.append(f"{place}: There is no such file.")
        for file in files:
            yield (stack_name_of(file) if named is None else named[1]), file


def _files(place: str) -> list[str]:
    """The file, those that match a pattern, or the templates in a folder of CDK."""
    if os.path.isdir(place):
        return sorted(glob.glob(os.path.join(glob.escape(place), _SYNTHESIZED)))
    if os.path.exists(place) or not glob.has_magic(place):
        return [place]
    return sorted(glob.glob(place))


class Infrastructure(NamedTuple):
    """The stacks and plans that were evaluated, with what in them is not emulated."""

    stacks: list[Stack]
    plans: list[PlannedResources]


def declare_infrastructure(
    document: Document, settings: Settings, endpoint: str, declarations: Declarations, mistakes: Mistakes
) -> Infrastructure:
    """Add what the files beside ``document`` declare. ``endpoint`` is for the URLs of queues."""
    stacks = Stacks(mistakes, settings.lambda_urls, principals=settings.enforce_policies)
    plans = []
    for key, each in document.beside.items():
        name = key.removeprefix(_STACK)
        place = StackPlace(name, stack_uuid(settings.seed, name), settings.account_id, settings.region, endpoint)
        if key.startswith(_STACK):
            stacks.add(each, key, place, settings.template_parameters)
        else:
            plans.append(declare_plan(each, key, place, declarations, mistakes, principals=settings.enforce_policies))
    known = {name for stack in stacks.stacks for name in stack.template.parameters}
    for name in settings.template_parameters:
        if name not in known:
            text = f"--template-parameter {name}: no template has a parameter of this name; {proposal(name, known)}"
            mistakes.add((), text)
    stacks.evaluate()
    stacks.declare(declarations)
    return Infrastructure(stacks.stacks, plans)
