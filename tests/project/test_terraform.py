"""Terraform: the syntax, the expressions, states and plans, and their broken siblings."""

# ruff: noqa: E501  # a resource is easier to read on one line

import json

import pytest
from described import own_environment, texts

from iamgen.core.errors import InputError
from iamgen.project.formats.terraform.hcl import parse_expression, parse_hcl
from iamgen.project.formats.terraform.syntax import (
    Attribute,
    Binary,
    Call,
    Choice,
    Const,
    Index,
    Name,
    Object,
    Sequence,
    Splat,
    Template,
    Unary,
)
from iamgen.project.model import HandlerEntry
from iamgen.project.templates.nodes import Malformed

HANDLER = "def handler(event, context):\n    pass\n"
FUNCTION = """
resource "aws_lambda_function" "f" {
  function_name = "f"
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = data.archive_file.f.output_path
  role          = aws_iam_role.r.arn
  %s
}
data "archive_file" "f" {
  type        = "zip"
  source_dir  = "src"
  output_path = "f.zip"
}
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = "{}"
}
"""
FILES = {"src/app.py": HANDLER}


@pytest.fixture
def terraform(project):
    def make(rest="", inner="", files=None, **options):
        return project({"main.tf": FUNCTION % inner + rest, **FILES, **(files or {})}, **options)

    return make


@pytest.fixture
def value(terraform):
    """What an expression comes to, in the environment."""

    def make(expression, rest="", files=None, **options):
        inner = f"environment {{\n    variables = {{\n      V = {expression}\n    }}\n  }}"
        return own_environment(terraform(rest, inner, files, **options).units[0])["V"]

    return make


V = Name("v")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", Const(1)), ("1.5", Const(1.5)), ("true", Const(True)), ("null", Const(None)), ("-1", Unary("-", Const(1))),
        ('"a"', Template(("a",))), ('"a${v}b"', Template(("a", V, "b"))), ('"$${v} %%{x}"', Template(("${v} %{x}",))),
        (r'"\n\"\\é"', Template(('\n"\\é',))), ('"${"${v}"}"', Template((Template((V,)),))),
        ("<<E\na ${v}\nE", Template(("a ", V, "\n"))), ("<<-E\n  a\n  E", Template(("a\n",))),
        ("[1, 2,]", Sequence((Const(1), Const(2)))), ("[\n]", Sequence(())),
        ("{a = 1, b : 2}", Object(((Template(("a",)), Const(1)), (Template(("b",)), Const(2))))),
        ('{\n  "x" = 1\n  (v) = 2\n}', Object(((Template(("x",)), Const(1)), (V, Const(2))))),
        ("v.a.b", Attribute(Attribute(V, "a"), "b")), ("v[0].a", Attribute(Index(V, Const(0)), "a")), ("v.0", Index(V, Const(0))),
        ("v[*].a", Splat(V, (Attribute(None, "a"),))), ("v.*.a", Splat(V, (Attribute(None, "a"),))),
        ("f(1, v...)", Call("f", (Const(1), V), True)), ("f()", Call("f", ())), ("provider::x::f(1)", Call("provider::x::f", (Const(1),))),
        ("v ? 1 : 2", Choice(V, Const(1), Const(2))), ("!v", Unary("!", V)),
        ("1 + 2 * 3", Binary("+", Const(1), Binary("*", Const(2), Const(3)))),
        ("1 - 2 - 3", Binary("-", Binary("-", Const(1), Const(2)), Const(3))),
        ("v == 1 && v != 2", Binary("&&", Binary("==", V, Const(1)), Binary("!=", V, Const(2)))),
        ("(\n1\n+\n2)", Binary("+", Const(1), Const(2))),
    ],
)  # fmt: skip
def test_expressions_are_read(text, expected):
    assert parse_expression(text, "t.tf") == expected


def test_bodies_keep_lines():
    body = parse_hcl('# c\na = 1\n/* x\n */ b "l" c {\n  d = 2 // e\n}\n', "t.tf")
    assert dict(body.lines) == {"a": 2}
    (block,) = body.blocks
    assert (block.kind, block.labels, block.line, dict(block.body.lines)) == ("b", ("l", "c"), 4, {"d": 5})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = [1,", 1), ('r "a" {\n', 2), ('a = "x', 1), ("a = <<E\nx", 2), ("x y z", 1), ("\na = 1 +", 2), ("a = ${", 1),
        ("a=" + "[" * 5000, 1), ("a=" + "{a=" * 5000, 1), ("a=" + "!" * 5000, 1), ("x {\n" * 5000, 60), ("a = " + '"${' * 3000, 1),
        ("a = " + "f(" * 3000, 1), ("a = for", None), ("a = {b = }", 1), ("}", 1), ("a = 1 b = 2", None), ('a = "\\uZZZZ"', 1),
    ],
)  # fmt: skip
def test_malformed_text_names_its_line(text, line):
    if line is None:
        parse_hcl(text, "t.tf")  # more than Terraform allows, and nothing is lost by it
        return
    with pytest.raises(Malformed) as error:
        parse_hcl(text, "t.tf")
    assert error.value.line == line


