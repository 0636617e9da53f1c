"""What a run is told beside the path, and what it compares with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is told beside the path."""

    template: Path | None = None
    entry: str | None = None  # "module:function" or "module"
    handler: str | None = None
    all_functions: bool = False  # a library: every function may be called
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # the template's parameters
    environment: str | None = None  # of `samconfig.toml`; None: its `default`
    functions: tuple[str, ...] = ()  # only these units, by name
    cache: Path | None = None  # folder; None: nothing is remembered
    jobs: int = 0  # processes; 0: one a processor
    site_packages: tuple[Path, ...] = ()  # absolute: folders of installed dependencies that may be read too
    pragmas: tuple[tuple[Path, int, str], ...] = ()  # of the settings: absolute file, line, text
    counted: frozenset[tuple[Path, int, str]] | None = None  # pragmas of the code: absolute file...; None: all count
    evidence: tuple[Path, ...] = ()  # what the roles were seen to use: CloudTrail's logs, last-accessed reports


@dataclass(frozen=True, slots=True)
class Template:
    """Compare with the roles that the template declares."""


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """Compare with the role or roles of a file; `region` is where they are deployed, if it is told."""

    path: Path
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """Compare with the roles of the deployed functions, read with the caller's credentials."""

    profile: str | None = None
    region: str | None = None
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # unit -> deployed name
    stack: str | None = None  # the CloudFormation stack that the template is deployed as
    assume_role: str | None = None  # ARN of the role to read with
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # all of which the functions bear
    columns: bool = False  # the template's roles beside the deployed ones


@dataclass(frozen=True, slots=True)
class Since:
    """Compare with what the code needed at a git revision."""

    revision: str


Against = Template | PolicyFile | Live | Since
