"""Serverless services: variables, functions, roles, and their broken siblings."""

# ruff: noqa: E501  # a service's entry is easier to read on one line

import re

import pytest
from described import own_environment, texts

from iamgen.core.errors import InputError
from iamgen.project.model import HandlerEntry

HANDLER = "def handler(event, context):\n    pass\n"
HEAD = "service: shop\nprovider:\n  name: aws\n  runtime: python3.12\n"


@pytest.fixture
def service(project):
    def make(provider="", functions="  f: {handler: app.handler}\n", rest="", files=None, **options):
        text = f"{HEAD}{provider}functions:\n{functions}{rest}"
        return project({"serverless.yml": text, "app.py": HANDLER, **(files or {})}, **options)

    return make


@pytest.fixture
def variable(service):
    """What a variable comes to in the environment, with the service's problems."""

    def make(written, rest="", files=None, **options):
        found = service(f"  environment:\n    V: {written}\n", rest=rest, files=files, **options)
        return own_environment(found.units[0]).get("V"), [one.kind for one in found.problems]

    return make


VARIABLES = [
    ("${self:service}", ['"shop"']),
    ("${self:custom.a}", ['"x"']),
    ("${self:custom.deep.b.1}", ['"two"']),
    ("${self:custom.nested}", ['"x-two"']),
    ("pre-${self:custom.a}-post", ['"pre-x-post"']),
    ("${self:custom.none, 'lit'}", ['"lit"']),
    ('${self:custom.none, "lit"}', ['"lit"']),
    ("${self:custom.none, self:custom.a}", ['"x"']),
    ("${self:custom.none, ${self:custom.a}}", ['"x"']),
    ("${self:custom.none, 5}", ['"5"']),
    ("${opt:stage}", ["symbol(stage)"]),
    ("${sls:stage}", ["symbol(stage)"]),
    ("${self:provider.stage}", ["symbol(stage)"]),
    ("${opt:stage, self:provider.stage}", ["symbol(stage)"]),
    ("t-${opt:stage, 'dev'}", ['"t-"+symbol(stage)']),
    ("${opt:region}", ["symbol(AWS::Region)"]),
    ("${aws:region}", ["symbol(AWS::Region)"]),
    ("${aws:accountId}", ["symbol(AWS::AccountId)"]),
    ("${self:provider.region}", ["symbol(AWS::Region)"]),
    ("${env:NAME}", ["symbol(env.NAME)"]),
    ("${env:NAME, 'd'}", ["symbol(env.NAME)"]),
    ("${opt:other, 'd'}", ["symbol(opt.other)"]),
    ("${param:p}", ["symbol(param.p)"]),
    ("${ssm:/a/b}", ["symbol(ssm./a/b)"]),
    ("${cf:stack-${sls:stage}.Out}", ["symbol(cf.stack-stage.Out)"]),
    ("${self:custom.by.${sls:stage}}", ['"d"', '"p"']),
    ("${self:custom.by.${sls:stage}, 'x'}", ['"d"', '"p"']),
    ("${file(vars.yml):a.b}", ['"from-file"']),
    ("${file(./vars.${sls:stage}.yml):a}", ['"dev"', '"prod"']),
    ("${file(vars.js):a}", ["symbol(file.vars.js-a)"]),
    ("${file(gone.yml):a, 'fallback'}", ['"fallback"']),
    ("!Sub 'x-${AWS::Region}-${self:custom.a}-${Bucket}'", ['"x-"+symbol(AWS::Region)+"-x-"+symbol(Bucket)']),
    ("!Sub ['${y}-${sls:stage}', {y: !Ref Bucket}]", ['symbol(Bucket)+"-"+symbol(stage)']),
    ("!Join ['-', [a, '${self:custom.a}', !Ref Bucket]]", ['"a-x-"+symbol(Bucket)']),
    ("${AWS::Region}", ['"${AWS::Region}"']),
    ("t-#{AWS::Region}-${self:custom.a}", ['"t-"+symbol(AWS::Region)+"-x"']),
    ("#{AWS::AccountId}", ["symbol(AWS::AccountId)"]),
    ("#{Bucket.Arn}/*", ['"arn:"+symbol(AWS::Partition)+":s3:::"+symbol(Bucket)+"/*"']),
    ("#{not one}", ['"#{not one}"']),
    ("!Sub '#{AWS::Region}-${self:custom.a}'", ['symbol(AWS::Region)+"-x"']),
    ("${strToBool(1)}", ['"true"']),
    ("${strToBool(${self:custom.off})}", ['"false"']),
    ("${strToBool(${env:ON, 'true'})}", ["symbol(env.ON)"]),
    ("${self:custom.kept.all}", ['"x-kept"']),
    ("${file(kept.yml):all}", ['"x-kept"']),
]
CUSTOM = (
    "custom:\n  a: x\n  deep: {b: [one, two]}\n  nested: ${self:custom.a}-${self:custom.deep.b.1}\n"
    "  by: {prod: p, dev: d}\n  off: 'false'\n  kept: ${file(kept.yml)}\nresources: {Resources: {Bucket: {Type: AWS::S3::Bucket}}}\n"
)  # fmt: skip
FILES = {
    "vars.yml": "a: {b: from-file}\n",
    "vars.dev.yml": "a: dev\n",
    "vars.prod.yml": "a: prod\n",
    "vars.js": "",
    "kept.yml": "all: ${self:custom.a}-${self:custom.kept.part}\npart: kept\n",
}