DECLARED = """
variable "stage" { default = "dev" }
variable "open" {}
variable "names" { default = ["a", "b"] }
variable "tables" { default = { x = { name = "tx" }, y = { name = "ty" } } }
variable "region" {}
provider "aws" { region = var.region }
locals {
  prefix = "p-${var.stage}"
  me     = local.you
  you    = local.me
  tags   = merge({ a = "1" }, { b = "2" })
}
data "aws_caller_identity" "me" {}
data "aws_region" "here" {}
data "aws_partition" "p" {}
data "aws_s3_bucket" "shared" { bucket = "shared" }
resource "aws_dynamodb_table" "t" { name = "${local.prefix}-t" }
resource "aws_dynamodb_table" "each" {
  for_each = var.tables
  name     = each.value.name
}
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket" "counted" {
  count  = 2
  bucket = "b-${count.index}"
}
resource "aws_sqs_queue" "q" { name = "q.fifo" }
resource "aws_sns_topic" "n" { name = "n" }
resource "aws_sfn_state_machine" "m" { name = "m" }
resource "aws_secretsmanager_secret" "s" { name = "s/k" }
resource "aws_secretsmanager_secret" "u" { name_prefix = "u" }
resource "aws_ssm_parameter" "p" { name = "/a/b" }
resource "aws_cloudwatch_log_group" "g" { name = "/g" }
resource "aws_other_thing" "o" { name = "o" }
resource "random_id" "r" { byte_length = 4 }
"""
ARN = '"arn:"+symbol(AWS::Partition)+":'
PLACE = ':"+symbol(AWS::Region)+":"+symbol(AWS::AccountId)+":'


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("var.stage", ["symbol(var.stage)"]), ("local.prefix", ['"p-"+symbol(var.stage)']), ("var.region", ["symbol(AWS::Region)"]),
        ("data.aws_caller_identity.me.account_id", ["symbol(AWS::AccountId)"]), ("data.aws_region.here.name", ["symbol(AWS::Region)"]),
        ("aws_dynamodb_table.t.name", ['"p-"+symbol(var.stage)+"-t"']), ("aws_dynamodb_table.t.id", ['"p-"+symbol(var.stage)+"-t"']),
        ("aws_dynamodb_table.t.arn", [ARN + "dynamodb" + PLACE + 'table/p-"+symbol(var.stage)+"-t"']),
        ('aws_dynamodb_table.each["x"].name', ['"tx"']), ("aws_s3_bucket.b.id", ["symbol(aws_s3_bucket.b.id)"]),
        ("aws_s3_bucket.b.arn", [ARN + 's3:::"+symbol(aws_s3_bucket.b.id)']), ("aws_s3_bucket.counted[1].bucket", ['"b-1"']),
        ("aws_sqs_queue.q.url", ['"https://sqs."+symbol(AWS::Region)+".amazonaws.com/"+symbol(AWS::AccountId)+"/q.fifo"']),
        ("aws_sqs_queue.q.id", ['"https://sqs."+symbol(AWS::Region)+".amazonaws.com/"+symbol(AWS::AccountId)+"/q.fifo"']),
        ("aws_sns_topic.n.arn", [ARN + "sns" + PLACE + 'n"']), ("aws_sfn_state_machine.m.arn", [ARN + "states" + PLACE + 'stateMachine:m"']),
        ("aws_secretsmanager_secret.s.arn", [ARN + "secretsmanager" + PLACE + 'secret:s/k-"+?']),
        ("aws_secretsmanager_secret.u.id", ["symbol(aws_secretsmanager_secret.u.arn)"]),
        ("aws_ssm_parameter.p.arn", [ARN + "ssm" + PLACE + 'parameter/a/b"']), ("aws_cloudwatch_log_group.g.arn", [ARN + "logs" + PLACE + 'log-group:/g"']),
        ("aws_other_thing.o.name", ['"o"']), ("aws_other_thing.o.arn", ["symbol(aws_other_thing.o.arn)"]), ("random_id.r.hex", ["symbol(random_id.r.hex)"]),
        ("data.aws_s3_bucket.shared.arn", [ARN + 's3:::shared"']), ("aws_gone.x.arn", ["symbol(aws_gone.x.arn)"]),
        ('var.stage == "prod" ? "a" : "b"', ['"a"', '"b"']), ('"x" == "x" ? "a" : "b"', ['"a"']), ("false ? 1 : 2", ['"2"']),
        ('format("%s-%d", var.stage, 3)', ['symbol(var.stage)+"-3"']), ('join("-", ["a", var.stage])', ['"a-"+symbol(var.stage)']),
        ('join(",", [for n in var.names : upper(n)])', ['"A,B"']), ('join(",", [for k, t in var.tables : t.name if k != "x"])', ['"ty"']),
        ("local.tags.b", ['"2"']), ('local.tags["a"]', ['"1"']), ('lookup(local.tags, "c", "d")', ['"d"']), ("var.names[1]", ['"b"']),
        ('split("/", aws_dynamodb_table.t.arn)[1]', ['"p-"+symbol(var.stage)+"-t"']), ('replace("a_b", "_", "-")', ['"a-b"']),
        ("jsonencode({ t = aws_dynamodb_table.t.name })", ['"{"t":"p-"+symbol(var.stage)+"-t"}"']), ('try(local.tags.zz, "d")', ['"d"']),
        ('join(",", aws_s3_bucket.counted[*].bucket)', ['"b-0,b-1"']), ("[for t in aws_dynamodb_table.each : t.name][0]", ['"tx"']),
        ('trimsuffix("a.zip", ".zip")', ['"a"']), ('file("note.txt")', ['"hi"']), ('templatefile("t.tpl", { n = var.stage })', ['"n="+symbol(var.stage)']),
        ("length(var.names)", ['"2"']), ('element(["a", "b"], 3)', ['"b"']), ("keys(var.tables)[0]", ['"x"']), ("1 + 2", ['"3"']), ("tostring(5)", ['"5"']),
    ],
)  # fmt: skip
def test_values(value, expression, expected):
    assert value(expression, DECLARED, {"note.txt": "hi", "t.tpl": "n=${n}"}) == expected


