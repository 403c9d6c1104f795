"""The order of checks of every operation, as tables."""
