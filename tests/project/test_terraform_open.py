"""Terraform: directives in texts, and what is known only after apply."""

# ruff: noqa: E501  # a resource is easier to read on one line

import json
import time

import pytest
from described import own_environment, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from test_terraform import DECLARED, FUNCTION, HANDLER, terraform, value

from iamgen.core.errors import InputError
from iamgen.deployed.declared import read_declared
from iamgen.deployed.managed import ManagedPolicies
from iamgen.project.formats.terraform.hcl import parse_expression, parse_template
from iamgen.project.formats.terraform.syntax import Choice, Name, Repeat, Template
from iamgen.project.model import HandlerEntry
from iamgen.project.templates.nodes import Malformed

V = Name("v")

__all__ = ["terraform", "value"]


def unread(unit):
    return read_declared(unit.role, ManagedPolicies()).unread


# Directives


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a%{ if v }b%{ endif }c", ("a", Choice(V, Template(("b",)), Template(())), "c")),
        ("%{if v}b%{else}${v}%{endif}", (Choice(V, Template(("b",)), Template((V,))),)),
        ("%{ for x in v }${x},%{ endfor }", (Repeat(("x",), V, Template((Name("x"), ","))),)),
        ("%{ for k, x in v }%{ if x }k%{ endif }%{ endfor }", (Repeat(("k", "x"), V, Template((Choice(Name("x"), Template(("k",)), Template(())),))),)),
        ("a \n%{~ if v ~}\n  b\n%{~ endif ~}\n c", ("a", Choice(V, Template(("b",)), Template(())), "c")),
        ("a ${~ v ~} b", ("a", V, "b")), ("%%{ if v }", ("%{ if v }",)),
        ("%{ if v ~} %{ else ~} b %{ endif }", (Choice(V, Template(()), Template(("b ",))),)),
        ("%{ if \nv }\n%{ endif }", (Choice(V, Template(("\n",)), Template(())),)),
    ],
)  # fmt: skip
def test_directives_are_read(text, expected):
    assert parse_template(text, "t") == Template(expected)


def test_directives_of_quoted_texts():
    assert parse_expression('"%{ if v }a%{ else }b%{ endif }"', "t") == Template(
        (Choice(V, Template(("a",)), Template(("b",))),)
    )
    assert parse_expression('"%{ if v == "x" }a%{ endif }"', "t").parts[0].yes == Template(("a",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("%{ if v }a", "`%{ endif }` is expected"), ("%{ for x in v }", "`%{ endfor }` is expected"), ("%{ endif }", "`%{ endif }` is no directive"),
        ("%{ else }", "no directive"), ("%{ for in v }%{ endfor }", "`in` is expected"), ("%{ for }", "a name is expected"), ("%{", "no directive"),
        ("%{ if v", "`}` is expected"), ("%{ if }a%{ endif }", "an expression is expected"), ("%{ while v }", "`%{ while }` is no directive"),
        ("%{ if v }%{ endfor }", "`%{ endfor }` is no directive"), ("%{ if v }" * 3000, "nested deeper"), ("%{ if v }a%{ else }b%{ else }c%{ endif }", "`%{ else }` is no directive"),
    ],
)  # fmt: skip
def test_malformed_directives(text, said):
    with pytest.raises(Malformed) as error:
        parse_template(text, "t")
    assert said in error.value.message


