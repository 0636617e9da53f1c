"""Other validators read what all specs generate: parliament, and cfn-lint's rules on IAM.

Their data is older than ours; each alarm that we don't share is listed with the reason.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from iamgen.catalog.store import Catalog
from iamgen.mapping import needs_of
from iamgen.mapping.model import Requirement

from .literate import load

CASES = load(Path(__file__).parents[2] / "fixtures/specs/mapping")

ALTERNATIVES = "the reference lists alternatives, or types that are checked together; parliament wants all in each"
NEWER = "the action is newer than parliament's data"
MISMATCH = "RESOURCE_MISMATCH"

# issue, pattern of actions -> why the alarm is false
FALSE_ALARMS = {
    (MISMATCH, r"(batch:CreateJobQueue|fsx:CreateDataRepositoryTask|ivs:CreateChannel)"): ALTERNATIVES,
    (MISMATCH, r"bedrock:(Create|Update).*"): ALTERNATIVES,
    (MISMATCH, r"bedrock:GetCustomModel"): "the colons of a model's id are taken for segments",
    (MISMATCH, r"(comprehend:CreateEndpoint|elasticloadbalancing:CreateRule|personalize:CreateCampaign)"): ALTERNATIVES,
    (MISMATCH, r"(appconfig:GetConfiguration|redshift-data:List(Databases|Tables))"): ALTERNATIVES,
    (MISMATCH, r"rds:(CreateDBCluster|CreateDBInstance|DeleteDBCluster|ModifyTenantDatabase)"): ALTERNATIVES,
    (MISMATCH, r"rds:(CreateBlueGreenDeployment|CreateDBInstanceReadReplica|StartDBInstance.*)"): ALTERNATIVES,
    (MISMATCH, r"codeartifact:CopyPackageVersions"): ALTERNATIVES,
    (MISMATCH, r"(chime:.*|dms:CreateReplicationTask|fsx:CopySnapshotAndUpdateVolume)"): ALTERNATIVES,
    (MISMATCH, r"(network-firewall:AssociateFirewallPolicy|sso:CreateAccountAssignment)"): ALTERNATIVES,
    (MISMATCH, r"quicksight:(GenerateEmbedUrlForAnonymousUser|UpdateDataSet)"): ALTERNATIVES,
    (MISMATCH, r"(rds:RestoreDB.*|redshift-serverless:ConvertRecoveryPointToSnapshot)"): ALTERNATIVES,
    (MISMATCH, r"ses:CreateConfigurationSet"): "the newer reference has a configuration set",
    (MISMATCH, r"batch:SubmitJob"): "a job to be submitted has no ARN; its definition and queue are checked",
    (MISMATCH, r"bedrock:InvokeModel.*"): "a model id names one of the types",
    (MISMATCH, r"dynamodb:DescribeStream"): "the colons of a stream's date are taken for segments",
    (MISMATCH, r"ec2:(AttachVolume|CopyImage|Create.*|ModifyInstanceAttribute|RunInstances)"): ALTERNATIVES,
    (MISMATCH, r"(cases:UpdateCase|ec2:DetachNetworkInterface|ecs:ExecuteCommand)"): ALTERNATIVES,
    (MISMATCH, r"rekognition:CopyProjectVersion"): ALTERNATIVES,
    (MISMATCH, r"events:(CreateArchive|StartReplay)"): ALTERNATIVES,
    (MISMATCH, r"glue:.*"): ALTERNATIVES,
    (MISMATCH, r"iot:(CreateJob|StartCommandExecution)"): ALTERNATIVES,
    (MISMATCH, r"iot:AttachThingPrincipal"): "the newer reference has a certificate",
    (MISMATCH, r"iotfleetwise:CreateVehicle"): ALTERNATIVES,
    (MISMATCH, r"kinesis:StartStreamEncryption"): ALTERNATIVES,
    (MISMATCH, r"kms:(Create|Delete|Update)Alias"): ALTERNATIVES,
    (MISMATCH, r"cognito-identity:GetOpenIdToken.*"): "the colon of a pool's id is taken for a segment",
    (MISMATCH, r"organizations:(AttachPolicy|MoveAccount)"): ALTERNATIVES,
    (MISMATCH, r"rds:CreateDB(Cluster)?Snapshot"): ALTERNATIVES,
    (MISMATCH, r"(elasticache:Create(CacheCluster|ReplicationGroup)|memorydb:CreateCluster)"): ALTERNATIVES,
    (MISMATCH, r"(bedrock:RenderPrompt|fsx:CreateBackup)"): ALTERNATIVES,
    (MISMATCH, r"(frauddetector:CreateBatchPredictionJob|logs:DeleteDeliverySource)"): ALTERNATIVES,
    (MISMATCH, r"(cognito-idp|wafv2):(AssociateWebACL|CreateWebACL|GetWebACLForResource|UpdateWebACL)"): ALTERNATIVES,
    (MISMATCH, r"redshift:DescribeClusters"): "the newer reference has a cluster",
    (MISMATCH, r"redshift:GetClusterCredentials"): ALTERNATIVES,
    (MISMATCH, r"s3:(GetObject|GetObjectAttributes|ListBucket|PutObject)"): "an access point stands in for a bucket",
    (MISMATCH, r"s3express:.*"): "the slash of `bucket/name` is taken for an object's",
    (MISMATCH, r"sagemaker:CreateEndpoint"): ALTERNATIVES,
    (MISMATCH, r"ses:CreateEmailIdentity"): "the newer reference has an identity",
    (MISMATCH, r"ses:Send.*"): ALTERNATIVES,
    (MISMATCH, r"sns:(SetSubscriptionAttributes|Unsubscribe)"): "the newer reference has a topic",
    (MISMATCH, r"ssm:GetParameter(sByPath)?"): "what AWS publishes lies in no account",
    (MISMATCH, r"ssm:SendCommand"): "a command is checked on the machines that it goes to, not on all kinds",
    (MISMATCH, r"ssm:StartAutomationExecution"): "the newer reference has no automation-definition as required",
    (MISMATCH, r"states:(DescribeExecution|ListExecutions)"): ALTERNATIVES,
    ("INVALID_ARN", r"organizations:DescribePolicy"): "AWS's own policies have `aws` for an account",
    ("INVALID_ARN", r"s3:GetObject"): "the partition aws-eusc is newer than parliament's data",
    ("RESOURCE_POLICY_PRIVILEGE_ESCALATION", r"s3:Put.*"): "the code asks for it",
    ("RESOURCE_STAR", r"sns:Publish"): "a phone has no ARN",
    ("UNKNOWN_ACTION", r"(cloudtrail:ListInsightsData|mediaconnect:GetRouterInput|support:DownloadAttachment)"): NEWER,
    ("RESOURCE_STAR", r"ec2:RunInstances"): "what a launch template makes is not in the request",
    ("UNKNOWN_ACTION", r"(bedrock:CountTokens|kinesis:TagResource)"): NEWER,
    ("UNKNOWN_ACTION", r"(ec2:GetImageFindings|ecs:DeleteDaemonTaskDefinition)"): NEWER,
    ("UNKNOWN_ACTION", r"(iam:GetRequestAuthorizationDetails|neptune-db:GetStorageInfo)"): NEWER,
    ("UNKNOWN_ACTION", r"(dsql:(AddPeerCluster|Put.*)|notifications:AccessSensitiveEvents)"): NEWER,
    ("UNKNOWN_ACTION", r"elasticloadbalancing:\w*WebACL\w*"): NEWER,
    ("UNKNOWN_ACTION", r"kafka:\w*Topics?"): NEWER,
    ("UNKNOWN_ACTION", r"s3:UpdateObjectEncryption"): NEWER,
    ("UNKNOWN_ACTION", r"(s3express:(PutMetricsConfiguration|TagResource)|s3tables:Put.*)"): NEWER,
    ("UNKNOWN_PREFIX", r"(bedrock-agentcore|s3vectors):.*"): "the service is newer than parliament's data",
    ("UNKNOWN_CONDITION_FOR_ACTION", r"kms:.*"): "parliament's data has kms:ResourceAliases for no action",
}


# cfn-lint's formats of these have a variable of another name, or two types of which one is enough; W3037: actions
# that AWS documents and its data does not have yet. I4010, which wants a description of the template's architecture,
# is no alarm about a policy.
LINT_ALARMS = {
    ("I3510", "chime:CreateChannel"),
    ("I3510", "chime:SendChannelMessage"),
    ("I3510", "datasync:CreateTask"),
    ("I3510", "datasync:StartTaskExecution"),
    ("I3510", "dms:CreateReplicationConfig"),
    ("I3510", "dms:CreateReplicationTask"),
    ("I3510", "dms:StartReplicationTask"),
    ("I3510", "lex:ListAggregatedUtterances"),
    ("I3510", "logs:DeleteDeliverySource"),
    ("I3510", "lex:RecognizeText"),
    ("W3037", "getimagefindings"),
    ("W3037", "getrequestauthorizationdetails"),
    ("W3037", "getstorageinfo"),
}


def policy(requirements: tuple[Requirement, ...]) -> list[dict[str, object]]:
    """The requirements as statements with real values for the template's references."""
    statements: list[dict[str, object]] = []
    for one in requirements:
        resource = one.resource
        for name, value in (("Partition", "aws"), ("Region", "eu-west-1"), ("AccountId", "123456789012")):
            resource = resource.replace("${AWS::" + name + "}", value)
        if re.match(r"\$\{[A-Za-z]", resource):
            continue
        resource = re.sub(r"parameter\$\{[A-Za-z]\w*\}", "parameter/x", resource)  # a path starts with its slash
        statement: dict[str, object] = {
            "Effect": "Allow", "Action": one.action, "Resource": re.sub(r"\$\{[A-Za-z][^}]*\}", "x", resource),
        }  # fmt: skip
        conditions: dict[str, dict[str, list[str]]] = {}
        for condition in one.conditions:
            values = [value.replace("${AWS::Region}", "eu-west-1") for value in condition.values]
            conditions.setdefault(condition.operator, {})[condition.key] = values
        if conditions:
            statement["Condition"] = conditions
        statements.append(statement)
    return statements