@pytest.mark.parametrize(
    "expression",
    ["local.me", "local.gone", "local.tags.zz", 'file("../../etc/passwd")', "unknown_function(1)", "aws_s3_bucket.b", "var.names", "each.key",
     "module.gone.x", "1 / 0", "element([], 1)", "format(var.stage)", "path.module", "terraform.workspace", "var", "[for x in 5 : x]", 'templatefile("bad.tpl", {})'],
)  # fmt: skip
def test_what_nobody_can_tell_is_a_value_too(terraform, expression):
    inner = f"environment {{\n    variables = {{ V = {expression} }}\n  }}"
    assert terraform(DECLARED, inner, {"bad.tpl": "${"}).units[0].entry == HandlerEntry("app", "handler")


def test_instances_of_themselves_end(terraform):
    rest = 'resource "aws_sqs_queue" "q" {\n  count = length(aws_sqs_queue.q)\n  name = aws_sqs_queue.q[0].name\n}\n'
    assert terraform(rest).units[0].entry == HandlerEntry("app", "handler")


def test_given_and_assumed_variables(value):
    expression = '"${var.stage}-${var.stage == "prod" ? "a" : "b"}"'
    assert value(expression, DECLARED, parameters={"stage": "prod"}) == ['"prod-a"']
    assert value(expression, DECLARED, {"terraform.tfvars": 'stage = "prod"\n'}) == ['symbol(var.stage)+"-a"']


@pytest.mark.parametrize(
    ("archive", "entry"),
    [
        ('source_dir = "src"', HandlerEntry("app", "handler")),
        ('source_dir = "${path.module}/src"', HandlerEntry("app", "handler")),
        ('source_file = "src/app.py"', HandlerEntry("app", "handler")),
        ("source_dir = var.where", HandlerEntry("app", "handler")),
        ('source_dir = "gone"', None),
        ('source_dir = "../.."', None),
        ("source_dir = var.open", None),
    ],
)  # fmt: skip
def test_archives(project, archive, entry):
    text = (FUNCTION % "").replace(
        'source_dir  = "src"', archive
    ) + 'variable "where" { default = "src" }\nvariable "open" {}\n'
    files = FILES if entry is not None else {"src/app.py": HANDLER, "old/app.py": HANDLER}
    (unit,) = project({"main.tf": text, **files}).units
    assert unit.entry == entry
    assert bool(unit.problems) == (entry is None)


def test_an_archive_by_its_path(project):
    text = (FUNCTION % "").replace("data.archive_file.f.output_path", '"./f.zip"')
    assert project({"main.tf": text, **FILES}).units[0].entry == HandlerEntry("app", "handler")


