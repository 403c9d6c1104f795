"""Benchmarks. ``python -m benchmarks`` runs all; each can be run alone, such as ``python -m benchmarks.startup``."""
