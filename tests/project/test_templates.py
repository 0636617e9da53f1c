"""SAM and CloudFormation functions: code, handler, environment, configuration, role."""

# ruff: noqa: E501  # a template's entry is easier to read on one line

import io
import zipfile
from types import MappingProxyType

import pytest
from described import own_environment, texts

from iamgen.core.errors import InputError
from iamgen.project.model import HandlerEntry, Source

HANDLER = "def handler(event, context):\n    pass\n"
PLACE = "${AWS::Region}:${AWS::AccountId}"


def sam(properties, rest="", head=""):
    lines = "\n".join(f"      {line}" for line in properties.strip().splitlines())
    return (
        f"Transform: AWS::Serverless-2016-10-31\n{head}Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n"
        f"    Properties:\n      Runtime: python3.12\n{lines}\n{rest}"
    )  # fmt: skip


BASIC = "CodeUri: src\nHandler: app.handler"
CODE = {"src/app.py": HANDLER}


@pytest.fixture
def unit(project):
    def make(properties=BASIC, rest="", head="", files=CODE, **options):
        return project({"template.yaml": sam(properties, rest, head), **files}, **options).units[0]

    return make


def problems(unit):
    return [(one.kind, one.message) for one in unit.problems]


class TestCode:
    @pytest.mark.parametrize(
        ("uri", "handler", "file", "entry"),
        [
            ("src/", "app.handler", "src/app.py", HandlerEntry("app", "handler")),
            ("./src", "app.handler", "src/app.py", HandlerEntry("app", "handler")),
            (".", "src/app.handler", "src/app.py", HandlerEntry("src.app", "handler")),
            (".", "src.app.handler", "src/app.py", HandlerEntry("src.app", "handler")),
            ("src", "pkg.handler", "src/pkg/__init__.py", HandlerEntry("pkg", "handler")),
            ("src/app.py", "app.handler", "src/app.py", HandlerEntry("app", "handler")),
        ],
    )
    def test_handler(self, unit, uri, handler, file, entry):
        found = unit(f"CodeUri: {uri}\nHandler: {handler}", files={file: HANDLER})
        assert found.entry == entry
        assert found.problems == ()

    def test_without_a_code_path_the_templates_folder(self, unit):
        assert unit("Handler: app.handler", files={"app.py": HANDLER}).entry == HandlerEntry("app", "handler")

    def test_defaults_and_settings_name_the_code(self, unit):
        head = "Parameters:\n  Dir: {Type: String, Default: src}\n"
        found = unit("CodeUri: !Sub './${Dir}'\nHandler: app.handler", head=head)
        assert found.entry == HandlerEntry("app", "handler")

    @pytest.mark.parametrize(
        ("uri", "kind", "message"),
        [
            ("gone", "unreadable-code", "does not exist"),
            ("../..", "outside-project", "leads outside the project"),
            ("../elsewhere", "outside-project", "leads outside the project"),
            ("/etc", "outside-project", "leads outside the project"),
            ("s3://bucket/key.zip", "unreadable-code", "not in the project"),
            ("{Bucket: b, Key: k}", "unreadable-code", "in a bucket"),
            ("!Ref Where", "unreadable-code", "depends on the deployment"),
            ("template.yaml", "unreadable-code", "neither a folder nor an archive"),
        ],
    )
    def test_code_that_cannot_be_read(self, unit, uri, kind, message):
        found = unit(f"CodeUri: {uri}\nHandler: other.handler")
        assert found.entry is None
        assert [one.kind for one in found.problems] == [kind]
        assert message in found.problems[0].message
        assert found.role is not None

    @pytest.mark.parametrize("uri", ["build/fn.zip", ".aws-sam/build/Fn", "{Bucket: b, Key: k}", "!Ref Where", "lib"])
    def test_code_that_a_build_puts_elsewhere(self, unit, uri, tmp_path):
        found = unit(f"CodeUri: {uri}\nHandler: app.handler", files={**CODE, "lib/x.py": ""})
        assert found.entry == HandlerEntry("app", "handler")
        assert found.search_path == (tmp_path / "src",)
        assert [one.kind for one in found.problems] == ["guessed-code"]
        assert found.problems[0].message.endswith("; `src/app.py` is read in its place")

    def test_two_places_are_no_place(self, unit):
        found = unit("CodeUri: build\nHandler: app.handler", files={**CODE, "old/app.py": HANDLER})
        assert found.entry is None

    @pytest.mark.parametrize(
        ("properties", "folder"),
        [
            ("CodeUri: {Bucket: b, Key: !Sub 'functions/packages/GetUser/lambda.zip'}", "GetUser"),
            ("CodeUri: build/list_users.zip", "list-users"),
            ("CodeUri: s3://bucket/code/list_users.zip", "list-users"),
            ("CodeUri: build\nFunctionName: !Sub 'list-users'", "list-users"),
            ("CodeUri: build\nMetadata: x", None),
            ("CodeUri: 'src/functions/x.zip'", None),
        ],
    )
    def test_the_one_in_a_folder_of_the_functions_name(self, unit, properties, folder):
        code = {f"src/functions/{name}/app.py": HANDLER for name in ("GetUser", "list-users", "drop")}
        found = unit(f"{properties}\nHandler: app.handler", files=code)
        assert (found.entry is not None) is (folder is not None)
        assert [one.name for one in found.search_path] == ([folder] if folder is not None else [])

    def test_the_one_in_a_folder_of_the_logical_id(self, project):
        code = {f"src/{name}/index.py": HANDLER for name in ("get_user", "list_users")}
        one = "Type: AWS::Lambda::Function, Properties: {Runtime: python3.12, Handler: index.handler, Role: r, Code: {S3Bucket: b, S3Key: k}}"
        found = project(
            {"template.yaml": f"Resources:\n  GetUserFunction: {{{one}}}\n  ListUsersLambda: {{{one}}}\n", **code}
        )
        assert [unit.search_path[0].name for unit in found.units] == ["get_user", "list_users"]

    def test_links_out_of_the_project_and_in_circles(self, unit, tmp_path_factory, tmp_path):
        outside = tmp_path_factory.mktemp("outside")
        (outside / "app.py").write_text(HANDLER)
        (tmp_path / "link").symlink_to(outside)
        (tmp_path / "loop").symlink_to("loop")
        assert [one.kind for one in unit("CodeUri: link\nHandler: app.handler").problems] == ["outside-project"]
        found = unit("CodeUri: loop\nHandler: app.handler")
        assert problems(found) == [("unreadable-code", "the code path `loop` is a loop of symbolic links")]

    @pytest.mark.parametrize("handler", ["app.nope", "nope.handler", "handler", "a..b", "''", "app.1x"])
    def test_handlers_that_are_not_there(self, unit, handler):
        found = unit(f"CodeUri: src\nHandler: {handler}")
        assert found.entry is None
        assert [one.kind for one in found.problems] == ["unknown-handler"]

    def test_layers(self, unit, tmp_path):
        rest = (
            "  Built: {Type: AWS::Serverless::LayerVersion, Metadata: {BuildMethod: python3.12}, Properties: {ContentUri: built}}\n"
            "  Plain: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: plain}}\n"
            "  Gone: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: gone}}\n"
        )
        layers = "Layers: [!Ref Built, !Ref Plain, !Ref Gone, 'arn:aws:lambda:us-east-1:123456789012:layer:x:1']"
        files = {**CODE, "built/a.py": "", "plain/python/b.py": ""}
        found = unit(f"{BASIC}\n{layers}", rest, files=files)
        assert found.search_path == (tmp_path / "src", tmp_path / "built", tmp_path / "plain/python")
        assert problems(found) == [("unreadable-code", "layer `Gone`: the code path `gone` does not exist")]
        assert found.entry is not None

    def test_inline_code(self, unit):
        found = unit("Handler: index.handler\nInlineCode: |\n  def handler(event, context):\n    pass")
        assert dict(found.inline) == {"index.py": "def handler(event, context):\n  pass\n"}
        assert found.entry == HandlerEntry("index", "handler")

    def test_an_archive_is_read_into_memory(self, unit, tmp_path):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            archive.writestr("app.py", HANDLER)
            archive.writestr("pkg/mod.py", "x = 1")
            archive.writestr("../evil.py", "x")
            archive.writestr("/abs.py", "x")
            archive.writestr("data.bin", "x")
        found = unit("CodeUri: app.zip\nHandler: app.handler", files={"app.zip": data.getvalue()})
        assert sorted(found.inline) == ["app.py", "pkg/mod.py"]
        assert found.entry == HandlerEntry("app", "handler")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["app.zip", "template.yaml"]

    def test_a_damaged_archive(self, unit):
        found = unit("CodeUri: app.zip\nHandler: app.handler", files={"app.zip": b"PK\x03\x04nothing"})
        assert found.entry is None
        assert "cannot be read" in found.problems[0].message

    def test_an_image_with_a_local_dockerfile(self, unit):
        dockerfile = 'FROM public.ecr.aws/lambda/python:3.12\nCOPY app.py ${LAMBDA_TASK_ROOT}\nCMD [ "app.handler" ]\n'
        rest = "    Metadata: {DockerContext: ./src, Dockerfile: Dockerfile}\n"
        found = unit("PackageType: Image", rest, files={**CODE, "src/Dockerfile": dockerfile})
        assert found.entry == HandlerEntry("app", "handler")
        found = unit("PackageType: Image\nImageConfig: {Command: [app.nope]}", rest)
        assert found.entry is None

    def test_a_wrapping_layers_handler(self, unit):
        found = unit(
            "CodeUri: src\nHandler: datadog_lambda.handler.handler\nEnvironment: {Variables: {DD_LAMBDA_HANDLER: app.handler}}"
        )
        assert (found.handler, found.entry) == ("app.handler", HandlerEntry("app", "handler"))

    def test_other_languages_are_listed_and_skipped(self, project):
        rest = (
            "  Js: {Type: AWS::Serverless::Function, Properties: {Runtime: nodejs22.x, Handler: a.b, CodeUri: gone}}\n"
        )
        found = project({"template.yaml": sam(BASIC, rest), **CODE})
        assert [unit.name for unit in found.units] == ["Fn"]
        assert [one.kind for one in found.problems] == ["not-python"]


