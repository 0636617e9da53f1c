import sys
from pathlib import Path

import pytest

from iamgen.project import load

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def project(tmp_path):
    """`project({"template.yaml": ...})` writes the files and loads their folder."""

    def make(files, path=".", **options):
        for name, content in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content) if isinstance(content, str) else file.write_bytes(content)
        return load(tmp_path / path, **options)

    return make
