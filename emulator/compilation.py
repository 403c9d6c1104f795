"""Which modules are compiled, and how their compiled form is found.

mypyc compiles the modules in ``MODULES``, from the sources that otherwise run as they are. The extension modules are in
a folder of their own: ``emulator/_compiled`` of a wheel, or the one that the environment variable EMULATOR_COMPILED
names. They call each other without Python, so either all of them are used or none. None is used

- if EMULATOR_PURE is set;
- if they are for another Python, or were compiled from other sources than those beside this module;
- if this package was imported under another name, as ``sqs_sns_emulator.packages`` does.

Then the same modules run as plain Python.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Literal
from zlib import crc32

# No module here defines a struct of msgspec: mypyc would drop the options of its class statement without a word.
# tests/test_compilation.py holds that, and the other rules of docs/architecture.md for them.
MODULES = (
    "emulator.actions.context",
    "emulator.aws.checksums",
    "emulator.aws.deduplication",
    "emulator.cluster.peer_entrance",
    "emulator.control.localstack_answer",
    "emulator.foundation.ids",
    "emulator.http.aws_connection",
    "emulator.http.channel",
    "emulator.http.connection",
    "emulator.http.head",
    "emulator.http.watch",
    "emulator.observation.request_counts",
    "emulator.serving.gateway",
    "emulator.sns.actions.publishing",
    "emulator.sns.delivery.fan_out",
    "emulator.sns.delivery.queue_deliverer",
    "emulator.sns.directory",
    "emulator.sns.message_attributes",
    "emulator.sns.publishing",
    "emulator.sns.subscription",
    "emulator.sns.topic",
    "emulator.sns.topics",
    "emulator.sqs.actions.addressing",
    "emulator.sqs.actions.batches",
    "emulator.sqs.actions.catching_up",
    "emulator.sqs.actions.receipts",
    "emulator.sqs.actions.receiving",
    "emulator.sqs.actions.sending",
    "emulator.sqs.arrival_order",
    "emulator.sqs.attempts",
    "emulator.sqs.catching_up",
    "emulator.sqs.content_text",
    "emulator.sqs.contents",
    "emulator.sqs.exactly_once",
    "emulator.sqs.group_order",
    "emulator.sqs.order",
    "emulator.sqs.queue",
    "emulator.sqs.queue_receive",
    "emulator.sqs.queue_urls",
    "emulator.sqs.queues",
    "emulator.sqs.receipts",
    "emulator.sqs.redrive",
    "emulator.sqs.reports",
    "emulator.sqs.sending",
    "emulator.sqs.totals",
    "emulator.structures.lazy_heap",
    "emulator.structures.line",
    "emulator.structures.numbers",
    "emulator.structures.pages",
    "emulator.structures.parted",
    "emulator.structures.timeline",
    "emulator.timing.clock",
    "emulator.wire.call",
    "emulator.wire.call_reader",
    "emulator.wire.callers",
    "emulator.wire.form",
    "emulator.wire.form_recipe",
    "emulator.wire.form_request",
    "emulator.wire.headers",
    "emulator.wire.http",
    "emulator.wire.json10",
    "emulator.wire.other_services",
    "emulator.wire.protocols",
    "emulator.wire.query",
    "emulator.wire.rest_json",
    "emulator.wire.services",
    "emulator.wire.xml_elements",
    "emulator.world.local_queues",
)
GROUP = "emulator"
LIBRARY = f"{GROUP}__mypyc"  # what mypyc names the extension module that has the code of all
SOURCES = "sources"  # the file with the digest of the sources

PURE_VARIABLE, FOLDER_VARIABLE = "EMULATOR_PURE", "EMULATOR_COMPILED"
VARIABLES = frozenset((PURE_VARIABLE, FOLDER_VARIABLE, "EMULATOR_COMPILE"))  # the last one is that of hatch_build.py
_ON, _OFF = (
    ("1", "true", "t", "yes", "y", "on"),
    ("", "0", "false", "f", "no", "n", "off"),
)  # as flags of the command line

Form = Literal["compiled", "plain"]
FORMS: Mapping[Form, str] = {"compiled": "compiled", "plain": "plain Python"}  # in words

_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_SUFFIX = EXTENSION_SUFFIXES[0]


def source_of(module: str) -> str:
    """The path of the source of a module, from the folder of the packages."""
    return os.path.join(*module.split(".")) + ".py"


def digest_of_sources(root: str = _ROOT) -> str:
    """What the sources of ``MODULES`` are known by; the names of the modules count too."""
    digest = crc32(" ".join(MODULES).encode())
    for module in MODULES:
        with open(os.path.join(root, source_of(module)), "rb", buffering=0) as source:
            digest = crc32(source.read().replace(b"\r\n", b"\n"), digest)
    return f"{digest:08x}"


class CompiledModules:
    """The finder of the compiled modules in ``folder``. It examines the folder when the first module is imported."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.abspath(folder)
        self._names = frozenset((*MODULES, LIBRARY))
        self._usable: bool | None = None  # None: not examined yet
        self.reason: str | None = None  # why they are not used

    @property
    def usable(self) -> bool:
        """Whether the modules are imported from the folder."""
        if self._usable is None:
            self.reason = self._why_not()
            self._usable = self.reason is None
        return self._usable

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._names or not self.usable:
            return None
        return self._spec(fullname)

    def _spec(self, name: str) -> ModuleSpec | None:
        file = os.path.join(self._folder, *name.split(".")) + _SUFFIX
        return spec_from_file_location(name, file, loader=ExtensionFileLoader(name, file))

    def _why_not(self) -> str | None:
        """Why the modules in the folder cannot be used, in one line; None if they can."""
        sources = os.path.join(self._folder, SOURCES)
        if not os.path.isfile(sources):
            return f"There are no compiled modules in {self._folder}."
        if not os.path.isfile(os.path.join(self._folder, LIBRARY + _SUFFIX)):
            return f"The compiled modules in {self._folder} are for another Python than {sys.version.split()[0]}."
        with open(sources, encoding="ascii") as file:
            digest = file.read().strip()
        if digest != digest_of_sources():
            return f"The compiled modules in {self._folder} were not compiled from the sources in {_ROOT}."
        return self._why_not_loaded()

    def _why_not_loaded(self) -> str | None:
        spec = self._spec(LIBRARY)
        assert spec is not None, "a file has a specification"
        assert spec.loader is not None, "and this loader"
        try:
            library = module_from_spec(spec)
            spec.loader.exec_module(library)
        except ImportError as error:
            return f"The compiled modules in {self._folder} cannot be loaded: {error}."
        sys.modules[LIBRARY] = library
        return None