@pytest.fixture(scope="module")
def statements() -> list[tuple[str, dict[str, object]]]:
    catalog = Catalog.open()
    found: list[tuple[str, dict[str, object]]] = []
    for case in CASES:
        found.extend((case.id, one) for one in policy(needs_of(case.call, case.unit(), case.project(), catalog)))
    return found


def test_parliament_rings_no_other_alarm(statements: list[tuple[str, dict[str, object]]]) -> None:
    parliament = pytest.importorskip("parliament", reason="parliament is not installed")
    unexpected, rung = set(), set()
    for case, statement in statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        for finding in parliament.analyze_policy_string(document).findings:
            action = str(statement["Action"])
            known = {key for key in FALSE_ALARMS if key[0] == finding.issue and re.fullmatch(key[1], action)}
            rung |= known
            if not known:
                unexpected.add((case, finding.issue, action, str(finding.detail)))
    assert unexpected == set()
    assert set(FALSE_ALARMS) == rung  # one that no longer rings is no longer listed


def test_cfn_lint_accepts_every_statement(statements: list[tuple[str, dict[str, object]]]) -> None:
    api = pytest.importorskip("cfnlint.api", reason="cfn-lint is not installed")
    unique = list({json.dumps(one, sort_keys=True): one for _, one in statements}.values())
    resources = {
        f"Policy{number}": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": {"Version": "2012-10-17", "Statement": unique[number : number + 40]}},
        }
        for number in range(0, len(unique), 40)
    }
    template = json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources})
    found = {(one.rule.id, one.message.split("'")[1]) for one in api.lint_all(template) if one.rule.id != "I4010"}
    assert found == LINT_ALARMS
