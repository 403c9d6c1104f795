"""The benchmarks read /proc and pin processes to cores, which only Linux has."""

import sys

collect_ignore_glob = [] if sys.platform == "linux" else ["test_*.py"]