def is_pure_wanted(value: str) -> bool:
    """Whether EMULATOR_PURE with this value asks for plain Python. ``mistakes`` refuses what is neither on nor off."""
    return value.lower() not in _OFF


def _install() -> CompiledModules | None:
    """Put the finder before all others, if there may be compiled modules."""
    if __name__ != "emulator.compilation" or is_pure_wanted(os.environ.get(PURE_VARIABLE, "")):
        return None
    folder = os.environ.get(FOLDER_VARIABLE)
    if not folder:
        folder = os.path.join(_ROOT, "emulator", "_compiled")
        if not os.path.isdir(folder):
            return None
    modules = CompiledModules(folder)
    sys.meta_path.insert(0, modules)
    return modules


_modules = _install()


def form() -> Form:
    """In which form the modules run in this process."""
    return "compiled" if _modules is not None and _modules.usable else "plain"


def why_plain() -> str | None:
    """Why compiled modules that there are, or that the environment names, do not run; None if nothing is wrong."""
    return None if _modules is None or _modules.usable else _modules.reason


def mistakes(environment: Mapping[str, str]) -> Iterator[str]:
    """An error text if EMULATOR_PURE has a value that is neither on nor off."""
    value = environment.get(PURE_VARIABLE, "")
    if value.lower() not in (*_ON, *_OFF):
        yield f"The environment variable {PURE_VARIABLE} must be 1 or 0, not {value!r}."