class TestEnvironment:
    def test_globals_are_merged(self, unit):
        head = (
            "Globals:\n  Function:\n    Timeout: 3\n    Layers: [a]\n    Environment:\n"
            "      Variables: {A: global, B: !Ref Stage}\n"
        )
        found = unit(f"{BASIC}\nLayers: [b]\nEnvironment: {{Variables: {{A: own}}}}", head=head)
        assert own_environment(found) == {"A": ['"own"'], "B": ["symbol(Stage)"]}
        assert texts(found.configuration.layers) == ['"a"', '"b"']

    def test_what_lambda_sets(self, unit):
        environment = unit(f"{BASIC}\nFunctionName: orders\nLoggingConfig: {{LogGroup: shared}}").environment
        assert texts(environment["AWS_REGION"]) == ["symbol(AWS::Region)"]
        assert texts(environment["AWS_LAMBDA_FUNCTION_NAME"]) == ['"orders"']
        assert texts(environment["AWS_LAMBDA_LOG_GROUP_NAME"]) == ['"shared"']
        assert texts(unit().environment["AWS_LAMBDA_LOG_GROUP_NAME"]) == ['"/aws/lambda/"+symbol(Fn)']

    def test_alternatives(self, unit):
        head = "Parameters: {S: {Type: String}}\nConditions: {P: !Equals [!Ref S, p]}\n"
        variables = "{A: !If [P, x, y], B: !If [P, x, !Ref AWS::NoValue], C: !Ref AWS::NoValue, N: 1, T: true}"
        found = unit(f"{BASIC}\nEnvironment: {{Variables: {variables}}}", head=head)
        assert own_environment(found) == {"A": ['"x"', '"y"'], "B": ['"x"'], "N": ['"1"'], "T": ['"true"']}
        assert own_environment(unit(f"{BASIC}\nEnvironment: {{Variables: {variables}}}", head=head, parameters={"S": "p"})) == {
            "A": ['"x"'], "B": ['"x"'], "N": ['"1"'], "T": ['"true"'],
        }  # fmt: skip

    def test_alternatives_of_the_whole(self, unit):
        head = "Conditions: {P: !Equals [!Ref S, p]}\n"
        variables = "!If [P, {A: x, B: z}, {A: y}]"
        found = unit(f"{BASIC}\nEnvironment: {{Variables: {variables}}}", head=head)
        assert own_environment(found) == {"A": ['"x"', '"y"'], "B": ['"z"']}

    def test_values_that_are_no_text(self, unit):
        found = unit(f"{BASIC}\nEnvironment: {{Variables: {{A: [1], B: {{x: 1}}}}}}")
        assert own_environment(found) == {"A": ["?"], "B": ["?"]}
        assert "not a mapping" in unit(f"{BASIC}\nEnvironment: {{Variables: x}}").problems[0].message