@pytest.mark.parametrize(("written", "expected"), VARIABLES)
def test_variables(variable, written, expected):
    quoted = written if written.startswith("!") else "'" + written.replace("'", "''") + "'"
    assert variable(quoted, CUSTOM, FILES) == (expected, [])


def test_a_given_stage_is_put_in(variable):
    assert variable("t-${sls:stage}", parameters={"stage": "prod"})[0] == ['"t-prod"']


@pytest.mark.parametrize(
    "written",
    ["${self:custom.me}", "${self:custom.gone}", "${file(../../etc/passwd):a}", "${file(loop.yml)}", "${strToBool(x)}"],
)
def test_variables_that_cannot_be_resolved_are_problems(variable, written):
    rest = "custom: {me: '${self:custom.you}', you: '${self:custom.me}'}\n"
    _, problems = variable(f"'{written}'", rest, {"loop.yml": "a: ${file(loop.yml)}\n"})
    outside = {"outside-project"} if ".." in written else set()
    assert set(problems) == {"unresolved-variable"} | outside


def test_files_outside_the_project_are_not_read(project, tmp_path):
    (tmp_path / "secret.yml").write_text("a: hidden\n")
    text = f"{HEAD}  environment: {{V: '${{file(../secret.yml):a}}'}}\nfunctions: {{f: {{handler: app.handler}}}}\n"
    found = project({"in/serverless.yml": text, "in/app.py": HANDLER}, "in")
    assert "hidden" not in str(own_environment(found.units[0])["V"])


def test_functions_may_be_a_list_and_lie_in_files(service):
    functions = "  - f: {handler: app.handler}\n  - ${file(more.yml)}\n"
    found = service(functions=functions, files={"more.yml": "g: {handler: app.handler}\n"})
    assert [unit.name for unit in found.units] == ["f", "g"]


@pytest.mark.parametrize(
    ("function", "files", "entry", "code"),
    [
        ("{handler: src/app.handler}", {"src/app.py": HANDLER}, HandlerEntry("src.app", "handler"), "."),
        ("{handler: app.handler, module: src}", {"src/app.py": HANDLER}, HandlerEntry("app", "handler"), "src"),
        ("{handler: src/app.handler, module: src}", {"src/app.py": HANDLER}, HandlerEntry("src.app", "handler"), "."),
    ],
)
def test_code(service, function, files, entry, code):
    (unit,) = service(functions=f"  f: {function}\n", files=files).units
    assert (unit.entry, unit.source.code) == (entry, code)


def test_environment_of_provider_and_function(service):
    (unit,) = service("  environment: {A: 1, B: 2}\n", "  f: {handler: app.handler, environment: {B: own}}\n").units
    assert own_environment(unit) == {"A": ['"1"'], "B": ['"own"']}


def test_an_environment_of_each_stage(service):
    files = {"env.yml": "dev: {A: x, B: y}\nprod: {A: z}\n"}
    (unit,) = service("  environment: ${file(env.yml):${sls:stage}}\n", files=files).units
    assert own_environment(unit) == {"A": ['"x"', '"z"'], "B": ['"y"']}