@settings(deadline=None)  # the machine may be busy
@given(
    st.lists(
        st.sampled_from(
            [
                "%{ if v }",
                "%{ else }",
                "%{~ endif ~}",
                "%{ for x in v }",
                "%{ endfor }",
                "${x}",
                "~}",
                "a",
                "\n",
                '"',
                "%{",
                "}",
            ]
        )
    )
)
def test_any_directives_are_a_template_or_malformed(pieces):
    try:
        found = parse_template("".join(pieces), "t")
    except Malformed:
        return
    assert isinstance(found, Template)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"%{ if true }a%{ else }b%{ endif }"', ['"a"']), ('"%{ if false }a%{ endif }"', ['""']), ('"x%{ if var.open == "y" }a%{ endif }"', ['"xa"', '"x"']),
        ('"%{ if var.open == "y" }a%{ else }${var.stage}%{ endif }-z"', ['"a-z"', 'symbol(var.stage)+"-z"']),
        ('"%{ for n in var.names }${n};%{ endfor }"', ['"a;b;"']), ('"%{ for k, t in var.tables }${k}=${t.name} %{ endfor }"', ['"x=tx y=ty "']),
        ('"%{ for i, n in var.names }${i}%{ endfor }"', ['"01"']), ('"%{ for n in [] }x%{ endfor }"', ['""']),
        ('"a-%{ for n in var.open }${n}%{ endfor }"', ['"a-"+?']), ("<<E\n%{ for n in var.names ~}\n${n}\n%{ endfor ~}\nE", ['"a\nb\n"']),
        ('templatefile("t.tpl", { names = var.names, on = var.stage == "prod" })', ['"a b on"', '"a b "']),
        ('templatefile("t.tpl", var.open)', ["?"]),
    ],
)  # fmt: skip
def test_what_directives_come_to(value, expression, expected):
    files = {"t.tpl": "%{ for n in names }${n} %{ endfor }%{ if on }on%{ endif }"}
    assert value(expression, DECLARED, files) == expected


def test_a_policy_with_directives(terraform):
    rest = """
variable "buckets" { default = ["a", "b"] }
variable "wide" {}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = <<E
{"Statement": [
%{ for b in var.buckets ~}
  {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${b}/*"},
%{ endfor ~}
  {"Effect": "Allow", "Action": "%{ if var.wide == "yes" }sqs:*%{ else }sqs:SendMessage%{ endif }", "Resource": "*"}
]}
E
}
"""
    (unit,) = terraform(rest).units
    assert [[(one["Action"], one["Resource"]) for one in document.document["Statement"]] for document in unit.role.documents] == [
        [("s3:GetObject", "arn:aws:s3:::a/*"), ("s3:GetObject", "arn:aws:s3:::b/*"), (action, "*")] for action in ("sqs:*", "sqs:SendMessage")
    ]  # fmt: skip
    assert unread(unit) == ()


def test_a_text_that_grows_without_end_is_bounded(terraform):
    body = "x" * 50_000
    loops = "".join(f"%{{ for a{n} in var.many }}" for n in range(5)) + body + "%{ endfor }" * 5
    rest = f'variable "many" {{ default = [{",".join("1" * 200)}] }}\n'
    started = time.perf_counter()
    found = terraform(rest, f'environment {{\n    variables = {{ V = "{loops}" }}\n  }}')
    (text,) = own_environment(found.units[0])["V"]
    assert set(text) == {"?", "+"}
    assert time.perf_counter() - started < 20
    doubled = (
        'locals {\n  l0 = "xxxxxxxxxx"\n'
        + "".join(f'  l{n + 1} = "${{local.l{n}}}${{local.l{n}}}"\n' for n in range(38))
        + "}\n"
    )
    (unit,) = terraform(doubled, "environment {\n    variables = { V = local.l38 }\n  }").units
    assert len(str(own_environment(unit)["V"])) < 4_000_000