class TestConfiguration:
    def test_settings(self, unit):
        rest = "  Q: {Type: AWS::SQS::Queue}\n  T: {Type: AWS::SNS::Topic}\n  K: {Type: AWS::KMS::Key}\n"
        found = unit(
            f"{BASIC}\nVpcConfig: {{SubnetIds: [s], SecurityGroupIds: [g]}}\nTracing: Active\nKmsKeyArn: !GetAtt K.Arn\n"
            "DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Q.Arn}\n"
            "EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SNS, Destination: !Ref T}}}\n"
            "FileSystemConfigs: [{Arn: 'arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/a', LocalMountPath: /mnt}]",
            rest,
        ).configuration
        assert (found.vpc, found.tracing) == (True, True)
        assert texts(found.function_name and [found.function_name]) == ["symbol(Fn)"]
        assert [one.pattern() for one in found.kms_key] == [f"arn:${{AWS::Partition}}:kms:{PLACE}:key/${{K}}"]
        assert [one.pattern() for one in found.dead_letter] == [f"arn:${{AWS::Partition}}:sqs:{PLACE}:${{Q.QueueName}}"]
        assert [one.pattern() for one in found.destinations] == [
            f"arn:${{AWS::Partition}}:sns:{PLACE}:${{T.TopicName}}"
        ]
        assert texts(found.file_systems) == ['"arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/a"']

    def test_nothing_set(self, unit):
        found = unit().configuration
        assert (found.vpc, found.tracing, found.event_sources, found.dead_letter) == (False, False, (), ())

    @pytest.mark.parametrize(
        ("event", "kind", "arn"),
        [
            ("{Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}", "sqs", f"arn:${{AWS::Partition}}:sqs:{PLACE}:${{Q.QueueName}}"),
            ("{Type: Kinesis, Properties: {Stream: !GetAtt S.Arn}}", "kinesis", f"arn:${{AWS::Partition}}:kinesis:{PLACE}:stream/${{S}}"),
            ("{Type: DynamoDB, Properties: {Stream: !GetAtt D.StreamArn}}", "dynamodb", f"arn:${{AWS::Partition}}:dynamodb:{PLACE}:table/${{D}}/stream/*"),
            ("{Type: MSK, Properties: {Stream: !Ref M}}", "msk", "${M}"),
            ("{Type: MQ, Properties: {Broker: !GetAtt B.Arn}}", "mq", "${B.Arn}"),
        ],
    )  # fmt: skip
    def test_sam_events(self, unit, event, kind, arn):
        rest = "  Q: {Type: AWS::SQS::Queue}\n  S: {Type: AWS::Kinesis::Stream}\n  D: {Type: AWS::DynamoDB::Table}\n"
        (source,) = unit(f"{BASIC}\nEvents: {{E: {event}}}", rest).configuration.event_sources
        assert (source.kind, [one.pattern() for one in source.arn]) == (kind, [arn])

    @pytest.mark.parametrize("event", ["Api", "S3", "Schedule", "EventBridgeRule", "Nonsense"])
    def test_events_that_push_need_nothing_of_the_role(self, unit, event):
        assert unit(f"{BASIC}\nEvents: {{E: {{Type: {event}, Properties: {{}}}}}}").configuration.event_sources == ()

    @pytest.mark.parametrize("name", ["!Ref Fn", "!GetAtt Fn.Arn", "!Sub '${Fn.Arn}:live'", "!Sub '${Fn}:live'"])
    def test_event_source_mappings(self, unit, name):
        rest = (
            "  Q: {Type: AWS::SQS::Queue}\n  Map:\n    Type: AWS::Lambda::EventSourceMapping\n"
            f"    Properties: {{FunctionName: {name}, EventSourceArn: !GetAtt Q.Arn}}\n"
            "  Other: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: else, EventSourceArn: !GetAtt Q.Arn}}\n"
        )
        assert [one.kind for one in unit(rest=rest).configuration.event_sources] == ["sqs"]

    def test_a_source_that_nobody_can_tell(self, unit):
        rest = "  Map: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Fn, EventSourceArn: !Ref P}}\n"
        assert [one.kind for one in unit(rest=rest).configuration.event_sources] == ["unknown"]


