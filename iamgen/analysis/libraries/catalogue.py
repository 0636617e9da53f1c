"""The libraries that the analyzer knows, in the order in which they are asked."""

from __future__ import annotations

from iamgen.analysis.libraries import (
    builtins,
    collections_abc,
    concurrency,
    django,
    expressions,
    extensions,
    functools_,
    inspecting,
    records,
    signing,
    stand_in,
    system,
)
from iamgen.analysis.libraries.boto3 import library as boto3
from iamgen.analysis.libraries.registry import Library, Registry

LIBRARIES: tuple[Library, ...] = (
    builtins.LIBRARY,
    collections_abc.LIBRARY,
    functools_.LIBRARY,
    records.LIBRARY,
    inspecting.LIBRARY,
    concurrency.LIBRARY,
    expressions.LIBRARY,
    system.LIBRARY,
    boto3.LIBRARY,
    stand_in.LIBRARY,
    signing.LIBRARY,
    extensions.LIBRARY,
    django.LIBRARY,
)


def registry() -> Registry:
    """All libraries by name."""
    return Registry(LIBRARIES)
