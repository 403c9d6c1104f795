"""Tests that need the modules as plain Python."""

import pytest

from emulator import compilation

REASON = "the test replaces a function of a compiled module, whose callers call it without looking it up"

replaces_functions = pytest.mark.skipif(compilation.form() == "compiled", reason=REASON)
