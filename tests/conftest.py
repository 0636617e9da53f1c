"""`pytest --accept` rewrites expected files from what comes out; the change is reviewed like code."""

import pytest


def pytest_addoption(parser):
    parser.addoption("--accept", action="store_true", help="rewrite expected files")


@pytest.fixture
def expect(request):
    """`expect(path, text)`: the file holds this text."""

    def compare(path, text):
        if request.config.getoption("--accept"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        assert path.exists(), f"{path} is missing; look at it after `pytest --accept`"
        assert text == path.read_text()

    return compare
