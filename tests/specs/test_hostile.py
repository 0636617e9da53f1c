"""Code roots that mean no good: each is analysed to its end, reads nothing outside, and the rest is still found."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from iamgen.analysis.usage import GapKind, Usage
from iamgen.catalog.store import Catalog
from iamgen.project.model import HandlerEntry, Project, Source, Unit

from .test_analysis_specs import catalog

__all__ = ["catalog"]
SECONDS = 60  # of processor time: an analysis that takes more is stuck
APP = """
import boto3
import bad


def handler(event, context):
    bad.run(event)
    boto3.client("s3").list_buckets()
"""


MEBIBYTES = 3072  # of address space for a child: more is memory without bound


def scan(root: Path, catalog: Catalog, app: str = APP) -> Usage:
    """The usage, found in a child of bounded time and memory: a crash of the interpreter itself must show."""
    (root / "app.py").write_text(app)
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEBIBYTES * 2**20, MEBIBYTES * 2**20))
        try:
            answer: Usage | str = analysed(root, catalog)
        except BaseException:  # noqa: BLE001 - whatever it is, the parent shows it
            answer = traceback.format_exc(limit=-5)
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(answer, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        content = pipe.read()
    _, status = os.waitpid(process, 0)
    assert not os.WIFSIGNALED(status), f"the analysis died of {signal.Signals(os.WTERMSIG(status)).name}"
    answer = pickle.loads(content)
    assert isinstance(answer, Usage), answer
    return answer


def analysed(root: Path, catalog: Catalog) -> Usage:
    from iamgen.analysis.driver import analyse

    unit = Unit("app:handler", "app.handler", HandlerEntry("app", "handler"), Source(None, 1, "."), (root,))
    return analyse(unit, Project(root, "directory", (unit,)), catalog).usage


def operations(usage: Usage) -> set[str]:
    return {f"{call.service}.{call.operation}" for call in usage.calls}


def write(text: str | bytes) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        (root / "bad.py").write_bytes(text if isinstance(text, bytes) else text.encode())

    return make


UNREADABLE: dict[str, Callable[[Path], None]] = {
    "null-bytes": write(b"x = 1\x00\n"),
    "not-utf-8": write(b"x = '\xff\xfe'\n"),
    "utf-16": write("x = 1\n".encode("utf-16")),
    "unknown-coding": write("# -*- coding: klingon -*-\nx = 1\n"),
    "half-a-class": write("class A:\n"),
    "tabs-and-spaces": write("if 1:\n\tx = 1\n        y = 2\n"),
    "brackets-nested": write("x = " + "(" * 5000 + "1" + ")" * 5000 + "\n"),
    "lists-nested": write("x = " + "[" * 100_000 + "]" * 100_000 + "\n"),
    "blocks-nested": write("".join(" " * n + "if x:\n" for n in range(3000)) + " " * 3000 + "pass\n"),
    "lambdas-nested": write("x = " + "lambda: " * 20_000 + "1\n"),
    "directory": lambda root: (root / "bad.py").mkdir(),
    "pipe": lambda root: os.mkfifo(root / "bad.py"),
    "symlink-to-itself": lambda root: (root / "bad.py").symlink_to(root / "bad.py"),
    "symlink-to-a-device": lambda root: (root / "bad.py").symlink_to("/dev/zero"),
    "huge": write(b"#" * (30 * 1024 * 1024)),
}


@pytest.mark.parametrize("make", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_unreadable_module(make: Callable[[Path], None], tmp_path: Path, catalog: Catalog) -> None:
    make(tmp_path)
    usage = scan(tmp_path, catalog)
    assert operations(usage) == {"s3.ListBuckets"}
    assert usage.gaps, "what the module does is not known"


HEAVY = {
    "long-sum": "x = " + " + ".join(["1"] * 20_000),
    "long-concatenation": "x = " + " + ".join(["'a'"] * 20_000),
    "long-chain": "x = a" + ".b()" * 20_000,
    "long-comparison": "x = " + " < ".join(["1"] * 20_000),
    "elif-chain": "if a == 0:\n    x = 0\n" + "".join(f"elif a == {n}:\n    x = {n}\n" for n in range(1, 3000)),
    "many-functions": "\n".join(f"def f{n}(): return f{n + 1}()" for n in range(5000)),
    "wide-dictionary": "x = {" + ", ".join(f"'k{n}': {n}" for n in range(50_000)) + "}",
    "wide-set": "x = {" + ", ".join(f"'k{n}'" for n in range(50_000)) + "}\nfor y in x:\n    z = y",
    "assignments": "\n".join(f"x{n} = x{n - 1} if x else '{n}'" for n in range(1, 5000)),
    "doubling": "x = 'a'\n" + "x = x + x\n" * 60,
    "tuples-doubling": "x = (1,)\n" + "x = x + x\n" * 60,
    "dictionaries-nesting": "x = {}\n" + "x = {'a': x, 'b': x}\n" * 200,
    "closures-nesting": "f = lambda: 1\n" + "f = (lambda g: lambda: g())(f)\n" * 300,
    "ackermann": "def a(m, n):\n    if m == 0: return n + 1\n    if n == 0: return a(m - 1, 1)\n"
    "    return a(m - 1, a(m, n - 1))\na(4, 4)",
    "fibonacci": "def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(90)",
    "omega": "w = lambda f: f(f)\nw(w)",
    "y-combinator": "y = lambda f: (lambda x: f(lambda v: x(x)(v)))(lambda x: f(lambda v: x(x)(v)))\n"
    "y(lambda s: lambda n: s(n + 1))(0)",
    "loops-nested": "".join("    " * n + f"for a{n} in range(1000):\n" for n in range(15)) + "    " * 15 + "x = a0",
    "whiles": "x = 0\nwhile x < 10 ** 9:\n    x += 1",
    "format-width": "x = f\"{'a':>1000000000}\"\ny = '%1000000000d' % 1\nz = '{:>1000000000}'.format('a')",
    "zfill": "x = '1'.zfill(10 ** 10)\ny = 'a'.ljust(10 ** 10)\nz = 'a'.replace('', 'b' * 10 ** 6)",
    "powers": "x = 2 ** (2 ** 40)\ny = 1 << (1 << 40)\nz = 10 ** 10 ** 10",
    "sequences": "x = [0] * 10 ** 12\ny = list(range(10 ** 12))\nz = 'a' * 10 ** 12\nw = bytes(10 ** 12)",
    "expanding-tabs": "x = '\\t'.expandtabs(10 ** 10)\ny = 'a'.center(10 ** 10)",
    "joins": "x = ('a' * 10 ** 5).join(['b'] * 10 ** 5)",
    "products": "from itertools import product\nx = list(product(range(1000), repeat=20))",
    "classes": "class A: pass\n" + "\n".join(f"class A{n}(A{n - 1 or ''}): pass" for n in range(1, 800)),
    "regex": "import re\nx = re.match('(a*)*b', 'a' * 60)\ny = re.sub('(x+x+)+y', '', 'x' * 60)",
    "decorators": "def d(f): return f\n" + "@d\n" * 1000 + "def f(): pass",
    "generators": "def g(n):\n    yield n\n    yield from g(n + 1)\nfor x in g(0):\n    pass",
}


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY.keys())
def test_heavy_module(text: str, tmp_path: Path, catalog: Catalog) -> None:
    write(f"{text}\n\n\ndef run(event):\n    return None\n")(tmp_path)
    assert "s3.ListBuckets" in operations(scan(tmp_path, catalog))


def test_module_outside_the_project(tmp_path: Path, catalog: Catalog) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "bad.py").write_text('import boto3\n\n\ndef run(event):\n    boto3.client("iam").list_users()\n')
    (root / "bad.py").symlink_to(outside / "bad.py")
    usage = scan(root, catalog)
    assert operations(usage) == {"s3.ListBuckets"}
    assert {gap.kind for gap in usage.gaps} <= {GapKind.UNREADABLE_FILE, GapKind.UNREAD_DEPENDENCY}
    assert usage.gaps


def test_package_outside_the_project(tmp_path: Path, catalog: Catalog) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "__init__.py").write_text('import boto3\n\n\ndef run(event):\n    boto3.client("iam").list_users()\n')
    (root / "bad").symlink_to(outside, target_is_directory=True)
    usage = scan(root, catalog)
    assert operations(usage) == {"s3.ListBuckets"}
    assert usage.gaps


@pytest.mark.parametrize("how", ["'../secret.json'", "'SECRET'", "'link.json'", "'/dev/zero'", "'pipe'"])
def test_data_outside_the_project(how: str, tmp_path: Path, catalog: Catalog) -> None:
    root = tmp_path / "root"
    root.mkdir()
    secret = tmp_path / "secret.json"
    secret.write_text('{"bucket": "stolen"}')
    (root / "link.json").symlink_to(secret)
    os.mkfifo(root / "pipe")
    name = how.replace("SECRET", str(secret))
    app = f"""