class TestRole:
    def managed(self, unit):
        return [one.removeprefix("arn:${AWS::Partition}:iam::aws:policy/") for one in unit.role.managed]

    def test_the_generated_one(self, unit):
        found = unit(
            f"{BASIC}\nTracing: Active\nVpcConfig: {{SubnetIds: [s]}}\nPermissionsBoundary: !Ref B\n"
            "Policies: [AmazonS3ReadOnlyAccess, MyOwn, 'arn:aws:iam::aws:policy/ReadOnlyAccess']\n"
            "Events: {E: {Type: SQS, Properties: {Queue: x}}}"
        )
        assert found.role.name == "FnRole"
        assert found.role.boundary == "${B}"
        assert self.managed(found) == [
            "service-role/AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess",
            "service-role/AWSLambdaVPCAccessExecutionRole", "AmazonS3ReadOnlyAccess", "MyOwn",
            "arn:aws:iam::aws:policy/ReadOnlyAccess", "service-role/AWSLambdaSQSQueueExecutionRole",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "policies",
        [
            "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}",
            "[{Statement: {Effect: Allow, Action: 's3:*', Resource: '*'}}]",
            "[{Effect: Allow, Action: 's3:*', Resource: '*'}]",
            "[!If [P, {Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}, !Ref AWS::NoValue]]",
        ],
    )
    def test_inline_documents(self, unit, policies):
        (document,) = unit(f"{BASIC}\nPolicies: {policies}").role.documents
        assert document.document["Statement"] == [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]

    def test_policy_variables_stay_as_they_are(self, unit):
        policies = "[{Statement: [{Effect: Allow, Action: 's3:*', Resource: [!Sub '${B}/${!aws:username}', '${aws:userid}/*']}]}]"
        (document,) = unit(f"{BASIC}\nPolicies: {policies}").role.documents
        assert document.document["Statement"][0]["Resource"] == ["${B}/${aws:username}", "${aws:userid}/*"]

    def test_templates_are_expanded_with_their_line(self, unit):
        rest = "  T: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders}}\n"
        found = unit(f"{BASIC}\nPolicies:\n  - DynamoDBReadPolicy:\n      TableName: !Ref T\n  - Nope: {{}}", rest)
        (document,) = found.role.documents
        assert (
            document.document["Statement"][0]["Resource"][0] == f"arn:${{AWS::Partition}}:dynamodb:{PLACE}:table/orders"
        )
        assert document.location.line == 10
        assert problems(found) == [("unknown-policy", "`Nope` is no SAM policy template")]

    ROLE = """
  R:
    Type: AWS::IAM::Role
    Properties:
      RoleName: the-role
      ManagedPolicyArns: [!Ref M, 'arn:aws:iam::aws:policy/ReadOnlyAccess']
      AssumeRolePolicyDocument: {Statement: []}
      Policies: [{PolicyName: own, PolicyDocument: {Statement: [{Effect: Allow, Action: 'a:*', Resource: '*'}]}}]
  M: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: 'b:*', Resource: '*'}]}}}
  P: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, Roles: [!Ref R], PolicyDocument: {Statement: [{Effect: Deny, Action: 'c:*', Resource: '*'}]}}}
  Q: {Type: AWS::IAM::RolePolicy, Properties: {PolicyName: q, RoleName: the-role, PolicyDocument: {Statement: [{Effect: Allow, Action: 'd:*', Resource: '*'}]}}}
  N: {Type: AWS::IAM::ManagedPolicy, Properties: {Roles: [!Ref R], PolicyDocument: {Statement: [{Effect: Allow, Action: 'e:*', Resource: '*'}]}}}
  Else: {Type: AWS::IAM::Policy, Properties: {PolicyName: p, Roles: [other], PolicyDocument: {Statement: [{Effect: Allow, Action: 'x:*', Resource: '*'}]}}}
"""

    @pytest.mark.parametrize(
        "reference",
        [
            "!GetAtt R.Arn",
            "arn:aws:iam::123456789012:role/the-role",
            "!Sub 'arn:aws:iam::${AWS::AccountId}:role/a/the-role'",
            "!Sub '${R.Arn}'",
            "!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/the-role'",
        ],
    )
    def test_a_declared_role_with_all_that_is_attached(self, unit, reference):
        role = unit(f"{BASIC}\nRole: {reference}", self.ROLE).role
        assert role.name == "R"
        assert not role.external
        assert role.managed == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)
        actions = {one.document["Statement"][0]["Action"] for one in role.documents}
        assert actions == {"a:*", "b:*", "c:*", "d:*", "e:*"}

    @pytest.mark.parametrize(
        ("reference", "name"),
        [
            ("arn:aws:iam::123456789012:role/x", "arn:aws:iam::123456789012:role/x"),
            ("!Ref RoleArn", "${RoleArn}"),
            ("!ImportValue shared-role", "${ImportValue.shared-role}"),
        ],
    )
    def test_a_role_from_elsewhere(self, unit, reference, name):
        role = unit(f"{BASIC}\nRole: {reference}").role
        assert (role.name, role.external, role.documents) == (name, True, ())

    def test_connectors(self, unit):
        rest = (
            "  T: {Type: AWS::DynamoDB::Table}\n"
            "  C: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Fn}, Destination: {Id: T}, Permissions: [Read]}}\n"
        )
        (document,) = unit(rest=rest).role.documents
        assert document.name == "CPolicy"
        assert document.document["Statement"][0]["Resource"] == [
            f"arn:${{AWS::Partition}}:dynamodb:{PLACE}:table/${{T}}",
            f"arn:${{AWS::Partition}}:dynamodb:{PLACE}:table/${{T}}/index/*",
        ]


