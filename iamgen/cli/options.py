"""Options that several commands share, and how they become the pipeline's `Options`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from iamgen.cli.output import current
from iamgen.config import Config, load_config
from iamgen.core.cache import default_folder
from iamgen.core.errors import InputError
from iamgen.pipeline import Against, Live, Options, PolicyFile, Since, Template
from iamgen.render.reports import FORMATS

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Target:
    """What a command works on: the path, the pipeline's options and the project's settings."""

    path: Path
    options: Options
    config: Config


_PATH = click.Path(path_type=Path)
_DECORATORS = (
    click.argument("path", default=".", type=_PATH),
    click.option("-t", "--template", type=_PATH, help="The template, if it is not found by its name."),
    click.option(
        "-e", "--entry", metavar="MODULE[:FUNCTION]", help="Start here instead: a function, or a module as a script."
    ),
    click.option("--handler", metavar="MODULE.FUNCTION", help="Start here instead, as Lambda writes a handler."),
    click.option("--all-functions", is_flag=True, help="A library: every function and method may be called."),
    click.option(
        "-f", "--function", "functions", multiple=True, metavar="NAME", help="Only this function (repeatable)."
    ),
    click.option(
        "-p", "--parameter", "parameters", multiple=True, metavar="KEY=VALUE",
        help="The value of a template's parameter (repeatable).",
    ),
    click.option("--config-env", metavar="NAME", help="The environment of `samconfig.toml` instead of `default`."),
    click.option(
        "-j", "--jobs", type=click.IntRange(0, 256), default=0, show_default="one a processor",
        help="Processes to analyse with.",
    ),
    click.option(
        "--site-packages", multiple=True, metavar="FOLDER",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Read installed dependencies that may call AWS here too (repeatable).",
    ),
    click.option("--no-cache", is_flag=True, help="Remember nothing, and use nothing remembered."),
    click.option(
        "--cache-dir", type=click.Path(path_type=Path, file_okay=False), show_default="the user's cache directory",
        help="Where answers are remembered.",
    ),
)  # fmt: skip


def project_options(command: Command) -> Command:
    """PATH and the options that say what of it is meant; the command hands them to `target`."""
    for decorate in reversed(_DECORATORS):
        command = decorate(command)
    return command


def target(
    path: Path,
    *,
    template: Path | None,
    entry: str | None,
    handler: str | None,
    all_functions: bool,
    functions: tuple[str, ...],
    parameters: tuple[str, ...],
    jobs: int,
    no_cache: bool,
    cache_dir: Path | None,
    site_packages: tuple[Path, ...] = (),
    evidence: tuple[Path, ...] = (),
    config_env: str | None = None,
    settings: Config | None = None,
    counted: frozenset[tuple[Path, int, str]] | None = None,
) -> Target:
    """The target that the options of `project_options` describe, over the project's own settings or those given."""
    if not path.exists():
        raise InputError(f"no such path `{path}`", "give a directory, a template or a Python file")
    if entry is not None and handler is not None:
        raise click.UsageError("`--entry` and `--handler` exclude each other")
    config = settings or load_config(path)
    if (recording := current()) is not None:
        folder = path if path.is_dir() else path.parent
        recording.depend((folder, config.file, config.template, config.baseline, *config.site_packages))
    return Target(
        path,
        Options(
            template=template or config.template,
            entry=entry or (config.entry if handler is None else None),
            handler=handler,
            all_functions=all_functions,
            parameters={**config.parameters, **dict(_pair(text) for text in parameters)},
            functions=functions or config.functions,
            cache=None if no_cache else (cache_dir or default_folder()),
            environment=config_env,
            jobs=jobs,
            evidence=evidence,
            site_packages=tuple(folder.resolve() for folder in site_packages) or config.site_packages,
            pragmas=config.pragmas,
            counted=counted,
        ),
        config,
    )


def _pair(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not sign or not key:
        raise InputError(f"`{text}` is no parameter", "write KEY=VALUE")
    return key, value


def report_options(command: Command) -> Command:
    """How the result is reported and where."""
    for decorate in (
        click.option("-o", "--output", type=_PATH, help="A file for the report instead of standard output."),
        click.option(
            "--format", "format_", type=click.Choice(FORMATS), default="terminal", show_default=True,
            help="How the result is reported.",
        ),
    ):  # fmt: skip
        command = decorate(command)
    return command


_AGAINST = (
    click.option(
        "--against", metavar="template|live|FILE", default="template", show_default=True,
        help="The roles: of the template, as deployed, or of a JSON file (a policy, or what `aws iam get-...` gave).",
    ),
    click.option("--since", metavar="REV", help="Compare with what the code needed at a git revision instead."),
    click.option(
        "--evidence", type=_PATH, multiple=True, metavar="FILE|FOLDER",
        help="CloudTrail's logs or a last-accessed report: was it used? (repeatable)",
    ),
    click.option("--profile", metavar="NAME", help="The AWS profile for `--against live`."),
    click.option("--region", metavar="REGION", help="The AWS region of the deployed functions."),
    click.option(
        "--stack", metavar="NAME", show_default="stack_name of samconfig.toml",
        help="The template's CloudFormation stack, for `--against live`.",
    ),
    click.option(
        "--columns", is_flag=True,
        help="Also compare with the template's roles: code, template and live side by side, for `--against live`.",
    ),
    click.option(
        "--tag", "tags", multiple=True, metavar="KEY=VALUE", help="A tag of the deployed functions (repeatable).",
    ),
    click.option("--assume-role", metavar="ARN", help="A role to read with, for `--against live`."),
    click.option(
        "--live-name", "live_names", multiple=True, metavar="FUNCTION=NAME",
        help="A function's name where it is deployed (repeatable).",
    ),
)  # fmt: skip


def against_options(command: Command) -> Command:
    """What to compare with; the command hands them to `comparand`."""
    for decorate in reversed(_AGAINST):
        command = decorate(command)
    return command


def comparand(which: dict[str, Any]) -> Against:
    """What the options of `against_options` mean; takes them out of `which`."""
    against: str = which.pop("against")
    since: str | None = which.pop("since")
    profile: str | None = which.pop("profile")
    region: str | None = which.pop("region")
    names = dict(_pair(text) for text in which.pop("live_names"))
    stack: str | None = which.pop("stack")
    assume_role: str | None = which.pop("assume_role")
    columns: bool = which.pop("columns")
    tags = dict(_pair(text) for text in which.pop("tags"))
    if since is not None:
        if against != "template":
            raise click.UsageError("`--since` and `--against` exclude each other")
        return Since(since)
    if against == "live":
        return Live(profile, region, names, stack, assume_role, tags, columns)
    if profile or names or stack or assume_role or columns or tags:
        raise click.UsageError(
            "`--profile`, `--stack`, `--tag`, `--assume-role`, `--columns` and `--live-name` go with `--against live`"
        )
    if against == "template":
        if region:
            raise click.UsageError("`--region` goes with `--against live` or a file")
        return Template()
    return PolicyFile(Path(against), region)
