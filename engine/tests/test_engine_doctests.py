"""The examples of the documentation are true."""

import doctest
import importlib
import pkgutil

import pytest
import srm_engine

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(srm_engine.__path__, "srm_engine.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_doctests(name: str):
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0


def test_examples_are_found():
    assert {"srm_engine.money", "srm_engine.calcs.late_payment"} <= set(MODULES)
    attempted = sum(
        doctest.testmod(importlib.import_module(name)).attempted for name in MODULES
    )
    assert attempted > 60
