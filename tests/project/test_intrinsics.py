"""What references and functions come to; texts are written as `Text.__str__` writes them."""

# ruff: noqa: E501  # a template's entry is easier to read on one line

from pathlib import Path

import pytest

from iamgen.project.templates.documents import Document
from iamgen.project.templates.intrinsics import Resolver
from iamgen.project.templates.scope import Scope
from iamgen.project.templates.values import plain
from iamgen.project.templates.yaml_source import parse_yaml

TEMPLATE = """
Parameters:
  Stage: {Type: String, Default: dev}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Open: {Type: String}
  Kept: {Type: "AWS::SSM::Parameter::Value<String>", Default: /kept}
Mappings:
  Tables:
    dev: {Name: dev-table, Tags: [x, y]}
    prod: {Name: prod-table}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  NotProd: !Not [!Condition Prod]
  Always: !Equals [a, a]
  Never: !Not [!Condition Always]
  Either: !Or [!Condition Always, !Condition Prod]
  Both: !And [!Condition Never, !Condition Prod]
  Loop: !Or [!Condition Loop2, !Condition Never]
  Loop2: !And [!Condition Loop, !Condition Always]
Resources:
  Table: {Type: AWS::DynamoDB::Table}
  Named: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders}}
  Staged: {Type: AWS::DynamoDB::Table, Properties: {TableName: !Sub "${Stage}-orders"}}
  Maybe: {Type: AWS::DynamoDB::Table, Properties: {TableName: !If [Prod, orders, !Ref AWS::NoValue]}}
  Queue: {Type: AWS::SQS::Queue}
  Fifo: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs.fifo, FifoQueue: true}}
  Topic: {Type: AWS::SNS::Topic}
  Bucket: {Type: AWS::S3::Bucket}
  Fn: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: live}}
  Alias: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Fn, Name: blue}}
  Machine: {Type: AWS::Serverless::StateMachine}
  Stream: {Type: AWS::Kinesis::Stream}
  Secret: {Type: AWS::SecretsManager::Secret}
  NamedSecret: {Type: AWS::SecretsManager::Secret, Properties: {Name: shop/key}}
  Key: {Type: AWS::KMS::Key}
  Group: {Type: AWS::Logs::LogGroup}
  Role: {Type: AWS::IAM::Role, Properties: {Path: /apps/, RoleName: r}}
  Unknown: {Type: AWS::New::Thing}
  Cycle: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Cycle2}}
  Cycle2: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Cycle}}
"""
PLACE = "${AWS::Region}:${AWS::AccountId}"


def resolver(**options):
    document = Document(Path("t.yaml"), "t.yaml", parse_yaml(TEMPLATE).data)
    return Resolver(Scope(document, **options))


def value(expression, **options):
    return plain(resolver(**options).value(parse_yaml(f"v: {expression}").data["v"]))


