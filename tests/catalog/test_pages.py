"""The generated pages are those of this catalog."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.skipif(not DOCS.is_dir(), reason="the documents are not part of the package")
def test_the_pages_are_current(catalog):
    spec = importlib.util.spec_from_file_location("generate_catalog", DOCS / "generate_catalog.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, text in module.pages(catalog).items():
        assert (DOCS / "catalog" / name).read_text() == text, "run `python docs/generate_catalog.py`"