def test_an_environment_that_nobody_can_tell(service):
    found = service("  environment: ${cf:other.Environment}\n")
    assert own_environment(found.units[0]) == {}
    assert [one.kind for one in found.problems] == ["unresolved-variable"]


class TestRole:
    def actions(self, unit):
        return [one["Action"] for document in unit.role.documents for one in document.document["Statement"]]

    @pytest.mark.parametrize(
        "provider",
        [
            "  iamRoleStatements: [{Effect: Allow, Action: 's3:*', Resource: '*'}]\n",
            "  iam: {role: {statements: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}}\n",
            "  iam: {role: {statements: '${file(iam.yml)}'}}\n",
            "  iam: {role: {statements: ['${file(iam.yml)}']}}\n",
        ],
    )
    def test_statements(self, service, provider):
        (unit,) = service(provider, files={"iam.yml": "- {Effect: Allow, Action: 's3:*', Resource: '*'}\n"}).units
        assert unit.role.name == "IamRoleLambdaExecution"
        assert self.actions(unit) == [
            ["logs:CreateLogStream", "logs:CreateLogGroup", "logs:TagResource"], ["logs:PutLogEvents"], "s3:*",
        ]  # fmt: skip

    def test_logs_of_the_service_and_of_functions_with_their_own_name(self, service):
        found = service(functions="  f: {handler: app.handler}\n  g: {handler: app.handler, name: other}\n").units[0]
        start = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/"
        assert found.role.documents[0].document["Statement"][0]["Resource"] == [
            f"{start}shop-${{stage}}*:*",
            f"{start}other:*",
        ]

    def test_the_plugin_for_roles_per_function(self, service):
        function = "{handler: app.handler, iamRoleStatements: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}"
        own = "  iamRoleStatements: [{Effect: Allow, Action: 'sqs:*', Resource: '*'}]\n"
        f, g = service(own, f"  f: {function}\n  g: {{handler: app.handler}}\n").units
        assert f.role.name == "FIamRoleLambdaExecution"
        assert self.actions(f)[2:] == ["s3:*"]
        assert self.actions(g)[2:] == ["sqs:*"]
        rest = "custom: {serverless-iam-roles-per-function: {defaultInherit: true}}\n"
        assert self.actions(service(own, f"  f: {function}\n", rest).units[0])[2:] == ["sqs:*", "s3:*"]

    @pytest.mark.parametrize(
        ("provider", "function", "name", "external"),
        [
            ("", "{handler: app.handler, role: R}", "R", False),
            ("", "{handler: app.handler, role: !GetAtt R.Arn}", "R", False),
            ("  role: R\n", "{handler: app.handler}", "R", False),
            ("  iam: {role: !GetAtt R.Arn}\n", "{handler: app.handler}", "R", False),
            (
                "  iam: {role: 'arn:aws:iam::123456789012:role/x'}\n",
                "{handler: app.handler}",
                "arn:aws:iam::123456789012:role/x",
                True,
            ),
        ],
    )
    def test_roles_of_their_own(self, service, provider, function, name, external):
        rest = "resources: {Resources: {R: {Type: AWS::IAM::Role, Properties: {Policies: []}}}}\n"
        (unit,) = service(provider, f"  f: {function}\n", rest).units
        assert (unit.role.name, unit.role.external) == (name, external)

    def test_what_events_and_settings_add(self, service):
        function = "{handler: app.handler, events: [{sqs: !GetAtt Q.Arn}, {http: 'GET /'}], onError: !Ref T, vpc: {subnetIds: [a], securityGroupIds: [b]}}"
        rest = "resources: {Resources: {Q: {Type: AWS::SQS::Queue}, T: {Type: AWS::SNS::Topic}}}\n"
        (unit,) = service("  tracing: {lambda: true}\n", f"  f: {function}\n", rest).units
        assert self.actions(unit)[2:] == [
            ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["sns:Publish"],
        ]  # fmt: skip
        assert [one.rpartition("/")[2] for one in unit.role.managed] == ["AWSLambdaVPCAccessExecutionRole"]
        assert [one.kind for one in unit.configuration.event_sources] == ["sqs"]
        assert (unit.configuration.vpc, unit.configuration.tracing) == (True, True)
        assert len(unit.configuration.dead_letter) == 1


