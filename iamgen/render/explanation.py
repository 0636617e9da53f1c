"""Why an action is needed: the calls, the way to each of them, and what says so."""

from __future__ import annotations

import json
from collections.abc import Iterator

from iamgen.analysis.usage import ApiCall
from iamgen.mapping.model import DeploymentNeed, Wildcard
from iamgen.render.model import Explanation
from iamgen.render.plain import printable
from iamgen.render.reports.difference_data import requirement_data

_WILDCARDS = {
    Wildcard.REQUIRED: "AWS supports no resource for this action",
    Wildcard.OPEN: "neither the code nor the template tells the name",
    Wildcard.NARROW: "as narrow as AWS allows",
}


def to_text(explanation: Explanation) -> str:
    """The explanation for a person."""
    return "\n".join(printable(line) for line in _lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    if not explanation.reasons:
        yield f"no function needs {explanation.asked}"
    for reason in explanation.reasons:
        item = reason.requirement
        yield f"{reason.unit} needs {item.action} on {item.resource}"
        for condition in item.conditions:
            yield f"  if {condition.operator} {condition.key} {' or '.join(condition.values)}"
        if item.wildcard is not None:
            yield f"  its `*`: {_WILDCARDS[item.wildcard]}"
        if item.note:
            yield f"  {item.note}"
        for evidence in item.evidence:
            match evidence:
                case ApiCall():
                    yield f"  {evidence.location}  {evidence.service}.{evidence.operation} by {evidence.method}"
                    for step in evidence.path:
                        yield f"      {step.location}  {step.function}"
                case DeploymentNeed():
                    yield f"  {evidence.location}  the deployment: {evidence.need}"
                    if evidence.url:
                        yield f"      {evidence.url}"
        yield ""
    for doubt in explanation.doubts:
        yield f"{doubt.unit} may need it: {doubt.gap.location}  {doubt.gap.kind}: {doubt.gap.message}"


def to_json(explanation: Explanation) -> str:
    """The explanation for a program."""
    return (
        json.dumps(
            {
                "version": 1,
                "asked": explanation.asked,
                "actions": list(explanation.actions),
                "reasons": [
                    {"function": reason.unit, **requirement_data(reason.requirement)} for reason in explanation.reasons
                ],
                "may_need": [
                    {
                        "function": doubt.unit,
                        "kind": doubt.gap.kind.value,
                        "file": doubt.gap.location.file,
                        "line": doubt.gap.location.line,
                        "message": doubt.gap.message,
                    }
                    for doubt in explanation.doubts
                ],
            },
            indent=2,
        )
        + "\n"
    )
