import pytest

from iamgen.catalog.store import Catalog


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog.open()
