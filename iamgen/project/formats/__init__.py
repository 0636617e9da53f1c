"""One file a format; detection tries them in the order of this tuple.

A format is detected by what lies in the given folder (or is the given file), cheaply: names first,
then the first lines. The plain directory comes last and takes whatever the others leave.
"""

from __future__ import annotations

from typing import Final

from iamgen.project.formats.archive import Archive
from iamgen.project.formats.cdk import Cdk
from iamgen.project.formats.chalice import Chalice
from iamgen.project.formats.cloudformation import CloudFormation
from iamgen.project.formats.pulumi import Pulumi
from iamgen.project.formats.serverless import ServerlessFramework
from iamgen.project.formats.terraform import Terraform
from iamgen.project.formats.zappa import Zappa
from iamgen.project.request import Format

FORMATS: Final[tuple[Format, ...]] = (
    Cdk(),
    CloudFormation(),
    ServerlessFramework(),
    Chalice(),
    Zappa(),
    Terraform(),
    Pulumi(),
    Archive(),
)