CASES = [
    # references
    ("!Ref Table", "${Table}"),
    ("!Ref Named", "orders"),
    ("!Ref Staged", "${Stage}-orders"),
    ("!Ref Maybe", "${Maybe}"),
    ("!Ref Queue", "https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/${Queue.QueueName}"),
    ("!Ref Fifo", "https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/jobs.fifo"),
    ("!Ref Topic", f"arn:${{AWS::Partition}}:sns:{PLACE}:${{Topic.TopicName}}"),
    ("!Ref Machine", f"arn:${{AWS::Partition}}:states:{PLACE}:stateMachine:${{Machine.Name}}"),
    ("!Ref Secret", "${Secret}"),
    ("!Ref NamedSecret", f"arn:${{AWS::Partition}}:secretsmanager:{PLACE}:secret:shop/key-*"),
    ("!Ref Fn.Alias", f"arn:${{AWS::Partition}}:lambda:{PLACE}:function:${{Fn}}:live"),
    ("!Ref Alias", f"arn:${{AWS::Partition}}:lambda:{PLACE}:function:${{Fn}}:blue"),
    ("!Ref AWS::Region", "${AWS::Region}"),
    ("!Ref AWS::NoValue", None),
    ("!Ref Nothing", "${Nothing}"),
    ("!Ref Stage", "${Stage}"),
    ("!Ref Cycle", "${Cycle}"),
    # attributes
    ("!GetAtt Table.Arn", f"arn:${{AWS::Partition}}:dynamodb:{PLACE}:table/${{Table}}"),
    ("!GetAtt Table.StreamArn", f"arn:${{AWS::Partition}}:dynamodb:{PLACE}:table/${{Table}}/stream/*"),
    ("!GetAtt Bucket.Arn", "arn:${AWS::Partition}:s3:::${Bucket}"),
    ("!GetAtt Queue.Arn", f"arn:${{AWS::Partition}}:sqs:{PLACE}:${{Queue.QueueName}}"),
    ("!GetAtt Fifo.QueueName", "jobs.fifo"),
    ("!GetAtt Fn.Arn", f"arn:${{AWS::Partition}}:lambda:{PLACE}:function:${{Fn}}"),
    ("!GetAtt Stream.Arn", f"arn:${{AWS::Partition}}:kinesis:{PLACE}:stream/${{Stream}}"),
    ("!GetAtt Key.Arn", f"arn:${{AWS::Partition}}:kms:{PLACE}:key/${{Key}}"),
    ("!GetAtt Group.Arn", f"arn:${{AWS::Partition}}:logs:{PLACE}:log-group:${{Group}}:*"),
    ("!GetAtt Role.Arn", "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/apps/r"),
    ("!GetAtt Unknown.Arn", "${Unknown.Arn}"),
    ("!GetAtt Nothing.Arn", "${Nothing.Arn}"),
    # Sub
    ('!Sub "a-${Stage}-${AWS::AccountId}"', "a-${Stage}-${AWS::AccountId}"),
    ('!Sub "${!aws:username}/${Named}"', "${aws:username}/orders"),
    ('!Sub ["${x}/${Table}", {x: !Ref Stage}]', "${Stage}/${Table}"),
    ('!Sub "${Table.Arn}/index/*"', f"arn:${{AWS::Partition}}:dynamodb:{PLACE}:table/${{Table}}/index/*"),
    ("!Sub plain", "plain"),
    # lists
    ('!Join ["-", [a, !Ref Stage, b]]', "a-${Stage}-b"),
    ('!Join ["", ["arn:", !Ref AWS::Partition, ":x"]]', "arn:${AWS::Partition}:x"),
    ("!Select [1, [a, b]]", "b"),
    ('!Select ["0", !Split ["-", a-b-c]]', "a"),
    ('!Select [1, !Split ["/", !GetAtt Table.Arn]]', "${Table}"),
    ('!Split [",", "a,b"]', ["a", "b"]),
    ('!Join ["|", !Split [",", "a,b"]]', "a|b"),
    ("!Length [a, b, c]", 3),
    ("!Base64 hi", "aGk="),
    ("!ToJsonString {t: !Ref Table, n: 1}", '{"t":"${Table}","n":1}'),
    # mappings and conditions
    ("!FindInMap [Tables, prod, Name]", "prod-table"),
    ("!FindInMap [Tables, !Ref Stage, Name]", ["dev-table", "prod-table"]),
    ("!FindInMap [Tables, dev, Tags]", ["x", "y"]),
    ("!FindInMap [Tables, test, Name, {DefaultValue: d}]", "d"),
    ("!If [Always, a, b]", "a"),
    ("!If [Never, a, b]", "b"),
    ("!If [Prod, a, b]", ["a", "b"]),
    ("!If [NotProd, a, !If [Prod, b, c]]", ["a", "b", "c"]),
    ("!If [Either, a, b]", "a"),
    ("!If [Both, a, b]", "b"),
    ("!If [Loop, a, b]", ["a", "b"]),
    ("!If [Undeclared, a, b]", ["a", "b"]),
    ("[a, !If [Prod, b, !Ref AWS::NoValue], c]", ["a", "b", "c"]),
    ("{a: !Ref AWS::NoValue, b: 1}", {"b": 1}),
    # what only a deployment knows
    ("!ImportValue shared-table", "${ImportValue.shared-table}"),
    ('"{{resolve:ssm:/a/b:1}}"', "${resolve.ssm./a/b.1}"),
    ('!Sub "x-{{resolve:ssm:/${Stage}/b}}-${Stage}"', "x-${resolve.ssm./Stage/b}-${Stage}"),
    (
        '!Join ["", ["{{resolve:secretsmanager:", !Ref Stage, ":SecretString:k}}"]]',
        "${resolve.secretsmanager.Stage.SecretString.k}",
    ),
    ('!Sub "{{resolve:ssm:/${Stage}/b"', "{{resolve:ssm:/${Stage}/b"),
    ('"x-{{resolve:secretsmanager:s:SecretString:k}}"', "x-${resolve.secretsmanager.s.SecretString.k}"),
    ("!GetAZs ''", "${GetAZs.}"),
    ("!Ref Kept", "${Kept}"),
]