class TestProject:
    def test_conditions_leave_functions_out(self, project):
        head = "Conditions: {Never: !Equals [a, b], Open: !Equals [!Ref S, x]}\n"
        rest = "  G: {Type: AWS::Serverless::Function, Condition: Never, Properties: {}}\n  H: {Type: AWS::Serverless::Function, Condition: Open, Properties: {}}\n"
        found = project({"template.yaml": sam(BASIC, rest, head), **CODE})
        assert [unit.name for unit in found.units] == ["Fn", "H"]

    def test_resources_are_plain_data_with_texts(self, project):
        found = project(
            {
                "template.yaml": sam(BASIC, "  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref N, X: [1]}}\n"),
                **CODE,
            }
        )
        resource = found.resources["B"]
        assert resource.type == "AWS::S3::Bucket"
        assert str(resource.properties["BucketName"]) == "symbol(N)"
        assert resource.properties["X"] == (1,)
        assert str(resource.location) == "template.yaml:9"

    def test_settings_beside_the_template_decide_conditions(self, project):
        head = "Parameters: {S: {Type: String, Default: d}}\nConditions: {P: !Equals [!Ref S, p]}\n"
        config = 'version = 0.1\n[default.deploy.parameters]\nparameter_overrides = "S=p Other=\\"a b\\""\n'
        text = sam(f"{BASIC}\nEnvironment: {{Variables: {{A: !If [P, x, y], B: !Ref S}}}}", head=head)
        found = project({"template.yaml": text, "samconfig.toml": config, **CODE})
        assert own_environment(found.units[0]) == {"A": ['"x"'], "B": ["symbol(S)"]}

    def test_templates_below_a_folder_count_together(self, project):
        found = project(
            {
                "a/template.yaml": sam(BASIC),
                "b/template.yaml": sam(BASIC),
                "a/src/app.py": HANDLER,
                "b/src/app.py": HANDLER,
            }
        )
        assert [(unit.name, unit.source.template) for unit in found.units] == [
            ("Fn", "a/template.yaml"),
            ("b-Fn", "b/template.yaml"),
        ]
        assert found.template is None

    def test_one_bad_entry_does_not_stop_the_others(self, project):
        rest = "  A: nope\n  B: {Type: [1]}\n  C: {Type: AWS::Serverless::Function, Properties: [1]}\n  D: {Type: AWS::IAM::Role, Properties: x}\n  E:\n"
        found = project({"template.yaml": sam(BASIC, rest), **CODE})
        assert found.units[0].entry == HandlerEntry("app", "handler")

    def test_nested_templates(self, project):
        rest = (
            "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: n.yaml, Parameters: {Name: !Sub '${S}-x'}}}\n"
            "  Gone: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: gone.yaml}}\n"
            "  Self: {Type: AWS::Serverless::Application, Properties: {Location: template.yaml}}\n"
            "  Far: {Type: AWS::Serverless::Application, Properties: {Location: 'https://example.com/x'}}\n"
        )
        nested = (
            "Parameters: {Name: {Type: String}}\nResources:\n  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Name}}\n"
            "  Fn: {Type: AWS::Serverless::Function, Properties: {CodeUri: src, Handler: app.handler, Runtime: python3.12}}\n"
            "Outputs: {O: {Value: !Ref B}}\n"
        )
        text = sam(f"{BASIC}\nEnvironment: {{Variables: {{A: !GetAtt N.Outputs.O}}}}", rest)
        found = project({"template.yaml": text, "n.yaml": nested, **CODE})
        assert [unit.name for unit in found.units] == ["Fn", "N-Fn"]
        assert own_environment(found.units[0]) == {"A": ['symbol(S)+"-x"']}
        assert [one.message for one in found.problems] == [
            "the nested template `gone.yaml` does not exist", "the nested template `template.yaml` includes itself",
        ]  # fmt: skip

    def test_exports_of_the_projects_own_templates(self, project):
        other = "Resources: {B: {Type: AWS::S3::Bucket}, F: {Type: AWS::Lambda::Function, Properties: {Runtime: go1.x}}}\nOutputs: {O: {Value: !Ref B, Export: {Name: shared}}}\n"
        text = sam(f"{BASIC}\nEnvironment: {{Variables: {{A: !ImportValue shared}}}}")
        found = project({"a/template.yaml": text, "b/template.yaml": other, "a/src/app.py": HANDLER})
        assert own_environment(found.units[0]) == {"A": ["symbol(B)"]}

    @pytest.mark.parametrize(
        ("files", "message"),
        [
            ({"template.yaml": "Resources: {A: {Type: AWS::S3::Bucket}}"}, "`template.yaml` declares no function"),
            ({"template.yaml": "a: [AWS::Serverless"}, "`template.yaml:1` is malformed"),
            ({"template.yaml": "[Resources, AWS::Serverless]"}, "`template.yaml` is no template"),
            ({"template.json": '{"Resources": {"F": {"Type": "AWS::Lambda::Function"'}, "`template.json:1` is malformed"),
            ({"template.yaml": b"Resources: AWS::Serverless \xff\xfe\xfa"}, "`template.yaml` is not text"),
            ({"template.yaml": "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Runtime: go1.x}}}"}, "declares no Python function"),
        ],
    )  # fmt: skip
    def test_input_that_is_no_template(self, project, files, message):
        with pytest.raises(InputError) as error:
            project(files)
        assert message in error.value.message

    def test_loops(self, project):
        rest = (
            "  Fn::ForEach::All:\n    - Name\n    - [One, Two]\n    - 'Table${Name}': {Type: AWS::DynamoDB::Table, Properties: {TableName: !Sub 't-${Name}'}}\n"
            "  Fn::ForEach::Bad: [x]\n"
        )
        found = project({"template.yaml": sam(BASIC, rest), **CODE})
        assert [str(found.resources[f"Table{name}"].properties["TableName"]) for name in ("One", "Two")] == [
            '"t-One"',
            '"t-Two"',
        ]
        assert [one.kind for one in found.problems] == ["template"]


