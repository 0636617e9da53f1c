"""One file a format; detection tries them in the order of this function's tuple.

A format is detected by what lies in the given folder (or is the given file), cheaply: names first,
then the first lines. The plain directory comes last and takes whatever the others leave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iamgen.project.request import Format


def formats() -> tuple[Format, ...]:
    """Every format, in the order in which they are asked; loaded when a declaration is looked for."""
    from iamgen.project.formats.archive import Archive
    from iamgen.project.formats.cdk import Cdk
    from iamgen.project.formats.chalice import Chalice
    from iamgen.project.formats.cloudformation import CloudFormation
    from iamgen.project.formats.pulumi import Pulumi
    from iamgen.project.formats.serverless import ServerlessFramework
    from iamgen.project.formats.terraform import Terraform
    from iamgen.project.formats.zappa import Zappa

    return (
        Cdk(),
        CloudFormation(),
        ServerlessFramework(),
        Chalice(),
        Zappa(),
        Terraform(),
        Pulumi(),
        Archive(),
    )