# Policies that nobody can read before a deployment


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("var.policy", "the policy `p` is not known before a deployment: `var.policy` is set by the deployment"),
        ("data.http.x.body", "`data.http.x.body` is set by the deployment"),
        ('file("gone.json")', "the file `gone.json` does not exist"), ('file("../../etc/passwd")', "leads outside the project"),
        ('"{"', "it is no JSON"), ('<<E\n{"Statement": [%{ for s in var.policy }${s},%{ endfor }]}\nE', "for each item of what only the deployment knows"),
        ('templatefile("t.tpl", var.policy)', "the template `t.tpl`, whose variables only the deployment knows"),
        ("data.aws_iam_policy_document.open.json", "a statement of the policy `p` is not known before a deployment"),
        ("data.aws_iam_policy_document.merged.json", "a statement of the policy `p` is not known before a deployment"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("how", ["role_policy", "inline", "attached"])
def test_a_policy_that_is_not_known_is_not_dropped(terraform, how, policy, said):
    ways = {
        "role_policy": f'resource "aws_iam_role_policy" "p" {{\n  name = "p"\n  role = aws_iam_role.r.id\n  policy = {policy}\n}}\n',
        "inline": f'resource "aws_iam_role" "s" {{\n  inline_policy {{\n    name = "p"\n    policy = {policy}\n  }}\n}}\n',
        "attached": f'resource "aws_iam_policy" "p" {{\n  policy = {policy}\n}}\nresource "aws_iam_role_policy_attachment" "a" {{\n  role = aws_iam_role.r.name\n  policy_arn = aws_iam_policy.p.arn\n}}\n',
    }  # fmt: skip
    documents = """
variable "policy" {}
data "aws_iam_policy_document" "open" {
  dynamic "statement" {
    for_each = var.policy
    content {
      actions   = statement.value
      resources = ["*"]
    }
  }
}
data "aws_iam_policy_document" "merged" {
  source_policy_documents = [var.policy]
}
"""
    files = {"t.tpl": '{"Statement": "${x}"}'}
    found = terraform(ways[how] + documents, files=files, inner="" if how != "inline" else "#")
    (unit,) = found.units
    if how == "inline":
        text = (FUNCTION % "").replace("aws_iam_role.r.arn", "aws_iam_role.s.arn")
        (unit,) = terraform(ways[how] + documents, files={**files, "main.tf": text + ways[how] + documents}).units
    assert unit.entry == HandlerEntry("app", "handler")
    (why,) = unread(unit)
    assert said.replace("`p`", "`aws_iam_policy.p.arn`" if how == "attached" else "`p`") in why


def test_the_known_statements_beside_an_open_one_count(terraform):
    rest = """
variable "more" {}
resource "aws_iam_role_policy" "p" {
  name   = "p"
  role   = aws_iam_role.r.id
  policy = data.aws_iam_policy_document.d.json
}
data "aws_iam_policy_document" "d" {
  source_policy_documents = [var.more]
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}
"""
    (unit,) = terraform(rest).units
    assert [one["Action"] for document in unit.role.documents for one in document.document["Statement"]] == [
        ["s3:GetObject"]
    ]
    assert unread(unit) == ("a statement of the policy `p` is not known before a deployment",)


def test_inline_policies_for_each_item_of_something_open(terraform):
    text = (FUNCTION % "").replace(
        'assume_role_policy = "{}"',
        'assume_role_policy = "{}"\n  dynamic "inline_policy" {\n    for_each = var.all\n    content {\n      name = inline_policy.key\n      policy = inline_policy.value\n    }\n  }',
    )
    (unit,) = terraform(files={"main.tf": text + 'variable "all" {}\n'}).units
    assert unread(unit) == ("an inline policy of `aws_iam_role.r` is not known before a deployment",)


def test_a_templates_policy_that_is_a_parameter(project):
    template = """
Transform: AWS::Serverless-2016-10-31
Parameters: {P: {Type: String}}
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {Handler: app.handler, Runtime: python3.12, Role: !GetAtt R.Arn}}
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies: [{PolicyName: a, PolicyDocument: !Ref P}, {PolicyName: b, PolicyDocument: {Statement: [!Ref P]}}, !Ref P]
"""
    (unit,) = project({"template.yaml": template, "app.py": HANDLER}).units
    assert unread(unit) == (
        "the policy `a` is not known before a deployment",
        "a statement of the policy `b` is not known before a deployment",
        "an inline policy of `R` is not known before a deployment",
    )


def test_an_environment_that_is_not_known(terraform):
    found = terraform('variable "env" {}\n', "environment {\n    variables = var.env\n  }")
    assert [one.message for one in found.units[0].problems] == [
        "the variables of the environment are only known to a deployment"
    ]


@pytest.mark.parametrize("name", ["each.key", '"x-${each.key}"'])
def test_two_names_that_nobody_knows_are_not_one_role(terraform, name):
    role = 'resource "aws_iam_role" "%s" {\n  for_each = var.all\n  name = %s\n}\n'
    policy = 'resource "aws_iam_role_policy" "p%s" {\n  for_each = var.all\n  role = aws_iam_role.%s[each.key].name\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:Get%s", Resource = "*" }] })\n}\n'
    rest = 'variable "all" {}\n' + "".join(role % (one, name) + policy % (one, one, one) for one in ("a", "b"))
    text = (FUNCTION % "").replace("aws_iam_role.r.arn", 'aws_iam_role.b["k"].arn')
    (unit,) = terraform(files={"main.tf": text + rest}).units
    assert unit.role.name.startswith("aws_iam_role.b")
    assert [one["Action"] for document in unit.role.documents for one in document.document["Statement"]] == ["s3:Getb"]


# Plans


def plan(*changes, modules=None, resources=(), declared=(), **more):
    """A plan: (address, type, known values, after_unknown, expressions)."""
    known = [
        {"address": a, "type": t, "mode": "managed", "name": a.rpartition(".")[2], "values": v}
        for a, t, v, _, _ in changes
    ]
    return {
        "terraform_version": "1.13.0",
        "planned_values": {"root_module": {"resources": [one for one in known if not one["address"].startswith("module.")],
                                           "child_modules": [{"resources": [one for one in known if one["address"].startswith("module.")]}]}},
        "resource_changes": [{"address": a, "change": {"after_unknown": u}} for a, _, _, u, _ in changes],
        "configuration": {"root_module": {"resources": [{"address": a, "expressions": e} for a, _, _, _, e in changes if not a.startswith("module.")], **more}},
    }  # fmt: skip


def refers(*references):
    return {"references": list(references)}


ROLE = ("aws_iam_role.r", "aws_iam_role", {"assume_role_policy": "{}"}, {"arn": True, "id": True, "name": True}, {})
LAMBDA = {"function_name": "f", "handler": "app.handler", "runtime": "python3.12", "filename": "gone.zip"}
POLICY = json.dumps(
    {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:username}"}]}
)


def test_a_first_plan(project):
    data = plan(
        ROLE,
        ("aws_sqs_queue.q", "aws_sqs_queue", {"name": "q"}, {"arn": True, "url": True, "id": True}, {}),
        ("aws_lambda_function.f", "aws_lambda_function", {**LAMBDA, "environment": [{"variables": {"KNOWN": "x"}}]},
         {"role": True, "arn": True, "environment": [{"variables": {"QUEUE": True}}], "tags_all": {}},
         {"role": refers("aws_iam_role.r.arn", "aws_iam_role.r"), "environment": [{"variables": refers("aws_sqs_queue.q.url", "aws_sqs_queue.q")}]}),
        ("aws_iam_role_policy.p", "aws_iam_role_policy", {"name": "p", "policy": POLICY}, {"role": True, "id": True}, {"role": refers("aws_iam_role.r.id", "aws_iam_role.r")}),
        ("aws_iam_role_policy.o", "aws_iam_role_policy", {"name": "o"}, {"role": True, "policy": True},
         {"role": refers("aws_iam_role.r.id", "aws_iam_role.r"), "policy": refers("aws_sqs_queue.q.arn", "aws_sqs_queue.q")}),
        ("aws_lambda_event_source_mapping.m", "aws_lambda_event_source_mapping", {}, {"event_source_arn": True, "function_name": True},
         {"event_source_arn": refers("aws_sqs_queue.q.arn", "aws_sqs_queue.q"), "function_name": refers("aws_lambda_function.f.arn", "aws_lambda_function.f")}),
    )  # fmt: skip
    (unit,) = project({"plan.json": json.dumps(data), "app.py": HANDLER}, "plan.json").units
    assert unit.role.name == "aws_iam_role.r"
    assert own_environment(unit) == {"KNOWN": ['"x"'], "QUEUE": ["?"]}
    assert unit.environment["QUEUE"][0].holes[0].reason == "known only after apply, of `aws_sqs_queue.q.url`"
    assert [one.document["Statement"][0]["Resource"] for one in unit.role.documents] == [
        "arn:aws:s3:::b/${aws:username}"
    ]
    assert unread(unit) == (
        "the policy `o` is not known before a deployment: known only after apply, of `aws_sqs_queue.q.arn`",
    )
    (source,) = unit.configuration.event_sources
    assert texts(source.arn) == [
        '"arn:"+symbol(AWS::Partition)+":sqs:"+symbol(AWS::Region)+":"+symbol(AWS::AccountId)+":q"'
    ]


def test_roles_through_modules(project):
    function = ("module.api.aws_lambda_function.f[0]", "aws_lambda_function", LAMBDA, {"role": True}, {})
    role = ("module.iam.aws_iam_role.r", *ROLE[1:])
    calls = {
        "iam": {"module": {"outputs": {"arn": {"expression": refers("aws_iam_role.r.arn", "aws_iam_role.r")}}, "resources": [{"address": "aws_iam_role.r"}]}},
        "api": {"expressions": {"role_arn": refers("module.iam.arn", "module.iam")},
                "module": {"resources": [{"address": "aws_lambda_function.f", "expressions": {"role": refers("var.role_arn")}}]}},
    }  # fmt: skip
    data = plan(function, role, module_calls=calls)
    (unit,) = project({"plan.json": json.dumps(data), "app.py": HANDLER}, "plan.json").units
    assert (unit.role.name, unit.role.external) == ("module.iam.aws_iam_role.r", False)


@pytest.mark.parametrize(
    "references",
    [
        [],
        ["aws_iam_role.gone.arn"],
        ["aws_iam_role.r.arn", "aws_iam_role.s.arn"],
        ["var.x"],
        ["module.m.out"],
        ["each.value"],
        ["data.aws_iam_role.d.arn"],
        [1],
        ["module.m.m"],
    ],
)
def test_a_role_that_no_reference_tells(project, references):
    function = (
        "aws_lambda_function.f",
        "aws_lambda_function",
        LAMBDA,
        {"role": True},
        {"role": {"references": references}},
    )
    loop = {
        "m": {"module": {"outputs": {"m": {"expression": refers("var.m")}}}, "expressions": {"m": refers("module.m.m")}}
    }
    data = plan(function, ROLE, ("aws_iam_role.s", *ROLE[1:]), module_calls=loop)
    (unit,) = project({"plan.json": json.dumps(data), "app.py": HANDLER}, "plan.json").units
    assert unit.role.external
    assert unread(unit)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["x", "aws_iam_role.r.arn", "module.m.x", "${", "%{ if"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["role", "references", "environment", "variables", "address", "change", "after_unknown"]), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@settings(deadline=None)  # the machine may be busy
@given(changes=JUNK, configuration=JUNK, after=JUNK, expressions=JUNK)
def test_junk_in_a_plan(changes, configuration, after, expressions, tmp_path_factory):
    from iamgen.project import load

    folder = tmp_path_factory.mktemp("plan")
    (folder / "app.py").write_text(HANDLER)
    data = plan(("aws_lambda_function.f", "aws_lambda_function", LAMBDA, after, expressions), ROLE)
    for key, junk in (("resource_changes", changes), ("configuration", configuration), ("", None)):
        file = folder / f"plan{key}.json"
        file.write_text(json.dumps({**data, key: junk} if key else data))
        try:
            (unit,) = load(file).units
        except InputError:
            continue
        assert unit.name == "f"
        assert not any(one.kind == "internal-error" for one in unit.problems)


# Archives of single files


PACKED = """data "archive_file" "f" {
  type        = "zip"
  output_path = "f.zip"
  %s
}
"""
ONE_BY_ONE = """
  source {
    content  = file("${path.module}/code/helper.py")
    filename = "helper.py"
  }
  source {
    content  = templatefile("code/main.tpl", { table = aws_dynamodb_table.t.name })
    filename = "app.py"
  }
  source {
    content  = "{}"
    filename = "settings.json"
  }
"""


@pytest.mark.parametrize(
    ("packed", "files"),
    [
        (ONE_BY_ONE, ["app.py", "helper.py"]),
        ('source_content = file("code/helper.py")\n  source_content_filename = "./app.py"', ["app.py"]),
    ],
)
def test_an_archive_of_single_files_holds_them_all(project, packed, files):
    before, _, after = FUNCTION.partition('data "archive_file"')
    text = before % "" + PACKED % packed + after.partition("}\n")[2]
    found = project(
        {
            "main.tf": text + 'resource "aws_dynamodb_table" "t" { name = "orders-${var.stage}" }\n',
            "code/helper.py": HANDLER,
            "code/main.tpl": "import helper\nTABLE = '${table}'\n" + HANDLER,
        }
    )
    (unit,) = found.units
    assert sorted(unit.inline) == files
    assert unit.entry == HandlerEntry("app", "handler")
    if len(files) > 1:
        assert "orders-" in unit.inline["app.py"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<<-E\n    a\n      b\n    E\n", "a\n  b\n"),
        ("<<-E\r\n    a\r\n\r\n    b\r\n    E\r\n", "a\r\n\r\nb\r\n"),
        ("<<E\n    a\nE\n", "    a\n"),
        ('<<-E\n    ${upper("x")}\n      b\n    E\n', "X\n  b\n"),
        ('<<-E\n    a ${upper("x")}\n    b\n  E\n', "a X\nb\n"),
        ("<<-E\n    %{ if true }\n      a\n    %{ endif }\n    b\n  E\n", "\n  a\n\nb\n"),
        ("<<-E\n  E\n", ""),
    ],
)
def test_an_indented_heredoc_stands_at_the_margin(value, written, text):
    (found,) = value("local.h", f"locals {{\n  h = {written}}}\n")
    assert found == f'"{text}"'


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("AWSLambdaBasicExecutionRole", "service-role/AWSLambdaBasicExecutionRole"),
        ("AmazonS3ReadOnlyAccess", "AmazonS3ReadOnlyAccess"),
        ("Own", None),
    ],
)
def test_a_managed_policy_that_is_named_without_its_path(terraform, name, known):
    rest = f"""data "aws_iam_policy" "p" {{ name = "{name}" }}
resource "aws_iam_role_policy_attachment" "a" {{
  role       = aws_iam_role.r.name
  policy_arn = data.aws_iam_policy.p.arn
}}
"""
    (unit,) = terraform(rest=rest).units
    (reference,) = unit.role.managed
    found = ManagedPolicies().find(reference)
    assert (found.name if found is not None else None) == (known.rpartition("/")[2] if known is not None else None)


def test_a_local_value_that_refers_to_itself_is_told_where_it_stands(terraform):
    files = {
        "locals.tf": 'locals {\n  there = local.back\n  back  = "${local.there}-x"\n}\n',
        "more.tf": 'locals {\n  kept = "t"\n\n  own = { name = local.own.name }\n  twice = [local.kept, local.kept]\n}\n',
        "m/main.tf": 'locals {\n  a = local.a\n}\noutput "name" {\n  value = local.a\n}\n',
    }
    inner = "environment {\n variables = {\n A = local.there\n B = local.own.name\n C = local.twice[1]\n D = module.m.name\n }\n }"
    found = terraform('module "m" {\n  source = "./m"\n}\n', inner, files)
    assert own_environment(found.units[0])["C"] == ['"t"']
    assert [f"{one.location}: {one.message}" for one in found.problems] == [
        "locals.tf:2: `local.there` refers to itself",
        "more.tf:4: `local.own` refers to itself",
        "m/main.tf:2: `local.a` refers to itself",
    ]