def test_names(service):
    (unit,) = service().units
    assert unit.name == "f"
    assert texts([unit.configuration.function_name]) == ['"shop-"+symbol(stage)+"-f"']


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"serverless.yml": "service: [x\nprovider:\n"}, "`serverless.yml:2` is malformed"),
        ({"serverless.yml": "service: x\nprovider: {name: google}\nfunctions: {}\n"}, "deployed to `google`"),
        ({"serverless.yml": f"{HEAD}functions: {{}}\n"}, "declares no function"),
        ({"serverless.yml": f"{HEAD}functions: {{f: {{handler: a.b, runtime: nodejs22.x}}}}\n"}, "no Python function"),
        ({"serverless.ts": "export default {}"}, "`serverless.ts` is a program"),
    ],
)
def test_broken_services(project, files, message):
    with pytest.raises(InputError) as error:
        project(files)
    assert message in error.value.message


@pytest.mark.parametrize(
    "function", ["{}", "{handler: gone.handler}", "{handler: app.gone}", "{handler: 5}", "{handler: '${self:nope}'}"]
)
def test_a_broken_function_leaves_the_others(service, function):
    found = service(functions=f"  bad: {function}\n  good: {{handler: app.handler}}\n")
    bad, good = found.units
    assert bad.entry is None
    assert [one.kind for one in bad.problems] == ["unknown-handler"]
    assert good.entry == HandlerEntry("app", "handler")


def test_functions_of_several_services_keep_their_names_where_they_differ(project):
    one = "service: {}\nprovider: {{name: aws, runtime: python3.12}}\nfunctions: {{{}: {{handler: app.handler}}}}\n"
    files = {
        f"services/{service}/{name}": content
        for service, function in (("a", "f"), ("b", "g"), ("c", "f"))
        for name, content in (("serverless.yml", one.format(service, function)), ("app.py", HANDLER))
    }
    found = project(files)
    assert [unit.name for unit in found.units] == ["f", "g", "c-f"]
    assert len({unit.role.name for unit in found.units}) == 3


def test_a_provider_in_a_file_tells_the_stage(project):
    files = {
        "serverless.yml": "service: s\nprovider: ${file(provider.yml):provider}\nfunctions: {f: {handler: app.handler}}\n",
        "provider.yml": "provider:\n  name: aws\n  runtime: python3.12\n  stage: ${opt:stage, 'qa'}\n"
        "  environment: {V: '${self:custom.by.${self:provider.stage}}'}\n",
        "app.py": HANDLER,
    }
    files["serverless.yml"] += "custom: {by: {dev: d, qa: q}}\n"
    found = project(files)
    assert own_environment(found.units[0])["V"] == ['"q"', '"d"']


@pytest.mark.parametrize("name", ["serverless.ts", "serverless.js"])
def test_a_program_beside_handlers_is_told_of(project, name):
    found = project({name: "module.exports = {}", "src/app.py": HANDLER})
    assert [unit.name for unit in found.units] == ["src.app:handler"]
    assert [(one.kind, str(one.location)) for one in found.problems] == [("not-synthesized", f"{name}:1")]
    template = "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Handler: app.handler, Runtime: python3.12, Code: src}}}\n"
    assert project({"template.yaml": template}).format == "cloudformation"


COMPOSITION = (
    "services:\n  a: {path: api}\n  b: {path: jobs/nightly, params: {x: '${a.y}'}}\n  c: {path: ../out}\n  d: 1\n"
)


@pytest.mark.parametrize(
    ("composition", "names"), [(COMPOSITION, ["f", "g"]), ("services: [", ["f"]), ("services: 1", ["f"])]
)
def test_a_composition_names_its_services(project, composition, names):
    one = "service: s\nprovider: {{name: aws, runtime: python3.12}}\nfunctions: {{{}: {{handler: app.handler}}}}\n"
    files = {"serverless-compose.yml": composition}
    for folder, function in (("api", "f"), ("jobs/nightly", "g"), ("jobs/old", "h")):
        files |= {f"{folder}/serverless.yml": one.format(function), f"{folder}/app.py": HANDLER}
    assert [unit.name for unit in project(files).units] == names