import json
import os
import boto3

with open(os.path.join(os.path.dirname(__file__), {name})) as file:
    CONFIG = json.load(file)


def handler(event, context):
    boto3.client("s3").list_objects_v2(Bucket=CONFIG["bucket"])
"""
    usage = scan(root, catalog, app)
    assert operations(usage) == {"s3.ListObjectsV2"}
    assert "stolen" not in str(usage)


def test_yaml_makes_no_objects(tmp_path: Path, catalog: Catalog) -> None:
    marker = tmp_path / "made"
    (tmp_path / "bad.yaml").write_text(f'!!python/object/apply:os.system ["touch {marker}"]\n')
    app = """
import os
import boto3
import yaml

with open(os.path.join(os.path.dirname(__file__), "bad.yaml")) as file:
    CONFIG = yaml.load(file, Loader=yaml.Loader)


def handler(event, context):
    boto3.client("s3").list_objects_v2(Bucket=CONFIG)
"""
    assert operations(scan(tmp_path, catalog, app)) == {"s3.ListObjectsV2"}
    assert not marker.exists()


def test_yaml_that_doubles(tmp_path: Path, catalog: Catalog) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    (tmp_path / "bad.yaml").write_text("\n".join(lines))
    app = """
import os
import boto3
import yaml

with open(os.path.join(os.path.dirname(__file__), "bad.yaml")) as file:
    CONFIG = yaml.safe_load(file)


def handler(event, context):
    boto3.client("s3").list_objects_v2(Bucket=str(CONFIG))
"""
    assert operations(scan(tmp_path, catalog, app)) == {"s3.ListObjectsV2"}


def test_same_bytes_whatever_the_hash_order(tmp_path: Path) -> None:
    """Two processes with different hash seeds find the same, in the same order."""
    import subprocess
    import sys

    (tmp_path / "app.py").write_text(
        "import boto3\n\n\ndef handler(event, context):\n"
        "    for name in {'s3', 'sqs', 'sns', 'iam', 'ec2'}:\n"
        "        boto3.client(name).get_waiter\n"
        "        for bucket in {'a', 'b', 'c', 'd'}:\n"
        "            boto3.client('s3').head_bucket(Bucket=bucket)\n"
    )
    program = [sys.executable, "-m", "iamgen", "generate", str(tmp_path), "--entry", "app:handler", "--format", "json"]
    outputs = {
        subprocess.run(
            [*program, "--no-cache"], capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert "s3:ListBucket" in outputs.pop()
