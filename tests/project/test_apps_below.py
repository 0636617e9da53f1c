"""Chalice and Zappa applications in folders further down, and several beside each other."""

# ruff: noqa: E501  # an application is easier to read on one line

import json

import pytest

from iamgen.core.errors import InputError
from iamgen.project.model import HandlerEntry, LibraryEntry

CHALICE = (
    "from chalice import Chalice\napp = Chalice(app_name='x')\n\n"
    "@app.lambda_function(name='nightly-job')\ndef {0}(event, context):\n    pass\n"
)
HANDLER = "def handler(event, context):\n    pass\n"


def chalice(folder, name, config=None):
    return {
        f"{folder}/.chalice/config.json": json.dumps(config or {"app_name": name}),
        f"{folder}/app.py": CHALICE.format(name),
    }


def test_chalice_further_down(project):
    found = project(chalice("api", "job"))
    assert found.template == "api/.chalice/config.json"
    (unit,) = found.units
    assert (unit.name, unit.search_path[0].name) == ("job", "api")
    assert str(unit.configuration.function_name) == '"job-"+symbol(stage)+"-nightly-job"'


def test_several_chalice_applications(project):
    files = {
        **chalice("apps/a", "job"),
        **chalice("apps/b", "job"),
        "apps/c/.chalice/config.json": "{",
        "apps/c/app.py": "",
    }
    found = project(files)
    assert [unit.name for unit in found.units] == ["job", "b-job"]
    assert found.template is None
    assert [one.location.file for one in found.problems] == ["apps/c/.chalice/config.json"]


@pytest.mark.parametrize(
    ("stages", "role"),
    [
        ({"prod": {"iam_role_arn": "arn:prod"}, "dev": {"iam_role_arn": "arn:dev"}}, "arn:dev"),
        ({"prod": {"iam_role_arn": "arn:prod"}, "dev": {"autogen_policy": False}}, "default-role"),
        ({"prod": {"iam_role_arn": "arn:prod"}, "dev": {}}, "arn:prod"),
        (
            {"dev": {"lambda_functions": {"nightly-job": {"iam_role_arn": "arn:own"}}, "iam_role_arn": "arn:dev"}},
            "arn:own",
        ),
    ],
)
def test_the_role_is_that_of_the_stage_that_is_deployed_by_default(project, stages, role):
    policy = {"api/.chalice/policy-dev.json": '{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'}
    (unit,) = project({**chalice("api", "job", {"app_name": "x", "stages": stages}), **policy}).units
    assert unit.role.name == role


def test_zappa_further_down(project):
    settings = {
        "base": {"runtime": "python3.12", "lambda_handler": "bot.handler", "environment_variables": {"A": "1"}},
        "dev": {"extends": "base"},
        "qa": {"extends": "dev", "lambda_handler": "bot.gone"},
    }
    found = project({"bot/zappa_settings.json": json.dumps(settings), "bot/bot.py": HANDLER})
    entry = HandlerEntry("bot", "handler")
    assert [(unit.name, unit.entry) for unit in found.units] == [("base", entry), ("dev", entry), ("qa", None)]
    assert found.units[2].environment["A"] == found.units[0].environment["A"]


def test_several_zappa_applications(project):
    settings = '{"dev": {"app_function": "app.handler"}}'
    files = {
        "a/zappa_settings.json": settings,
        "a/app.py": HANDLER,
        "b/zappa_settings.json": settings,
        "b/app.py": HANDLER,
    }
    found = project({**files, "c/zappa_settings.json": "{"})
    assert [(unit.name, unit.search_path[0].name) for unit in found.units] == [("dev", "a"), ("b-dev", "b")]
    assert [one.location.file for one in found.problems] == ["c/zappa_settings.json"]


def test_zappa_that_extends_in_circles_and_declares_nothing(project):
    with pytest.raises(InputError, match=r"`a/zappa_settings\.json` declares no application"):
        project({"a/zappa_settings.json": '{"a": {"extends": "b"}, "b": {"extends": "a"}}', "a/x.py": "A = 1\n"})


def test_zappa_tells_what_a_stage_extends_in_vain(project):
    settings = """{
  "a": {"extends": "b", "app_function": "x.go"},
  "b": {"extends": "a"},
  "c": {"app_function": "x.go", "extends": "a"},
  "d": {"app_function": "x.go",
        "extends": "gone"},
  "e": {"app_function": "x.go"},
  "f": {"extends": "e"}
}"""
    found = project({"zappa_settings.json": settings, "x.py": "def go(event, context):\n    pass\n"})
    assert [unit.name for unit in found.units] == ["a", "b", "c", "d", "e", "f"]
    assert [f"{one.location}: {one.message}" for one in found.problems] == [
        "zappa_settings.json:2: the stage `a` extends itself",
        "zappa_settings.json:3: the stage `b` extends itself",
        "zappa_settings.json:4: the stage `c` extends `a`, which extends itself",
        "zappa_settings.json:6: the stage `d` extends `gone`, which is not declared",
    ]


def test_a_django_application_is_read_as_a_whole(project):
    files = {
        "zappa_settings.json": '{"dev": {"django_settings": "site.settings", "events": [{"function": "shop.jobs.run"}]}}',
        "site/settings.py": "ROOT_URLCONF = 'site.urls'\n",
        "shop/__init__.py": "",
        "shop/views.py": HANDLER,
        "shop/jobs.py": "def run(event, context):\n    pass\n",
        "shop/migrations/first.py": "",
        "manage.py": "",
    }
    dev, job = project(files).units
    assert dev.entry == LibraryEntry(("shop", "shop.jobs", "shop.views", "site.settings"))
    assert [one.kind for one in dev.problems] == ["guessed-code"]
    assert (job.entry, job.problems) == (HandlerEntry("shop.jobs", "run"), ())
