"""The checked-in shapes are those which the generator writes."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import get_args

import botocore
import pytest

import api_shapes
from api_shapes import generate
from api_shapes.operation import Service

HEADER = re.compile(r"^Generated from the service model of botocore (\S+) by", re.MULTILINE)


SOURCES: Mapping[str, Callable[[], str]] = {
    **{service: partial(generate.source, service) for service in get_args(Service)},
    "sns_constraints": generate.constraints_source,
}


@pytest.mark.parametrize("module", SOURCES)
def test_generated_module_is_what_the_generator_writes(module: str) -> None:
    checked_in = Path(api_shapes.__path__[0], f"{module}.py").read_text(encoding="utf-8")
    header = HEADER.search(checked_in)
    assert header is not None
    if header[1] != botocore.__version__:
        pytest.skip(f"generated from botocore {header[1]}, installed is {botocore.__version__}")
    assert SOURCES[module]() == checked_in
