"""From a handler as Lambda writes it (`src/app.handler`) to a module and a function of the code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from iamgen.core.location import Location
from iamgen.project.code.python_files import Outline, outline, outline_of, python_files
from iamgen.project.code.roots import inside
from iamgen.project.model import EMPTY, Entry, HandlerEntry
from iamgen.project.request import relative

# Handlers of wrapping layers, and the variable that holds the function's own handler.
# Sources: the set-up pages of Datadog, New Relic, Sentry and Lumigo for Lambda layers.
WRAPPERS: Final[Mapping[str, str]] = {
    "datadog_lambda.handler.handler": "DD_LAMBDA_HANDLER",
    "newrelic_lambda_wrapper.handler": "NEW_RELIC_LAMBDA_HANDLER",
    "sentry_sdk.integrations.init_serverless_sdk.sentry_lambda_handler": "SENTRY_INITIAL_HANDLER",
    "/opt/python/lumigo_tracer._handler": "LUMIGO_ORIGINAL_HANDLER",
}


@dataclass(frozen=True, slots=True)
class Resolved:
    """A handler's entry with its place, or why there is none; `folder` is a code root that was found by search."""

    entry: Entry | None
    location: Location | None = None
    problem: str = ""
    folder: Path | None = None


def resolve_handler(
    handler: str,
    search_path: tuple[Path, ...],
    root: Path,
    inline: Mapping[str, str],
    *,
    search: bool = False,
    hints: Sequence[str] = (),
    below: Callable[[Path], tuple[Path, ...]] = python_files,
) -> Resolved:
    """The entry of a handler; `search` also looks below the first folder, for builds that move files about.

    `hints` are names of the function and its archive: of several files, the one in a folder so named is meant.
    """
    written, dot, function = handler.strip().rpartition(".")
    if not dot or not function.isidentifier() or not written:
        return Resolved(None, problem=f"the handler `{handler}` is not of the form module.function")
    module = written.replace("\\", "/").removeprefix("./").replace("/", ".").strip(".")
    parts = module.split(".")
    if not all(parts):
        return Resolved(None, problem=f"the handler `{handler}` is not of the form module.function")
    found, shown, folder = _find(parts, search_path, root, inline)
    if found is None and search and search_path:
        found, shown, folder = _search(parts, below(search_path[0]), search_path[0], root, hints)
    if found is None:
        return Resolved(None, problem=f"the handler `{handler}` was not found: no module `{module}` in its code")
    bound = found.find(function)
    if bound is None and found.readable and not found.star_import:
        return Resolved(
            None, Location(shown, 1), f"the handler `{handler}` was not found: no function `{function}` in `{shown}`"
        )
    return Resolved(
        HandlerEntry(module, function), Location(shown, bound.line if bound is not None else 1), folder=folder
    )


def guess_handler(
    handler: str,
    folders: tuple[Path, ...],
    root: Path,
    hints: Sequence[str] = (),
    below: Callable[[Path], tuple[Path, ...]] = python_files,
) -> Resolved:
    """The one place below these folders where a handler's file lies, for code that a build puts elsewhere."""
    for folder in folders:
        found = resolve_handler(handler, (folder,), root, EMPTY, search=True, hints=hints, below=below)
        if found.entry is not None:
            return found if found.folder is not None else replace(found, folder=folder)
    return Resolved(None)


def _find(
    parts: list[str], search_path: tuple[Path, ...], root: Path, inline: Mapping[str, str]
) -> tuple[Outline | None, str, Path | None]:
    joined = "/".join(parts)
    for name in (f"{joined}/__init__.py", f"{joined}.py"):
        if name in inline:
            return outline_of(inline[name]), name, None
    for base in search_path:
        for candidate in (base.joinpath(*parts, "__init__.py"), base.joinpath(*parts[:-1], parts[-1] + ".py")):
            if candidate.is_file() and inside(candidate, root)[0] is not None:
                return outline(candidate), relative(candidate, root), None
    return None, "", None


def _search(
    parts: list[str], files: tuple[Path, ...], folder: Path, root: Path, hints: Sequence[str]
) -> tuple[Outline | None, str, Path | None]:
    """The one file below a folder that ends like the module; None when there are several or none."""
    tail = (*parts[:-1], parts[-1] + ".py")
    seen: list[Path] = [path for path in files if path.parts[-len(tail) :] == tail]
    seen = nearest_named(seen, folder, hints, len(tail))
    if len(seen) != 1:
        return None, "", None
    return outline(seen[0]), relative(seen[0], root), Path(*seen[0].parts[: -len(tail)])


def nearest_named(paths: list[Path], folder: Path, hints: Sequence[str], tail: int = 1) -> list[Path]:
    """Of several files, those in folders that are named like most of the hints; `tail` parts are no folders."""
    if len(paths) < 2:
        return paths
    wanted = {name for hint in hints if (name := _plain_name(hint))}
    common = {
        path: len(wanted & {_plain_name(one) for one in path.relative_to(folder).parts[:-tail]}) for path in paths
    }
    return [path for path in paths if common[path] == max(common.values())]


def _plain_name(name: str) -> str:
    """A name without what people add to it: `get_user`, `GetUserFunction` and `get-user.zip` are one."""
    plain = re.sub(r"[^a-z0-9]", "", re.sub(r"\.(?:zip|whl)$", "", name.lower()))
    return re.sub(r"(?:lambdafunction|function|lambda|handler|fn)$", "", plain) or plain