@pytest.mark.parametrize(("expression", "expected"), CASES)
def test_comes_to(expression, expected):
    assert value(expression) == expected


def test_the_same_arn_however_it_is_written():
    ways = [
        "!GetAtt Table.Arn",
        '!Sub "${Table.Arn}"',
        '!Sub "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Table}"',
        '!Join [":", ["arn", !Ref AWS::Partition, dynamodb, !Ref AWS::Region, !Ref AWS::AccountId, !Sub "table/${Table}"]]',
        '!Sub ["${a}", {a: !GetAtt [Table, Arn]}]',
    ]
    assert len({value(way) for way in ways}) == 1


def test_a_given_parameter_is_put_in_and_decides():
    given = {"Stage": "prod", "Names": "x,y"}
    assert value("!Sub '${Stage}-t'", given=given) == "prod-t"
    assert value("!If [Prod, a, b]", given=given) == "a"
    assert value("!FindInMap [Tables, !Ref Stage, Name]", given=given) == "prod-table"
    assert value("!Ref Names", given=given) == ["x", "y"]


def test_deployment_settings_decide_conditions_and_leave_names_open():
    assumed = {"Stage": "prod"}
    assert value("!If [Prod, a, b]", assumed=assumed) == "a"
    assert value("!Sub '${Stage}-t'", assumed=assumed) == "${Stage}-t"


def test_defaults_count_only_where_a_file_must_be_found():
    node = parse_yaml("v: !Sub 'src/${Stage}'").data["v"]
    assert resolver().literal(node) == "src/dev"
    assert plain(resolver().value(node)) == "src/${Stage}"
    assert resolver().literal({"Ref": "Kept"}) is None
    assert resolver().literal({"Ref": "Open"}) is None


@pytest.mark.parametrize(
    "expression",
    ["!GetAtt x", "!Join [a]", "!Select [9, [a]]", "!Split [a]", "!FindInMap [a]", "!If []", "!Sub {a: 1}",
     "!Sub []", "!Join [[], {}]", "!Select [{}, !Ref Names]", "!Ref [1]", "!GetAtt [[1], 2]", "!Base64 [1]",
     "!Length x", "!Cidr []", "!Transform {Name: AWS::Include}", "!ImportValue {a: 1}", "!Equals [a]"],
)  # fmt: skip
def test_nonsense_is_a_value_too(expression):
    resolver().value(parse_yaml(f"v: {expression}").data["v"])


def test_deep_conditions_end():
    conditions = "".join(f"  C{n}: !And [!Condition C{n + 1}, !Condition C{n + 1}]\n" for n in range(200))
    data = parse_yaml(f"Conditions:\n{conditions}").data
    found = Resolver(Scope(Document(Path("t"), "t", data))).value({"Fn::If": ["C0", "a", "b"]})
    assert plain(found) == ["a", "b"]


def test_many_alternatives_become_unknown():
    entries = ", ".join(f"k{n}: {{v: x{n}}}" for n in range(50))
    data = parse_yaml(f"Mappings: {{M: {{{entries}}}}}").data
    scope = Scope(Document(Path("t"), "t", data))
    assert plain(Resolver(scope).value({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "v"]})) == "*"


def test_long_chains_of_deep_expressions_end():
    deep = "x"
    for _ in range(90):
        deep = {"Fn::Join": ["", [deep]]}
    resources = {}
    for number in range(60):
        node = {"Ref": f"B{number + 1}"}
        for _ in range(80):
            node = {"Fn::Join": ["", [node, "-"]]}
        resources[f"B{number}"] = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": node}}
    found = Resolver(Scope(Document(Path("t"), "t", {"Resources": resources})))
    assert plain(found.value(deep)) == "x"
    assert isinstance(plain(found.ref("B0")), str)
