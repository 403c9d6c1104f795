"""Measurements. ``python -m benchmarks`` runs all; each is run by itself too: ``python -m benchmarks.startup``."""
