"""``python -m sqs_sns_emulator``: the command line, also where the current folder has its own package ``emulator``.

This file is also run by its path, when this package cannot be imported. So it imports nothing from the package.
"""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

_ROOT = Path(__file__).parent.parent


def _take(name: str) -> None:
    """Import the package ``name`` from the folder of this package, whatever ``sys.path`` says."""
    folder = _ROOT / name
    spec = spec_from_file_location(name, folder / "__init__.py", submodule_search_locations=[str(folder)])
    assert spec is not None, "the file is part of this distribution"
    assert spec.loader is not None
    sys.modules[name] = module = module_from_spec(spec)
    spec.loader.exec_module(module)


if __name__ == "__main__":
    for package in ("emulator", "api_shapes"):
        _take(package)

    from emulator.__main__ import main

    main(prog_name="sqs-sns-emulator")