@pytest.mark.parametrize("code", ['s3_bucket = "b"\n  s3_key = "k"', 'filename = "gone.zip"', ""])
def test_code_that_is_not_here(project, code):
    text = (FUNCTION % "").replace("filename      = data.archive_file.f.output_path", code)
    (unit,) = project({"main.tf": text, **FILES}).units
    assert unit.entry == HandlerEntry("app", "handler")
    assert [one.kind for one in unit.problems] == ["guessed-code"]
    (unit,) = project({"main.tf": text, "old/app.py": HANDLER}).units
    assert unit.entry is None
    assert [one.kind for one in unit.problems] == ["unreadable-code"]


POLICY = '{ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "arn:aws:s3:::b/&{aws:username}" }] }'


@pytest.mark.parametrize(
    "rest",
    [
        f'resource "aws_iam_role_policy" "p" {{\n  role = aws_iam_role.r.id\n  policy = jsonencode({POLICY})\n}}\n',
        'resource "aws_iam_role_policy" "p" {\n  role = aws_iam_role.r.name\n  policy = <<E\n{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}\nE\n}\n',
        'resource "aws_iam_role_policy" "p" {\n  role = "r"\n  policy = data.aws_iam_policy_document.d.json\n}\ndata "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["s3:*"]\n    resources = ["*"]\n  }\n}\n',
        f'resource "aws_iam_policy" "p" {{\n  policy = jsonencode({POLICY})\n}}\nresource "aws_iam_role_policy_attachment" "a" {{\n  role = aws_iam_role.r.name\n  policy_arn = aws_iam_policy.p.arn\n}}\n',
        'resource "aws_iam_role_policy" "p" {\n  role = aws_iam_role.r.id\n  policy = file("p.json")\n}\n',
    ],
    ids=["jsonencode", "heredoc", "document", "attached", "file"],
)
def test_policies(terraform, rest):
    files = {"p.json": '{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'}
    role = terraform(rest, files=files).units[0].role
    assert role.name == "aws_iam_role.r"
    assert [
        (one["Effect"], one["Action"] if isinstance(one["Action"], str) else one["Action"][0])
        for document in role.documents
        for one in document.document["Statement"]
    ] == [("Allow", "s3:*")]