def test_a_chosen_template(project, tmp_path):
    files = {"template.yaml": sam(BASIC), "other.yaml": sam(BASIC).replace("  Fn:", "  Other:"), **CODE}
    found = project(files, template=tmp_path / "other.yaml")
    assert [unit.name for unit in found.units] == ["Other"]
    assert found.template == "other.yaml"
    with pytest.raises(InputError, match="no such path"):
        project(files, template=tmp_path / "gone.yaml")


class TestRepository:
    """Code beside the given folder is read when both are in one repository."""

    FOLDER = MappingProxyType({"infra/template.yaml": sam("CodeUri: ../src\nHandler: app.handler"), **CODE})

    def test_in_one_repository(self, project, tmp_path):
        (tmp_path / ".git").mkdir()
        found = project(self.FOLDER, "infra")
        assert found.root == tmp_path
        assert found.units[0].entry == HandlerEntry("app", "handler")
        assert found.units[0].source == Source("infra/template.yaml", 3, "src")

    def test_without_a_repository(self, project, tmp_path):
        found = project(self.FOLDER, "infra")
        assert found.root == tmp_path / "infra"
        assert [one.kind for one in found.units[0].problems] == ["outside-project"]

    def test_a_root_that_is_given_stays(self, project, tmp_path):
        (tmp_path / ".git").mkdir()
        assert project(self.FOLDER, "infra", root=tmp_path / "infra").units[0].entry is None
        assert project(self.FOLDER, "infra", root=tmp_path).units[0].entry == HandlerEntry("app", "handler")


