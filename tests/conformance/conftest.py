"""`--cases PATH`: the file of cases; the copy beside the tests unless told otherwise."""

from pathlib import Path

import pytest
import yaml

from tests.conformance.supported import unsupported

BESIDE = Path(__file__).parent / "cases.yaml"


def pytest_addoption(parser):
    parser.addoption("--cases", default=str(BESIDE), help="worked examples to run")


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        priced = [case for case in _cases(metafunc.config) if not unsupported(case)]
        metafunc.parametrize("case", priced, ids=[case["id"] for case in priced])


@pytest.fixture
def cases(request):
    """All worked examples of the file, priced or not."""
    return _cases(request.config)


def _cases(config):
    path = Path(config.getoption("--cases", default=str(BESIDE)))
    return yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]
