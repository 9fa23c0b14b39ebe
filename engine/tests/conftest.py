"""Settings of the property tests: the same examples on every machine."""

from hypothesis import settings

settings.register_profile("engine", derandomize=True, deadline=None)
settings.load_profile("engine")
