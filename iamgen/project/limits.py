"""The bounds within which a project is read, each with its reason."""

from __future__ import annotations

from typing import Final

SOURCE_BYTES: Final = 2_000_000
"""A Python file that is searched for handlers; the largest hand-written ones are a tenth of that."""

TEMPLATE_BYTES: Final = 20_000_000
"""A template or state file; CloudFormation takes 1 MB, synthesized and Terraform JSON grow larger."""

TEMPLATE_DEPTH: Final = 100
"""Levels of nesting in a template; CloudFormation's own limit is lower, deeper ones are attacks."""

TEMPLATE_NODES: Final = 500_000
"""Values in a template after its aliases are followed; bounds alias bombs."""

FOLDER_ENTRIES: Final = 20_000
"""Files and folders looked at in search of templates or handlers."""

SEARCH_DEPTH: Final = 4
"""Folders below the given one in which a template is looked for when it has none itself."""

ALTERNATIVES: Final = 16
"""Alternatives of one value under undecided conditions; past it the value is unknown."""

RESOLVE_DEPTH: Final = 40
"""References followed from one value to the next; cycles end here at the latest."""

NESTED_STACKS: Final = 8
"""Local templates within templates."""

RESOLVE_STEPS: Final = 400_000
"""Expressions resolved for one project; three hundred functions take a tenth of it."""

CONFIGURATION_STEPS: Final = 150_000
"""Expressions evaluated for one Terraform module; a thousand resources take about a tenth of it."""

TEXT_CHARACTERS: Final = 2_000_000
"""A text that a Terraform template comes to; a policy has at most 10,240, a task's containers 65,536."""

NEIGHBOURS: Final = 100
"""Further templates of a repository that are read for what they export: past this, names are no longer told apart."""
