"""Finding the templates of a folder: by name first, then by what the first bytes say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from iamgen.project.formats.levels import levels, named
from iamgen.project.limits import TEMPLATE_BYTES
from iamgen.project.samconfig import DEFAULT, deployment_settings
from iamgen.project.templates.documents import beginning

NAMES: Final = ("template.yaml", "template.yml", "template.json", "sam.yaml", "sam.yml", "serverless.template",
                 "cloudformation.yaml", "cloudformation.yml", "cloudformation.json")  # fmt: skip
_SUFFIXES: Final = (".yaml", ".yml", ".json", ".template", ".cfn")
_FUNCTION: Final = re.compile(
    r"Type[\"']?\s*:\s*[\"']?AWS::(?:(?:Serverless|Lambda)::Function|Serverless::Application|CloudFormation::Stack)\b"
)
_TASK: Final = re.compile(r"Type[\"']?\s*:\s*[\"']?AWS::ECS::TaskDefinition\b")
_PYTHON: Final = re.compile(r"\bpython|\.py\b")
_RESOURCES: Final = re.compile(r"^[ \t]*[\"']?Resources[\"']?\s*:", re.MULTILINE)
_ANY: Final = re.compile(r"AWSTemplateFormatVersion|AWS::Serverless|[\"']?Type[\"']?\s*:\s*[\"']?AWS::")
_GIVING: Final = re.compile(r"\bExport[\"']?\s*:|AWS::SSM::Parameter\b[\"']?(?!::)|^[ \t]*[\"']?Outputs", re.MULTILINE)
_OTHERS: Final = ("serverless.y", "serverless.json", "zappa_settings")
_STATE: Final = re.compile(r"\"(?:terraform_version|planned_values|deployment)\"\s*:")
_READ: Final = 3_000_000


def looks_like_template(path: Path) -> bool:
    """Whether a file is a CloudFormation template."""
    if path.suffix not in _SUFFIXES or path.name.startswith(_OTHERS) or path.parent.name == ".chalice":
        return False
    text = _start(path)
    if _STATE.search(text[:20_000]):
        return False
    return bool(_ANY.search(text) or _RESOURCES.search(text))


def find_templates(folder: Path, environment: str = DEFAULT) -> list[Path]:
    """The templates of a folder: the one with a customary name, else all with a function, else those further down."""
    settings = deployment_settings(folder, folder, environment)
    if settings.template is not None:
        named = folder / settings.template
        if named.is_file() and folder in named.resolve().parents and _has_function(named):
            return [named]
    for name in NAMES:
        if (folder / name).is_file() and _has_function(folder / name):
            return [folder / name]
    for level in levels(folder):
        found: list[Path] = []
        for base, names in level:
            customary = [base / name for name in names if name in NAMES and _has_function(base / name)]
            others = [base / name for name in names if name.endswith(_SUFFIXES)] if not customary else []
            found.extend(customary[:1] or [path for path in others if _has_function(path)])
        if found:
            return found
    # A template without a function, or too large to be read, is at least something to say that of.
    present = (folder / name for name in NAMES if (folder / name).is_file())
    return [path for path in present if looks_like_template(path) or path.stat().st_size > TEMPLATE_BYTES][:1]


def further_templates(folder: Path, read: frozenset[Path]) -> list[Path]:
    """Templates with a customary name that declare functions, and Python, and are not among those that are read."""
    return [
        path for path in named(folder, NAMES) if path not in read and _has_function(path) and "python" in _start(path)
    ]


def gives(path: Path) -> bool:
    """Whether a file is a template that exports something, or keeps a parameter that others read."""
    return path.name.endswith(_SUFFIXES) and bool(_GIVING.search(_start(path))) and looks_like_template(path)


def _has_function(path: Path) -> bool:
    if path.name.startswith(("serverless.y", "package", "tsconfig", "cdk.")):
        return False
    text = _start(path)
    # A task that says nothing of Python is no reason to prefer its template to another file.
    declared = _FUNCTION.search(text) or (_TASK.search(text) and _PYTHON.search(text))
    return bool(declared) and bool(_RESOURCES.search(text))


def _start(path: Path) -> str:
    return beginning(path, _READ)
