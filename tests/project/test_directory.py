"""Plain files and folders: the entry that is named, or what looks like a handler."""

# ruff: noqa: E501  # a template's entry is easier to read on one line

import pytest

from iamgen.core.errors import InputError
from iamgen.project.model import HandlerEntry, LibraryEntry, ScriptEntry

HANDLER = "def handler(event, context):\n    pass\n"


def names(project):
    return [unit.name for unit in project.units]


def test_a_file_with_a_named_entry(project, tmp_path):
    found = project({"x.py": "import os\n\n\ndef go(a):\n    pass\n"}, "x.py", entry="x:go")
    (unit,) = found.units
    assert (unit.name, unit.entry) == ("x:go", HandlerEntry("x", "go"))
    assert unit.search_path == (tmp_path,)
    assert (unit.source.code, unit.source.line, unit.source.template) == ("x.py", 4, None)
    assert unit.environment is None
    assert unit.configuration is None
    assert unit.role is None


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("pkg.mod:go", HandlerEntry("pkg.mod", "go")),
        ("pkg/mod:go", HandlerEntry("pkg.mod", "go")),
        ("pkg/mod.py:go", HandlerEntry("pkg.mod", "go")),
        ("pkg.mod:Service.run", HandlerEntry("pkg.mod", "Service.run")),
        ("pkg.mod:imported", HandlerEntry("pkg.mod", "imported")),
        ("pkg.mod:assigned", HandlerEntry("pkg.mod", "assigned")),
        ("pkg.mod:under_if", HandlerEntry("pkg.mod", "under_if")),
        ("pkg.mod", ScriptEntry("pkg.mod")),
        ("pkg", ScriptEntry("pkg")),
    ],
)
def test_ways_to_name_an_entry(project, entry, expected):
    source = (
        "from os import path as imported\nassigned = lambda e, c: 1\ndef go(): ...\nclass Service:\n    def run(self): ...\n"
        "try:\n    if 1:\n        def under_if(): ...\nfinally:\n    pass\n"
    )
    found = project({"pkg/__init__.py": "", "pkg/mod.py": source}, entry=entry)
    assert found.units[0].entry == expected


@pytest.mark.parametrize(
    ("entry", "message", "hint"),
    [
        ("nope:go", "no module `nope`", None),
        ("mod:nope", "no function `nope` in `mod.py`", "`mod:go`"),
        ("mod:Service.nope", "no function `Service.nope`", None),
        ("mod.go", "no module `mod.go`", "did you mean `mod:go`"),
        (":go", "is no entry point", None),
        ("mod:1", "is no entry point", None),
        ("../mod:go", "is no entry point", None),
    ],
)
def test_an_entry_that_is_not_there(project, entry, message, hint):
    with pytest.raises(InputError) as error:
        project({"mod.py": "def go(): ...\nclass Service:\n    def run(self): ...\n"}, entry=entry)
    assert message in error.value.message
    assert hint is None or hint in (error.value.hint or "")


def test_a_star_import_may_bring_the_function(project):
    found = project({"mod.py": "from other import *\n", "other.py": "def go(): ...\n"}, entry="mod:go")
    assert found.units[0].entry == HandlerEntry("mod", "go")


def test_handlers_are_found_by_name_and_by_parameters(project):
    found = project(
        {
            "a.py": HANDLER,
            "b/c.py": "def on_upload(event, context): ...\ndef other(a, b): ...\nasync def late(_event, _): ...\n",
            "d.py": "def lambda_handler(*args): ...\n",
            "e.py": "from mangum import Mangum\nhandler = Mangum(app)\n",
            "tests/test_a.py": HANDLER,
            "test_b.py": HANDLER,
            "venv/pyvenv.cfg": "",
            "venv/x.py": HANDLER,
            ".hidden/y.py": HANDLER,
            "node_modules/z.py": HANDLER,
        }
    )
    assert names(found) == ["a:handler", "b.c:on_upload", "b.c:late", "d:lambda_handler", "e:handler"]


def test_without_a_handler_the_script(project):
    main = "if __name__ == '__main__':\n    print(1)\n"
    assert [unit.entry for unit in project({"run.py": main, "lib.py": "x = 1\n"}).units] == [ScriptEntry("run")]
    assert [unit.entry for unit in project({"one.py": "print(1)\n"}, "one.py").units] == [ScriptEntry("one")]


def test_without_a_main_block_what_calls(project):
    """A job is often a script that just runs; a module that only binds is none."""
    files = {"job.py": "import shared\nshared.run()\n", "shared.py": "import boto3\nLIMIT = int('3')\n"}
    found = project(files)
    assert [unit.name for unit in found.units] == ["job"]


def test_all_functions(project):
    found = project({"pkg/__init__.py": "", "pkg/a.py": HANDLER, "b.py": ""}, all_functions=True)
    assert found.units[0].entry == LibraryEntry(("b", "pkg", "pkg.a"))
    assert project({}, "b.py", all_functions=True).units[0].entry == LibraryEntry(("b",))


def test_a_handler_as_lambda_writes_it(project):
    (unit,) = project({"src/app.py": HANDLER}, handler="src/app.handler").units
    assert (unit.name, unit.entry) == ("src/app.handler", HandlerEntry("src.app", "handler"))


def test_a_file_with_relative_imports_belongs_to_its_package(project, tmp_path):
    found = project({"pkg/__init__.py": "", "pkg/app.py": "from . import x\n" + HANDLER}, "pkg/app.py")
    assert found.units[0].entry == HandlerEntry("pkg.app", "handler")
    assert found.root == tmp_path


@pytest.mark.parametrize(
    "source", [b"def handler(event, context:\n", b"\x00\xff\xfe", b"def handler(event, context)\n"]
)
def test_a_broken_file_still_gives_a_unit(project, source):
    found = project({"x.py": source}, "x.py")
    assert len(found.units) == 1
    assert found.units[0].entry is not None


def test_broken_files_beside_others_are_problems(project):
    found = project({"a.py": HANDLER, "b.py": "def (:\n"})
    assert names(found) == ["a:handler"]
    assert [(one.kind, str(one.location)) for one in found.problems] == [("unparsable-file", "b.py:1")]


def test_an_entry_in_a_broken_file_is_left_to_the_analysis(project):
    assert project({"x.py": "def go(:\n"}, entry="x:go").units[0].entry == HandlerEntry("x", "go")


@pytest.mark.parametrize(
    ("files", "path", "message"),
    [
        ({}, "nope", "no such path"),
        ({"notes.txt": "hi"}, "notes.txt", "neither a template nor a Python file"),
        ({"readme.md": ""}, ".", "no function found"),
    ],
)
def test_what_is_no_project(project, files, path, message):
    with pytest.raises(InputError, match=message):
        project(files, path)


def test_a_loop_of_links(project, tmp_path):
    (tmp_path / "a.py").symlink_to("b.py")
    (tmp_path / "b.py").symlink_to("a.py")
    with pytest.raises(InputError):
        project({}, "a.py")


def test_nothing_is_imported(project):
    found = project({"x.py": "raise SystemExit(3)\n" + HANDLER}, "x.py")
    assert names(found) == ["x:handler"]