def test_a_policy_documents_blocks(terraform):
    rest = """
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = data.aws_iam_policy_document.all.json
}
data "aws_iam_policy_document" "all" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  statement {
    sid       = "Own"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::b/&{aws:username}/*"]
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["a", "b"]
    }
  }
}
data "aws_iam_policy_document" "base" {
  statement {
    not_actions   = ["iam:*"]
    resources     = ["*"]
  }
}
"""
    (document,) = terraform(rest).units[0].role.documents
    assert document.document["Statement"] == [
        {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": ["*"]},
        {"Sid": "Own", "Effect": "Deny", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::b/${aws:username}/*"], "Condition": {"StringLike": {"s3:prefix": ["a", "b"]}}},
    ]  # fmt: skip


def test_settings(terraform):
    inner = 'kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/k"\n  vpc_config {\n    subnet_ids = ["s"]\n  }\n  tracing_config {\n    mode = "Active"\n  }\n  dead_letter_config {\n    target_arn = aws_sqs_queue.q.arn\n  }\n'
    rest = 'resource "aws_sqs_queue" "q" { name = "q" }\nresource "aws_lambda_event_source_mapping" "m" {\n  event_source_arn = aws_sqs_queue.q.arn\n  function_name = aws_lambda_function.f.arn\n}\n'
    found = terraform(rest, inner).units[0].configuration
    assert (found.vpc, found.tracing, texts([found.function_name])) == (True, True, ['"f"'])
    assert [one.kind for one in found.event_sources] == ["sqs"]
    assert len(found.dead_letter) == len(found.kms_key) == 1


def test_json_syntax(project):
    data = {
        "variable": {"stage": {"default": "dev"}},
        "resource": {
            "aws_lambda_function": {"f": {"function_name": "f-${var.stage}", "handler": "app.handler", "runtime": "python3.12", "filename": "${data.archive_file.f.output_path}", "environment": {"variables": {"A": "${var.stage}"}}}},
        },
        "data": {"archive_file": {"f": {"type": "zip", "source_dir": "src", "output_path": "f.zip"}}},
    }  # fmt: skip
    (unit,) = project({"main.tf.json": json.dumps(data), **FILES}).units
    assert unit.entry == HandlerEntry("app", "handler")
    assert own_environment(unit) == {"A": ["symbol(var.stage)"]}


STATE = {
    "format_version": "1.0",
    "terraform_version": "1.13.0",
    "values": {
        "root_module": {
            "resources": [
                {"address": "aws_dynamodb_table.t", "mode": "managed", "type": "aws_dynamodb_table", "name": "t", "values": {"name": "orders", "arn": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"}},
                {"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r", "values": {"name": "r", "path": "/", "arn": "arn:aws:iam::123456789012:role/r", "assume_role_policy": "{}"}},
                {"address": "aws_iam_role_policy.p", "mode": "managed", "type": "aws_iam_role_policy", "name": "p", "values": {"name": "p", "role": "r", "policy": json.dumps({"Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/*"}]})}},
                {"address": "aws_lambda_function.f", "mode": "managed", "type": "aws_lambda_function", "name": "f", "values": {"function_name": "f", "handler": "app.handler", "runtime": "python3.12", "filename": "f.zip", "role": "arn:aws:iam::123456789012:role/r", "environment": [{"variables": {"TABLE": "orders"}}]}},
            ],
        },
    },
}  # fmt: skip


@pytest.mark.parametrize("key", ["values", "planned_values"])
def test_states_and_plans(project, tmp_path, key):
    import zipfile

    with zipfile.ZipFile(tmp_path / "f.zip", "w") as archive:
        archive.writestr("app.py", HANDLER)
    data = {**STATE, key: STATE["values"]}
    if key != "values":
        del data["values"]
    found = project({"plan.json": json.dumps(data)}, "plan.json")
    (unit,) = found.units
    assert found.format == "terraform"
    assert (unit.name, unit.entry, sorted(unit.inline)) == ("f", HandlerEntry("app", "handler"), ["app.py"])
    assert own_environment(unit) == {"TABLE": ['"orders"']}
    assert unit.role.name == "aws_iam_role.r"
    assert (
        unit.role.documents[0].document["Statement"][0]["Resource"]
        == "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders/index/*"
    )


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"main.tf": 'resource "aws_lambda_function" "f" {'}, "`main.tf:1` is malformed"),
        ({"main.tf": 'resource "aws_lambda_function" "f" {\n  runtime = "nodejs22.x"\n}\n'}, "no Python function"),
        ({"plan.json": '{"terraform_version": "1", "values": {}}'}, "holds no resource"),
    ],
)
def test_broken_configurations(project, files, message):
    with pytest.raises(InputError) as error:
        project(files, next(iter(files)))
    assert message in error.value.message


def test_a_broken_file_leaves_the_others(terraform):
    found = terraform(files={"other.tf": "resource {"})
    assert found.units[0].entry == HandlerEntry("app", "handler")
    assert [(one.kind, str(one.location)) for one in found.problems] == [("template", "other.tf:1")]


@pytest.mark.parametrize("source", ["./gone", "../..", "./main.tf", "."])
def test_modules_that_are_not_there(terraform, source):
    found = terraform(f'module "m" {{\n  source = "{source}"\n}}\n')
    assert found.units[0].entry == HandlerEntry("app", "handler")
    assert found.problems


def test_modules_of_the_registry_are_open(value):
    rest = 'module "net" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n'
    assert value("module.net.vpc_id", rest) == ["symbol(module.net.vpc_id)"]


TABLE_ARN = '"arn:"+symbol(AWS::Partition)+":dynamodb:"+symbol(AWS::Region)+":"+symbol(AWS::AccountId)+":table/'


@pytest.mark.parametrize(
    ("source", "arguments", "output", "found"),
    [
        ("dynamodb-table/aws", 'name = "orders-${var.stage}"', "dynamodb_table_id", '"orders-"+symbol(var.stage)'),
        ("dynamodb-table/aws", 'name = "orders"', "dynamodb_table_arn", TABLE_ARN + 'orders"'),
        ("dynamodb-table/aws", "", "dynamodb_table_arn", TABLE_ARN + '"+symbol(module.m.dynamodb_table_id)'),
        (
            "dynamodb-table/aws",
            'name = "orders"',
            "dynamodb_table_replica_arns",
            "symbol(module.m.dynamodb_table_replica_arns)",
        ),
        ("s3-bucket/aws", 'bucket = "files"', "s3_bucket_arn", '"arn:"+symbol(AWS::Partition)+":s3:::files"'),
        ("sqs/aws", 'name = "jobs"', "queue_name", '"jobs"'),
        ("sqs/aws", 'name = "jobs"\n  fifo_queue = true', "queue_name", "symbol(module.m.queue_name)"),
        ("sqs/aws", 'name = "jobs"\n  use_name_prefix = true', "sqs_queue_name", "symbol(module.m.queue_name)"),
        ("sns/aws", "", "topic_name", "symbol(module.m.topic_name)"),
        ("secrets-manager/aws", "", "secret_arn", "symbol(module.m.secret_arn)"),
        ("kms/aws", "", "key_id", "symbol(module.m.key_id)"),
        ("sqs/aws//modules/other", 'name = "jobs"', "queue_name", "symbol(module.m.queue_name)"),
    ],
)
def test_modules_that_make_one_resource(value, source, arguments, output, found):
    rest = f'module "m" {{\n  source = "terraform-aws-modules/{source}"\n  {arguments}\n}}\nvariable "stage" {{}}\n'
    assert value(f"module.m.{output}", rest) == [found]


FUNCTION_MODULE = """
module "f" {
  source        = "terraform-aws-modules/lambda/aws"
  function_name = "jobs"
  handler       = "app.handler"
  runtime       = "python3.12"
  source_path   = "src"
  %s
}
"""


@pytest.mark.parametrize(
    ("arguments", "managed", "statements"),
    [
        ('attach_policies = true\n  policies = ["arn:a", "arn:b"]\n  number_of_policies = 1', ("arn:a",), []),
        ('attach_policies = true\n  policies = ["arn:a"]', (), []),
        ('attach_policies = true\n  policies = ["arn:a"]\n  number_of_policies = length(var.x)', ("arn:a",), []),
        ('policies = ["arn:a"]\n  number_of_policies = 1', (), []),
        ('attach_policy = true\n  policy = "arn:a"', ("arn:a",), []),
        (
            'attach_policy_statements = true\n  policy_statements = { s = { actions = ["s3:GetObject"], not_resources = ["*"], condition = [{ test = "Bool", variable = "aws:SecureTransport", values = ["true"] }] } }',
            (),
            [
                {
                    "Effect": "Allow",
                    "Action": ["s3:GetObject"],
                    "NotResource": ["*"],
                    "Condition": {"Bool": {"aws:SecureTransport": ["true"]}},
                }
            ],
        ),
        (
            'attach_async_event_policy = true\n  destination_on_failure = "arn:q"',
            (),
            [
                {
                    "Effect": "Allow",
                    "Action": ["sns:Publish", "sqs:SendMessage", "events:PutEvents", "lambda:InvokeFunction"],
                    "Resource": ["arn:q"],
                }
            ],
        ),
    ],
)
def test_the_role_of_the_function_module(project, arguments, managed, statements):
    arguments = f"attach_cloudwatch_logs_policy = false\n  {arguments}"
    (unit,) = project({"main.tf": FUNCTION_MODULE % arguments, **FILES}).units
    assert unit.role.managed == managed
    assert [dict(one) for document in unit.role.documents for one in document.document["Statement"]] == statements


def test_the_configuration_of_the_function_module(project):
    arguments = """create_async_event_config = true
  destination_on_failure = "arn:aws:sqs:eu-west-1:123456789012:dlq"
  logging_log_group = "/jobs"
  use_existing_cloudwatch_log_group = true
  role_permissions_boundary = "arn:b"
  file_system_arn = "arn:fs"
"""
    (unit,) = project({"main.tf": FUNCTION_MODULE % arguments, **FILES}).units
    configuration = unit.configuration
    assert [str(one) for one in configuration.destinations] == ['"arn:aws:sqs:eu-west-1:123456789012:dlq"']
    assert [str(one) for one in configuration.file_systems] == ['"arn:fs"']
    assert str(configuration.log_group) == '"/jobs"'
    assert unit.role.boundary == "arn:b"
    (statement,) = unit.role.documents[0].document["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"][0].endswith(":log-group:/jobs:*")


EACH = """
resource "aws_iam_role" "e" {
  for_each           = toset(["a", "b"])
  assume_role_policy = "{}"
}
resource "aws_s3_bucket" "b" {
  for_each = { in = 1, out = 2 }
}
resource "aws_iam_role_policy" "p" {
  for_each = toset(["a", "b"])
  name     = "own-${each.key}"
  role     = aws_iam_role.e[each.key].id
  policy   = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "${aws_s3_bucket.b["in"].arn}/${each.key}" }] })
}
resource "aws_iam_role_policy" "all" {
  for_each = aws_iam_role.e
  name     = "all-${each.key}"
  role     = each.value.name
  policy   = "{\\"Statement\\": [{\\"Effect\\": \\"Allow\\", \\"Action\\": \\"s3:PutObject\\", \\"Resource\\": \\"${aws_s3_bucket.b["out"].arn}/*\\"}]}"
}
"""


@pytest.mark.parametrize("key", ["a", "b"])
def test_instances_of_one_block_are_told_apart(terraform, key):
    inner = 'environment {\n    variables = { IN = aws_s3_bucket.b["in"].id, OUT = aws_s3_bucket.b["out"].id }\n  }'
    text = (FUNCTION % inner).replace("aws_iam_role.r.arn", f'aws_iam_role.e["{key}"].arn')
    (unit,) = terraform(files={"main.tf": text + EACH}).units
    assert own_environment(unit) == {
        "IN": ['symbol(aws_s3_bucket.b["in"].id)'],
        "OUT": ['symbol(aws_s3_bucket.b["out"].id)'],
    }
    assert (unit.role.name, unit.role.external) == (f'aws_iam_role.e["{key}"]', False)
    assert {one.name: one.document["Statement"][0]["Resource"] for one in unit.role.documents} == {
        "p": 'arn:${AWS::Partition}:s3:::${aws_s3_bucket.b["in"].id}/' + key,
        "all": 'arn:${AWS::Partition}:s3:::${aws_s3_bucket.b["out"].id}/*',
    }


def test_an_instance_that_is_not_there(terraform):
    text = (FUNCTION % "").replace("aws_iam_role.r.arn", 'aws_iam_role.e["gone"].arn')
    (unit,) = terraform(files={"main.tf": text + EACH}).units
    assert unit.role.external


INSTANCES = """
locals { functions = { get = "read", put = "write" } }
resource "aws_dynamodb_table" "t" { name = "orders" }
module "fn" {
  %s
  source = "./fn"
  name   = %s
  code   = "${path.module}/src"
}
resource "aws_lambda_function" "last" {
  function_name = "last"
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = "src"
  role          = "r"
  environment { variables = { A = %s } }
}
"""
CALLED = """
variable "name" {}
variable "code" {}
resource "aws_lambda_function" "this" {
  function_name = "shop-${var.name}"
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = var.code
  role          = aws_iam_role.r.arn
}
resource "aws_iam_role" "r" { name = "role-${var.name}" }
output "name" { value = aws_lambda_function.this.function_name }
"""


@pytest.mark.parametrize(
    ("repeat", "name", "reference", "names", "roles", "referred"),
    [
        ("for_each = local.functions", "each.value", 'module.fn["put"].name', ["this-get", "this-put"],
         ["role-read", "role-write"], '"shop-write"'),
        ('for_each = toset(["a", "b"])', "each.key", 'module.fn["a"].name', ["this-a", "this-b"],
         ["role-a", "role-b"], '"shop-a"'),
        ('for_each = fileset(path.module, "jobs/*.json")', 'trimsuffix(basename(each.key), ".json")',
         'module.fn["jobs/one.json"].name', ["this-jobs/one.json", "this-jobs/two.json"], ["role-one", "role-two"], '"shop-one"'),
        ("count = 2", '"n${count.index}"', "module.fn[1].name", ["this", "fn[1]-this"], ["role-n0", "role-n1"], '"shop-n1"'),
        ("count = 1", '"n"', "module.fn[0].name", ["this"], ["role-n"], '"shop-n"'),
        ("", '"n"', "module.fn.name", ["this"], ["role-n"], '"shop-n"'),
    ],
)  # fmt: skip
def test_each_instance_of_a_module(project, repeat, name, reference, names, roles, referred):
    files = {
        "main.tf": INSTANCES % (repeat, name, reference), "fn/main.tf": CALLED, "src/app.py": HANDLER,
        "jobs/one.json": "{}", "jobs/two.json": "{}", "jobs/x.txt": "",
    }  # fmt: skip
    *called, last = sorted(project(files).units, key=lambda unit: unit.name == "last")
    assert [unit.name for unit in called] == names
    assert [str(unit.configuration.function_name) for unit in called] == [f'"shop-{role[5:]}"' for role in roles]
    assert len({unit.role.name for unit in called}) == len(names)
    assert [str(one) for one in last.environment["A"]] == [referred]


@pytest.mark.parametrize("pattern", ["../*.json", "/etc/*", "**"])
def test_files_outside_the_project_are_not_listed(project, pattern):
    text = INSTANCES % (f'for_each = fileset("..", "{pattern}")', "each.key", '"x"')
    found = project({"in/main.tf": text, "in/fn/main.tf": CALLED, "in/src/app.py": HANDLER, "secret.json": ""}, "in")
    assert "secret" not in str([unit.name for unit in found.units])


def test_the_roots_of_several_environments(project):
    call = (
        'module "app" {{\n  source = "../../modules/app"\n  name = "{0}"\n  code = "${{path.module}}/../../src"\n}}\n'
    )
    files = {f"env/{name}/main.tf": call.format(name) for name in ("dev", "prod")}
    files |= {"modules/app/main.tf": CALLED, "src/app.py": HANDLER}
    files |= {"venv2/pyvenv.cfg": "", "venv2/x/main.tf": 'resource "aws_lambda_function" "x" {}\n'}
    found = project(files)
    assert [unit.name for unit in found.units] == ["this", "prod-this"]
    assert [str(unit.configuration.function_name) for unit in found.units] == ['"shop-dev"', '"shop-prod"']
    assert [unit.entry for unit in found.units] == [HandlerEntry("app", "handler")] * 2


LAYER = """
resource "aws_lambda_layer_version" "l" {
  layer_name = "l"
  filename   = data.archive_file.l.output_path
}
data "archive_file" "l" {
  type        = "zip"
  source_dir  = "layers/l"
  output_path = "l.zip"
}
module "made" {
  source       = "terraform-aws-modules/lambda/aws"
  create_layer = true
  layer_name   = "made"
  source_path  = "layers/made"
}
"""
LAYERS = {"layers/l/python/lib_l.py": "", "layers/made/python/lib_made.py": ""}


@pytest.mark.parametrize(
    ("layers", "folders"),
    [
        ("aws_lambda_layer_version.l.arn", ["layers/l/python"]),
        ("module.made.lambda_layer_arn", ["layers/made/python"]),
        (
            'module.made.lambda_layer_arn, "arn:aws:lambda:eu-west-1:123456789012:layer:x:1", aws_lambda_layer_version.l.arn',
            ["layers/made/python", "layers/l/python"],
        ),
    ],
)
def test_layers_are_on_the_search_path(terraform, layers, folders):
    found = terraform(rest=LAYER, inner=f"layers = [{layers}]", files=LAYERS)
    (unit,) = found.units  # a module that makes a layer makes no function
    assert [one.relative_to(found.root).as_posix() for one in unit.search_path] == ["src", *folders]


def planned(address, values, mode="managed"):
    kind = address.split(".")[-2] if mode == "data" else address.split(".")[0]
    return {"address": address, "mode": mode, "type": kind, "name": address.rsplit(".", 1)[-1], "values": values}


@pytest.mark.parametrize("arn", ["arn:aws:lambda:eu-west-1:123456789012:layer:l:1", None])
def test_archives_and_layers_of_a_plan(project, arn):
    known = {"layers": [arn]} if arn is not None else {}
    layer = {"layer_name": "l", "filename": "l.zip", **({"arn": arn} if arn is not None else {})}
    resources = [
        planned("aws_iam_role.r", {"name": "r", "assume_role_policy": "{}"}),
        planned("aws_lambda_layer_version.l", layer),
        planned(
            "aws_lambda_function.f",
            {"function_name": "f", "handler": "app.handler", "runtime": "python3.12", "filename": "f.zip", **known},
        ),
    ]
    archives = [
        planned("data.archive_file.f", {"type": "zip", "source_dir": "./code/f", "output_path": "f.zip"}, "data"),
        planned("data.archive_file.l", {"type": "zip", "source_dir": "layer", "output_path": "./l.zip"}, "data"),
    ]
    references = ["aws_lambda_layer_version.l.arn", "aws_lambda_layer_version.l"]
    declared = {"address": "aws_lambda_function.f", "expressions": {"layers": {"references": references}}}
    data = {
        "format_version": "1.2",
        "terraform_version": "1.13.0",
        "planned_values": {"root_module": {"resources": resources}},
        "prior_state": {"values": {"root_module": {"resources": archives}}},
        "resource_changes": [
            {"address": "aws_lambda_function.f", "change": {"after_unknown": {"layers": [True]} if arn is None else {}}}
        ],
        "configuration": {"root_module": {"resources": [declared]}},
    }
    code = {"code/f/app.py": HANDLER, "layer/python/lib.py": "", "old/app.py": HANDLER}
    found = project({"plan.json": json.dumps(data), **code}, "plan.json")
    (unit,) = found.units
    assert unit.entry == HandlerEntry("app", "handler")
    assert unit.problems == ()
    assert [one.relative_to(found.root).as_posix() for one in unit.search_path] == ["code/f", "layer/python"]


OWN_POLICY = """
resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}
"""
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


@pytest.mark.parametrize(
    "each",
    [
        f'for_each = toset([aws_iam_policy.p.arn, "{BASIC}"])\n  policy_arn = each.value',
        f'for_each = {{ own = aws_iam_policy.p.arn, basic = "{BASIC}" }}\n  policy_arn = each.value',
        f'count = 2\n  policy_arn = [aws_iam_policy.p.arn, "{BASIC}"][count.index]',
        f'count = length(local.all)\n  policy_arn = element(local.all, count.index)\n}}\nlocals {{\n  all = [aws_iam_policy.p.arn, "{BASIC}"]',
    ],
)
def test_several_attachments_of_one_block(terraform, each):
    rest = f'{OWN_POLICY}resource "aws_iam_role_policy_attachment" "a" {{\n  role = aws_iam_role.r.name\n  {each}\n}}\n'
    (unit,) = terraform(rest=rest).units
    assert unit.role.managed == (BASIC,)
    assert [one.document["Statement"][0]["Action"] for one in unit.role.documents] == ["s3:*"]
