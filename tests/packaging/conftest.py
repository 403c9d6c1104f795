import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.tree import Tree


@pytest.fixture(scope="session")
def uv() -> Path:
    """uv, which installs in no time what is in its cache."""
    return Path(sys.executable).parent / "uv"


@pytest.fixture(scope="session")
def package_index(uv: Path) -> None:
    """Skips the test where no package index is reachable; CI has one."""
    reached = subprocess.run([uv, "pip", "compile", "--quiet", "-"], input="iniconfig", capture_output=True, text=True)
    if reached.returncode != 0 and not os.environ.get("CI"):
        pytest.skip(f"no package index is reachable: {reached.stderr}")


@pytest.fixture
def tree(package_index: None, tmp_path: Path) -> Tree:
    return Tree(tmp_path)
