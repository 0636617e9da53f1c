"""The cache gives back what was put, and nothing else."""

import os
import pickle
from pathlib import Path
from types import MappingProxyType

import pytest

from iamgen.analysis.usage import Gap, GapKind, Usage
from iamgen.core.cache import Cache, default_folder, digest, dump_value, load_value, write_atomically
from iamgen.core.location import Location
from iamgen.core.text import Hole, HoleKind, Text


def test_gives_back_what_was_put(tmp_path):
    cache = Cache(tmp_path / "c")
    assert cache.get("k") is None
    cache.put("k", b"value")
    assert cache.get("k") == b"value"
    assert cache.get("other") is None


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b"", lambda b: b[:50] + b"X" + b[51:], lambda b: b"x" + b]
)
def test_a_damaged_entry_is_a_miss_and_is_replaced(tmp_path, damage):
    cache = Cache(tmp_path)
    cache.put("k", b"0123456789" * 10)
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    file.write_bytes(damage(file.read_bytes()))
    assert cache.get("k") is None
    cache.put("k", b"new")
    assert cache.get("k") == b"new"


def test_a_folder_that_others_may_write_is_not_believed(tmp_path):
    cache = Cache(tmp_path / "c")
    cache.put("k", b"value")
    (tmp_path / "c").chmod(0o777)
    assert cache.get("k") is None


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "c")
    cache.put("k", b"value")
    assert cache.get("k") is None


def test_prune_keeps_the_entries_used_last(tmp_path):
    cache = Cache(tmp_path)
    for number in range(4):
        cache.put(str(number), b"x" * 1000)
        for path in tmp_path.rglob("*"):
            if path.is_file() and path.stat().st_mtime > 1e9:
                os.utime(path, (number, number))
    cache.prune(2500)
    assert [cache.get(str(number)) is not None for number in range(4)] == [False, False, True, True]


def test_the_parts_of_a_key_are_told_apart():
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("ab", b"c") == digest("ab", "c")


def test_values_survive():
    usage = Usage("u", gaps=(Gap(GapKind.LIMIT, Location("a.py", 3), "m"),))
    text = Text(("a", Hole(HoleKind.ENV, "X")))
    value = (usage, text, MappingProxyType({"a": (1, 2)}), frozenset({"x"}), Path("/tmp"))
    assert load_value(dump_value(value)) == value


class Evil:
    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return (Path.touch, (self.target,))


@pytest.mark.parametrize(
    "make",
    [
        lambda p: pickle.dumps(Evil(p / "made")),
        lambda p: b"ciamgen.core.cache\nos.system\n.",
        lambda p: b"ciamgen.core.cache\nos\n.",
        lambda p: b"\x80",
    ],
)
def test_only_own_classes_are_made(tmp_path, make):
    assert load_value(make(tmp_path)) is None
    assert not (tmp_path / "made").exists()


def test_a_write_is_whole_or_absent(tmp_path):
    target = tmp_path / "f"
    target.write_text("old")
    with pytest.raises(TypeError):
        write_atomically(target, "no bytes")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("IAMGEN_CACHE_DIR", str(tmp_path))
    assert default_folder() == tmp_path
