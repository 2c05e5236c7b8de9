"""`--cases PATH`: the file of cases; the copy beside the tests unless told otherwise."""

from pathlib import Path

import yaml

BESIDE = Path(__file__).parent / "cases.yaml"


def pytest_addoption(parser):
    parser.addoption("--cases", default=str(BESIDE), help="worked examples to run")


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        path = Path(metafunc.config.getoption("--cases", default=str(BESIDE)))
        cases = yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]
        metafunc.parametrize("case", cases, ids=[case["id"] for case in cases])
