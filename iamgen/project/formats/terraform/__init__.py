"""Terraform and OpenTofu: a module's files (`hcl`, `evaluate`), or a plan or state as JSON (`state`).

Both become the template that CloudFormation's readers take (`compiled`); attributes of resources
get the same canonical form as there (`types`). Nothing is initialised, planned or downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from iamgen.core.errors import InputError
from iamgen.project.formats.cloudformation import project_of
from iamgen.project.formats.levels import levels
from iamgen.project.model import Problem, Project, Unit
from iamgen.project.request import Found, Request
from iamgen.project.templates.documents import Document, beginning
from iamgen.project.templates.scope import Scope

_FUNCTION: Final = re.compile(
    rb'"?aws_(?:lambda_function|ecs_task_definition)"?|terraform-aws-modules/(?:terraform-aws-)?lambda|^\s*module\s',
    re.MULTILINE,
)
_MODULES: Final = re.compile(r"(?:module\.[^.\[]+(?:\[[^\]]*\])?\.)+")
_SURE: Final = re.compile(
    rb'"?aws_(?:lambda_function|ecs_task_definition)"?\s|terraform-aws-modules/(?:terraform-aws-)?lambda'
)


class Terraform:
    """A root module, or the JSON of a plan or state."""

    name = "terraform"

    def detect(self, request: Request) -> Found | None:
        """A `.tf` file's folder, a folder with functions in its files, or a plan's or state's JSON."""
        target = request.target
        if target.is_file():
            if target.name.endswith((".tf", ".tf.json", ".tofu")):
                return Found(target.parent)
            return Found(target) if _is_state(target) else None
        found = _roots(target)
        return Found(target, len(found[0].relative_to(target).parts)) if found else None

    def load(self, request: Request, found: Path) -> Project:
        """The units of the configuration, or of all root modules below the folder."""
        from iamgen.project.formats.terraform.compiled import Compiler
        from iamgen.project.formats.terraform.modules import Module
        from iamgen.project.formats.terraform.states import OtherStates

        if found.is_file():
            from iamgen.project.formats.terraform.state import state_scope

            scopes = [state_scope(request, found)]
            return replace(project_of(request.root, scopes, []), format=self.name)
        problems: list[Problem] = []
        scopes = []
        folders = _roots(found) or [found]
        other = OtherStates(request)
        for folder in folders:
            module = Module(folder, request.root, given=request.parameters)
            module.read()
            module.states = other.of(folder)
            compiler = Compiler(module)
            template = compiler.compile()
            problems.extend(dict.fromkeys(compiler.problems))
            main = next((p for p in ("main.tf", "lambda.tf") if (folder / p).is_file()), None)
            shown = request.relative(folder / main if main is not None else folder) or "."
            document = Document(folder / "main.tf", shown, template)
            scope = Scope(document, unit_names=compiler.units, files=compiler.files, stack=folder.name)
            scopes.append(scope)
        if not scopes:
            raise InputError(f"`{request.relative(found)}` holds no Terraform file")
        project = project_of(request.root, scopes, problems, len(scopes))
        return replace(project, format=self.name, units=tuple(_within_modules(project.units, scopes)))


def _within_modules(units: tuple[Unit, ...], scopes: list[Scope]) -> Iterator[Unit]:
    """The units with the module that declares each: inside it, addresses do not start with its own."""
    declared = {scope.unit_name(address): address for scope in scopes for address in scope.unit_names}
    for unit in units:
        module = _MODULES.match(declared.get(unit.name, ""))
        references = replace(unit.references, module=module[0] if module is not None else "")
        yield replace(unit, references=references)


def _is_state(path: Path) -> bool:
    start = beginning(path, 8000) if path.suffix in (".json", ".tfstate") else ""
    return '"terraform_version"' in start or '"planned_values"' in start


def _roots(folder: Path) -> list[Path]:
    """The folders nearest to the given one whose files hold functions, or call modules that may."""
    for level in levels(folder):
        sure: list[Path] = []
        likely: list[Path] = []
        for base, names in level:
            files = [base / name for name in names if name.endswith((".tf", ".tf.json", ".tofu"))]
            if any(_holds(path, _SURE) for path in files):
                sure.append(base)
            elif any(_holds(path, _FUNCTION) for path in files):
                likely.append(base)
        # A folder of modules is read through the root that calls them.
        roots = [base for base in sorted({*sure, *likely}) if "modules" not in base.relative_to(folder).parts]
        if roots or sure:
            return roots or sure
    return []


def _holds(path: Path, pattern: re.Pattern[bytes]) -> bool:
    try:
        with path.open("rb") as file:
            return bool(pattern.search(file.read(1_000_000)))
    except OSError:
        return False