def test_a_declaration_without_functions_gives_way_to_one_with(project):
    files = {
        "template.yaml": "Resources: {B: {Type: AWS::S3::Bucket}}\n",
        "main.tf": 'module "net" {\n  source = "./net"\n}\n',
        "app/serverless.yml": "service: s\nprovider: {name: aws, runtime: python3.12}\nfunctions: {f: {handler: app.handler}}\n",
        "app/app.py": HANDLER,
    }
    assert project(files).format == "serverless"


def test_code_elsewhere_in_the_project(project):
    template = "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.12, Handler: app.handler, Code: {S3Bucket: b, S3Key: k}}}}\n"
    (unit,) = project({"cfn/stack.yaml": template, "lambda/app.py": HANDLER}).units
    assert unit.entry == HandlerEntry("app", "handler")
    assert [one.kind for one in unit.problems] == ["guessed-code"]


@pytest.mark.parametrize(
    ("document", "statements", "unread"),
    [
        ("!Sub '{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"${B.Arn}/*\"}]}'",
         [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:${AWS::Partition}:s3:::${B}/*"}], 0),
        ("'{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}'",
         [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}], 0),
        ("'{\"Statement\": '", [], 1),
        ("!Ref P", [], 1),
    ],
)  # fmt: skip
def test_a_policy_that_is_written_as_a_text(project, document, statements, unread):
    text = (
        "Parameters: {P: {Type: String}}\nResources:\n  B: {Type: AWS::S3::Bucket}\n"
        "  F: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.12, Handler: app.handler, Code: src, Role: !GetAtt R.Arn}}\n"
        f"  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n        - PolicyName: p\n          PolicyDocument: {document}\n"
    )
    (unit,) = project({"template.yaml": text, **CODE}).units
    assert [one for policy in unit.role.documents for one in policy.document["Statement"]] == statements
    assert len(unit.role.unread) == unread


# A name that an expression chooses

CHOSEN = """Transform: AWS::Serverless-2016-10-31
Parameters: {{Stage: {{Type: String, Default: dev}}}}
Conditions: {{Live: !Equals [!Ref Stage, prod]}}
Mappings: {{M: {{dev: {{T: orders-dev, U: users-dev}}, prod: {{T: orders, U: users}}}}}}
Resources:
  Orders: {{Type: AWS::DynamoDB::Table, Properties: {{TableName: {name}}}}}
  {more}
  F:
    Type: AWS::Serverless::Function
    Properties: {{Handler: app.handler, Runtime: python3.12, CodeUri: ., Environment: {{Variables: {{V: {value}}}}}}}
"""
MAPPED = "!FindInMap [M, !Ref Stage, T]"
BUCKET = "Same: {Type: AWS::S3::Bucket, Properties: {BucketName: !FindInMap [M, !Ref Stage, T]}}"


@pytest.mark.parametrize(
    ("name", "value", "more", "options", "found"),
    [
        (MAPPED, MAPPED, "", {}, ["symbol(Orders)"]),
        (MAPPED, "!Ref Orders", "", {}, ["symbol(Orders)"]),
        (MAPPED, "!Sub ['${t}-x', {t: " + MAPPED + "}]", "", {}, ['symbol(Orders)+"-x"']),
        ("!If [Live, a, b]", "!If [Live, a, b]", "", {}, ["symbol(Orders)"]),
        (MAPPED, "!FindInMap [M, !Ref Stage, U]", "", {}, ['"users-dev"', '"users"']),
        ("!If [Live, a, b]", "!If [Live, b, a]", "", {}, ['"b"', '"a"']),
        (MAPPED, MAPPED, BUCKET, {}, ['"orders-dev"', '"orders"']),  # which of the two is meant is not told
        (MAPPED, MAPPED, "", {"parameters": {"Stage": "prod"}}, ['"orders"']),
    ],
)
def test_the_expression_that_chooses_a_name_is_the_resource(project, name, value, more, options, found):
    text = CHOSEN.format(name=name, value=value, more=more)
    code = {"app.py": "def handler(event, context):\n    pass\n"}
    (unit,) = project({"template.yaml": text, **code}, **options).units
    assert own_environment(unit)["V"] == found


def test_a_managed_policy_that_is_attached_from_both_sides_counts_once(project):
    text = """Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Handler: app.handler, Runtime: python3.12, Code: ., Role: !GetAtt R.Arn}
  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}, ManagedPolicyArns: [!Ref P]}}
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties: {Roles: [!Ref R], PolicyDocument: {Statement: [{Effect: Allow, Action: s3:*, Resource: "*"}]}}
"""
    (unit,) = project({"template.yaml": text, "app.py": "def handler(event, context):\n    pass\n"}).units
    assert len(unit.role.documents) == 1
