"""The checked-in shapes are those which the generator writes."""

import re
from pathlib import Path
from typing import get_args

import botocore
import pytest

import api_shapes
from api_shapes import generate
from api_shapes.operation import Service

HEADER = re.compile(r"^Generated from the service model of botocore (\S+) by", re.MULTILINE)


@pytest.mark.parametrize("service", get_args(Service))
def test_generated_module_is_what_the_generator_writes(service: Service) -> None:
    checked_in = Path(api_shapes.__path__[0], f"{service}.py").read_text(encoding="utf-8")
    header = HEADER.search(checked_in)
    assert header is not None
    if header[1] != botocore.__version__:
        pytest.skip(f"generated from botocore {header[1]}, installed is {botocore.__version__}")
    assert generate.source(service) == checked_in
