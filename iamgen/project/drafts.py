"""Texts that are read instead of files: a change to a template is tried out before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType
from typing import Final

_DRAFTS: Final[ContextVar[Mapping[Path, str]]] = ContextVar("drafts", default=MappingProxyType({}))


@contextmanager
def drafted(texts: Mapping[Path, str]) -> Iterator[None]:
    """Within, these files hold these texts: every reader of a template asks here, from five folders down."""
    token = _DRAFTS.set(MappingProxyType({path.resolve(): text for path, text in texts.items()}))
    try:
        yield
    finally:
        _DRAFTS.reset(token)


def draft_of(path: Path) -> str | None:
    """The text that stands for a file, None where the file itself counts."""
    drafts = _DRAFTS.get()
    return drafts.get(path.resolve()) if drafts else None