@pytest.mark.parametrize(
    ("syntax", "start", "end"),
    [
        (r"\\${{([ ~:a-zA-Z0-9._@\\'\",\\-\\/\\(\\)]+?)}}", "${{", "}}"),
        (r"\\$\\{\\{([\\s\\S]+?)\\}\\}", "${{", "}}"),
        (r"%{([\\s\\S]+?)}", "%{", "}"),
        (r"<<([^>]+)>>", "<<", ">>"),
        (r"\\${((?!AWS)[ ~:a-zA-Z0-9._@'\",\\-\\/\\(\\)]+?)}", "${", "}"),
        ("nonsense", "${", "}"),
    ],
)
def test_a_service_with_delimiters_of_its_own(service, syntax, start, end):
    def of(inner):
        return f"'{start}{inner}{end}'".replace("'s'", "''s''")

    provider = (
        f'  variableSyntax: "{syntax}"\n  environment:\n    A: {of("self:custom.a")}\n    B: {of("file(more.yml):b")}\n'
        f'    C: !Sub "${{AWS::Region}}-{start}self:custom.a{end}"\n    D: \'{{"x": {{"y": 1}}}}\'\n'
        f"    E: {of(f'self:custom.{start}opt:stage{end}')}\n"
    )
    files = {"more.yml": f"b: b-{start}self:custom.a{end}\n"}
    found = service(provider, rest="custom: {a: x, dev: d}\n", files=files)
    assert own_environment(found.units[0]) == {
        "A": ['"x"'], "B": ['"b-x"'], "C": ['symbol(AWS::Region)+"-x"'], "D": ['"{"x": {"y": 1}}"'], "E": ['"d"', '"x"'],
    }  # fmt: skip


def test_a_service_that_is_deployed_from_the_top(project):
    text = (
        "service: s\nprovider: {name: aws, runtime: '${file(common.yml):runtime}', environment: {V: '${file(common.yml):v}'}}\n"
        "functions: {f: {handler: services/api/app.handler}}\n"
    )
    files = {
        "services/api/serverless.yml": text,
        "services/api/app.py": HANDLER,
        "common.yml": "runtime: python3.12\nv: x\n",
    }
    (unit,) = project(files).units
    assert unit.entry == HandlerEntry("services.api.app", "handler")
    assert own_environment(unit)["V"] == ['"x"']


def test_a_layer_of_another_service(project):
    files = {
        "layers/serverless.yml": "service: layers\nprovider: {name: aws, runtime: python3.12}\nlayers: {lib: {path: lib}}\n",
        "layers/lib/python/shared.py": "",
        "api/serverless.yml": "service: api\nprovider: {name: aws, runtime: python3.12}\nfunctions: {f: {handler: app.handler, layers: ['${cf:layers-${sls:stage}.LibLambdaLayerQualifiedArn}', '${cf:x.GoneLambdaLayerQualifiedArn}']}}\n",
        "api/app.py": HANDLER,
    }
    (unit,) = project(files).units
    assert [one.parent.name for one in unit.search_path[1:]] == ["lib"]


TABLES = "custom:\n  tables: {dev: {users: users-dev}, prod: {users: users-prod}}\n  users: ${self:custom.tables.${opt:stage, 'dev'}.users}\n"
USERS = "resources:\n  Resources:\n    Users: {Type: AWS::DynamoDB::Table, Properties: {TableName: '${self:custom.users}'}}\n"


def test_a_name_by_stage_is_the_table_that_it_names(variable):
    assert variable("${self:custom.users}", TABLES + USERS) == (["symbol(Users)"], [])
    assert variable("${self:custom.users}", TABLES) == (['"users-dev"', '"users-prod"'], [])


@pytest.mark.parametrize(("stage", "found"), [("dev", "users-dev"), ("prod", "users-prod")])
def test_a_stage_that_is_given_decides(variable, stage, found):
    files = {f"{stage}.yml": f"value: of-{stage}\n", "other.yml": "value: x\n"}
    given = {"stage": stage}
    assert variable("${self:custom.users}", TABLES + USERS, parameters=given) == ([f'"{found}"'], [])
    assert variable("${file(${opt:stage}.yml):value}", files=files, parameters=given) == ([f'"of-{stage}"'], [])


EXTENDED = """resources:
  extensions:
    IamRoleLambdaExecution:
      Properties: {Policies: [{PolicyName: more, PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}]}
    FLambdaFunction:
      Properties: {Environment: {Variables: {V: x}}}
    Unknown: {Properties: {A: b}}
"""


