"""Loads this distribution's packages ``emulator`` and ``api_shapes``, also if a project has others with these names.

Two packages with one name cannot be in one process. If the name leads to a package of the project, ours is loaded as
``sqs_sns_emulator.renamed.emulator``: from the same files, with the names in their import statements changed.
"""

import ast
import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import find_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

_ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = ("emulator", "api_shapes")
_PREFIX = "sqs_sns_emulator.renamed."


def load(module: str) -> ModuleType:
    """Import a module of this distribution, such as ``emulator.testing``. The first call decides under which name."""
    return import_module(_prefix() + module)


@cache
def _prefix() -> str:
    """The prefix of the names of our packages in this process."""
    if all(map(_is_ours, _PACKAGES)):
        return ""
    sys.meta_path.insert(0, _Finder())
    return _PREFIX


def _is_ours(package: str) -> bool:
    """Whether ``import package`` finds our package."""
    module = sys.modules.get(package)
    if module is None:
        spec = find_spec(package)
        file = None if spec is None else spec.origin
    else:
        file = getattr(module, "__file__", None)
    return file is not None and Path(file).resolve() == _ROOT / package / "__init__.py"


class _Finder(MetaPathFinder):
    """Finds our packages by their changed names."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        name = fullname.removeprefix(_PREFIX)
        if name == fullname or name.partition(".")[0] not in _PACKAGES:
            return None
        base = _ROOT.joinpath(*name.split("."))
        package = base / "__init__.py"
        file = package if package.exists() else base.with_suffix(".py")
        if not file.exists():
            return None
        folders = [str(base)] if file is package else None
        loader = _Loader(fullname, str(file))
        return spec_from_file_location(fullname, file, loader=loader, submodule_search_locations=folders)


class _Loader(SourceFileLoader):
    """Compiles each file again, since a cached .pyc file has other names in its imports."""

    def get_code(self, fullname: str) -> CodeType:
        file = self.get_filename(fullname)
        tree = ast.parse(self.get_data(file), file)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                node.module = node.module and _renamed(node.module)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    alias.name = _renamed(alias.name)
        return compile(tree, file, "exec", dont_inherit=True)


def _renamed(module: str) -> str:
    return _PREFIX + module if module.partition(".")[0] in _PACKAGES else module
