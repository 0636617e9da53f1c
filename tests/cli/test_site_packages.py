"""`--site-packages`: dependencies that are installed elsewhere are followed in their own source."""

import pytest

APP = "import helper\n\n\ndef handler(event, context):\n    helper.put('a')\n"
HELPER = "import boto3\n\n\ndef put(key):\n    boto3.client('s3').put_object(Bucket='lib', Key=key)\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "app.py").write_text(APP)
    (tmp_path / "site" / "helper").mkdir(parents=True)
    (tmp_path / "site" / "helper" / "__init__.py").write_text(HELPER)
    return tmp_path


def test_without_it_the_dependency_is_named(iamgen, project):
    done = iamgen("scan", project / "project", "--entry", "app:handler", "--strict")
    assert done.code == 1
    assert "`helper` is not in the project" in done.out


def test_with_it_the_request_is_found(iamgen, project):
    arguments = ("--entry", "app:handler", "--strict", "--site-packages", project / "site")
    done = iamgen("scan", project / "project", *arguments)
    assert done.code == 0
    assert "s3.PutObject" in done.out


def test_no_such_folder(iamgen, project):
    done = iamgen("scan", project / "project", "--site-packages", project / "nowhere")
    assert done.code == 2