def actions(unit):
    return [statement["Action"] for one in unit.role.documents for statement in one.document["Statement"]]


def test_extensions_replace_properties(service):
    (unit,) = service(rest=EXTENDED).units
    assert actions(unit) == ["s3:*"]
    assert own_environment(unit) == {"V": ['"x"']}


OVERRIDDEN = """resources:
  Resources:
    IamRoleLambdaExecution:
      Properties: {Policies: [{PolicyDocument: {Statement: [{Action: "logs:*"}]}}, {PolicyName: more, PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}}]}
    FLambdaFunction:
      Properties: {Environment: {Variables: {W: y}}}
"""


def test_resources_are_merged_at_any_depth(service):
    (unit,) = service("  environment: {V: x}\n", rest=OVERRIDDEN).units
    assert actions(unit) == ["logs:*", ["logs:PutLogEvents"], "s3:*"]
    assert own_environment(unit) == {"V": ['"x"'], "W": ['"y"']}


NEW = "[{Effect: Allow, Action: s3:GetObject, Resource: '*'}]"
OLD = "[{Effect: Allow, Action: s3:PutObject, Resource: '*'}]"


@pytest.mark.parametrize(
    ("provider", "expected", "managed"),
    [
        (
            f"  iam: {{role: {{statements: {NEW}, managedPolicies: [arn:new]}}}}\n  iamRoleStatements: {OLD}\n  iamManagedPolicies: [arn:old]\n",
            ["s3:GetObject"],
            ("arn:new",),
        ),
        (
            f"  iam: {{role: {{name: x}}}}\n  iamRoleStatements: {OLD}\n  iamManagedPolicies: [arn:old]\n",
            ["s3:PutObject"],
            ("arn:old",),
        ),
    ],
)
def test_newer_keys_of_the_role_go_before_older_ones(service, provider, expected, managed):
    (unit,) = service(provider).units
    assert [one for one in actions(unit) if isinstance(one, str)] == expected
    assert unit.role.managed == managed


@pytest.mark.parametrize(
    ("provider", "function", "group"),
    [
        ("", "logs: {logGroup: /own}", '"/own"'),
        ("  logs: {lambda: {logGroup: /all}}\n", "timeout: 3", '"/all"'),
        ("  logs: {lambda: {logGroup: /all}}\n", "logs: {logGroup: /own}", '"/own"'),
        ("", "timeout: 3", "None"),
    ],
)
def test_a_log_group_of_its_own(service, provider, function, group):
    (unit,) = service(provider, f"  f: {{handler: app.handler, {function}}}\n").units
    assert str(unit.configuration.log_group) == group


def test_a_function_without_logs_is_granted_none(service):
    (unit,) = service(functions="  f: {handler: app.handler, disableLogs: true}\n").units
    assert actions(unit) == []


@pytest.mark.parametrize(("opened", "syntax"), [("${", ""), ("<<", "variableSyntax: '<<([\\s\\S]+?)>>'")])
def test_a_variable_without_a_value_is_told_where_it_is_written(project, opened, syntax):
    closed = {"${": "}", "<<": ">>"}[opened]
    texts = {
        "serverless.yml": """# ${self:custom.gone} is no variable here
service: x
custom: ${file(custom.yml)}
provider:
  name: aws
  runtime: python3.12
  SYNTAX
functions:
  f:
    handler: app.handler
    environment:
      LONGER: ${self:custom.gone.more}
      FIRST: "a-${self:custom.gone}"
      SECOND: ${self:custom.gone}
      KEPT: ${self:custom.kept}
""",
        "custom.yml": "other: 1\nkept:\n  - b\n  - ${file(gone.yml):kept}\n",
    }
    written = {
        name: re.sub(r"\$\{([^}]*)\}", rf"{opened}\1{closed}", text).replace("SYNTAX", syntax)
        for name, text in texts.items()
    }
    found = project({**written, "app.py": "def handler(event, context): ...\n"})
    assert [f"{one.location}: {one.message}" for one in found.problems] == [
        "serverless.yml:12: `${self:custom.gone.more}` cannot be resolved",
        "serverless.yml:13: `${self:custom.gone}` cannot be resolved",
        "custom.yml:4: `${file(gone.yml):kept}` cannot be resolved",
    ]
