"""A service as the CloudFormation template that the Serverless Framework makes of it.

Only what units need is made: functions, their roles with the statements that the framework adds,
event source mappings and layers, beside the service's own `resources`.
Source: the framework's `lib/plugins/aws/package/` (naming, `mergeIamTemplates`, `compile/events`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from iamgen.project.formats.serverless.variables import UNDECIDED, Variables
from iamgen.project.templates.nodes import Items, Node, as_text, listed, mapping

ROLE: Final = "IamRoleLambdaExecution"
_AWS: Final = "arn:${AWS::Partition}:iam::aws:policy/"
_PLACE: Final = "${AWS::Region}:${AWS::AccountId}"
_STREAMS: Final = {
    "dynamodb": ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"],
    "kinesis": ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStreamSummary",
                "kinesis:ListShards", "kinesis:ListStreams", "kinesis:DescribeStream"],
    "sqs": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    "msk": ["kafka:DescribeCluster", "kafka:GetBootstrapBrokers"],
    "mq": ["mq:DescribeBroker"],
}  # fmt: skip


def normalised(name: str) -> str:
    """A function's name as a logical id: `create-order` -> `CreateDashorder`."""
    return re.sub(r"[^A-Za-z0-9]", "", (name[:1].upper() + name[1:]).replace("-", "Dash").replace("_", "Underscore"))


class Service:
    """One service's template in the making."""

    def __init__(self, variables: Variables) -> None:
        self.variables = variables
        self.service = variables.service
        self.provider = mapping(variables.resolve(self.service.get("provider")))
        self.resources = Node()
        self.units: dict[str, str] = {}  # logical id -> the function's name in the service
        self.problems = variables.problems
        self.template = Node()

    def compile(self) -> Node:
        """The template; the variables that stay open are its parameters."""
        for one in listed(self.variables.resolve(self.service.get("resources"))):
            for section, entries in mapping(one).items():
                if not isinstance(entries, Mapping) or section == "extensions":
                    continue
                into = self.template.setdefault(section, Node())
                for key, value in entries.items():
                    into[key] = value
                    into.lines[key] = entries.line_of(key) if isinstance(entries, Node) else 1
        own = self.template.get("Resources")
        self.resources = own if isinstance(own, Node) else Node()
        self.template["Resources"] = self.resources
        self._layers()
        functions = list(self._functions())
        self._shared_role(functions)
        for name, function, line in functions:
            self._function(name, function, line)
        self.template["Parameters"] = {**mapping(self.template.get("Parameters")), **self.variables.parameters}
        return self.template

    def _functions(self) -> Iterator[tuple[str, Mapping[str, Any], int]]:
        declared = self.service.get("functions")
        for group in listed(self.variables.resolve(declared)):
            if not isinstance(group, Mapping):
                continue
            branches = [group]
            while len(group) == 1 and isinstance(group.get("Fn::If"), list) and group["Fn::If"][:1] == [UNDECIDED]:
                group = mapping(group["Fn::If"][1])
                branches = [group]
            for one in branches:
                for name, function in one.items():
                    line = one.line_of(name) if isinstance(one, Node) else 1
                    if isinstance(function, Mapping):
                        yield str(name), function, line

    def _name(self, name: str, function: Mapping[str, Any]) -> Any:
        """The physical name: `service-stage-function` unless the function has its own."""
        if "name" in function:
            return function["name"]
        return self._joined("-", name)

    def _service_name(self) -> Any:
        service = self.variables.resolve(self.service.get("service"))
        return mapping(service).get("name", "") if isinstance(service, Mapping) and "Ref" not in service else service

    def _joined(self, *tail: str) -> Any:
        return Node({"Fn::Join": Items(["", Items([self._service_name() or "", "-", self.variables.stage(), *tail])])})

    def _layers(self) -> None:
        layers = self.variables.resolve(self.service.get("layers"))
        for name, layer in mapping(layers).items():
            logical = f"{normalised(name)}LambdaLayer"
            self._add(logical, "AWS::Lambda::LayerVersion", {"Content": mapping(layer).get("path")}, 1)

    def _add(self, logical_id: str, kind: str, properties: Mapping[str, Any], line: int) -> None:
        node = Node({"Type": kind, "Properties": properties}, line)
        # A service's `resources` may override parts of what the framework makes.
        own = self.resources.get(logical_id)
        if isinstance(own, Mapping):
            node = Node(
                {**node, "Properties": {**properties, **mapping(own.get("Properties"))}},
                line,
            )
        self.resources[logical_id] = node
        self.resources.lines[logical_id] = line

    def _function(self, name: str, function: Mapping[str, Any], line: int) -> None:
        logical = f"{normalised(name)}LambdaFunction"
        self.units[logical] = name
        package = mapping(function.get("package"))
        general = mapping(self.variables.resolve(self.service.get("package")))
        artifact = package.get("artifact") or (general.get("artifact") if not general.get("individually") else None)
        runtime = function.get("runtime", self.provider.get("runtime"))
        image = function.get("image")
        environment = Node()
        for source in (self.provider.get("environment"), function.get("environment")):
            for key, value in mapping(source).items():
                environment[key] = value
        tracing = function.get("tracing", mapping(self.provider.get("tracing")).get("lambda"))
        on_error = function.get("onError")
        properties: dict[str, Any] = {
            "FunctionName": self._name(name, function),
            "Handler": self._handler(function),
            "Runtime": runtime,
            "Code": artifact or ".",
            "Environment": {"Variables": environment},
            "Role": self._role_of(name, function, line),
            "Layers": function.get("layers", self.provider.get("layers")),
            "VpcConfig": self._vpc(function),
            "TracingConfig": {"Mode": "Active" if tracing is True else tracing} if tracing else None,
            "DeadLetterConfig": {"TargetArn": on_error} if on_error else None,
            "KmsKeyArn": function.get("kmsKeyArn", function.get("awsKmsKeyArn", self.provider.get("kmsKeyArn"))),
            "MemorySize": function.get("memorySize", self.provider.get("memorySize")),
            "Timeout": function.get("timeout", self.provider.get("timeout")),
        }
        file_system = mapping(function.get("fileSystemConfig"))
        if "arn" in file_system:
            properties["FileSystemConfigs"] = [{"Arn": file_system["arn"]}]
        if image is not None:
            properties["PackageType"] = "Image"
            command = mapping(image).get("command")
            if command is not None:
                properties["ImageConfig"] = {"Command": command}
        module = as_text(function.get("module"))
        kept = {key: value for key, value in properties.items() if value is not None}
        self._add(logical, "AWS::Lambda::Function", kept, line)
        metadata: dict[str, Any] = {"serverless:module": module} if module is not None else {}
        if image is not None:
            metadata.update(self._image(image))
        if metadata:
            self.resources[logical]["Metadata"] = metadata
        self._events(name, logical, function, line)
        self._destinations(name, logical, function, line)

    def _handler(self, function: Mapping[str, Any]) -> Any:
        """The handler; serverless-wsgi packages one of its own that calls the application."""
        handler = function.get("handler")
        if handler in ("wsgi_handler.handler", "wsgi.handler"):
            application = mapping(mapping(self.variables.resolve(self.service.get("custom"))).get("wsgi")).get("app")
            return application if isinstance(application, str) else handler
        return handler

    def _image(self, image: Any) -> dict[str, Any]:
        wanted = mapping(image).get("name") if isinstance(image, Mapping) else image
        images = mapping(mapping(self.provider.get("ecr")).get("images"))
        found = images.get(str(wanted))
        if isinstance(found, Mapping):
            context = {"DockerContext": found.get("path", ".")}
            return {**context, "Dockerfile": found["file"]} if "file" in found else context
        return (
            {"DockerContext": found}
            if isinstance(found, str) and "/" in found and not re.search(r"\.ecr\.", found)
            else {}
        )

    def _vpc(self, function: Mapping[str, Any]) -> Any:
        vpc = function.get("vpc", self.provider.get("vpc"))
        if not isinstance(vpc, Mapping):
            return None
        if len(vpc) == 1 and next(iter(vpc)).startswith(("Ref", "Fn::")):
            return vpc
        return {"SubnetIds": vpc.get("subnetIds"), "SecurityGroupIds": vpc.get("securityGroupIds")}

    def _events(self, name: str, logical: str, function: Mapping[str, Any], line: int) -> None:
        for index, (kind, source) in enumerate(polled_events(function)):
            properties: dict[str, Any] = {"FunctionName": {"Fn::GetAtt": [logical, "Arn"]}}
            arn = source.get("arn") if isinstance(source, Mapping) and "arn" in source else source
            if kind == "kafka":
                properties["SelfManagedEventSource"] = {"Endpoints": "declared"}
                properties["SourceAccessConfigurations"] = list(_access(mapping(source)))
            else:
                properties["EventSourceArn"] = arn
                properties["SourceAccessConfigurations"] = list(_access(mapping(source)))
            if kind == "mq":
                properties["Queues"] = []
            self._add(
                f"{normalised(name)}EventSourceMapping{index}", "AWS::Lambda::EventSourceMapping", properties, line
            )

    def _destinations(self, name: str, logical: str, function: Mapping[str, Any], line: int) -> None:
        declared = mapping(function.get("destinations"))
        config = {
            event: {"Destination": self._target(declared[key])}
            for key, event in (("onSuccess", "OnSuccess"), ("onFailure", "OnFailure"))
            if key in declared
        }
        if config:
            properties = {"FunctionName": {"Ref": logical}, "DestinationConfig": config}
            self._add(f"{normalised(name)}EvConf", "AWS::Lambda::EventInvokeConfig", properties, line)

    def _target(self, target: Any) -> Any:
        if isinstance(target, str) and not target.startswith("arn:"):
            return {"Fn::GetAtt": [f"{normalised(target)}LambdaFunction", "Arn"]}
        return target.get("arn", target) if isinstance(target, Mapping) else target

    # Roles

    def _iam(self) -> Mapping[str, Any]:
        role = mapping(self.provider.get("iam")).get("role")
        return role if isinstance(role, Mapping) and not next(iter(role), "").startswith(("Fn::", "Ref")) else {}

    def _own_statements(self) -> Any:
        return [
            *_statements(self.provider.get("iamRoleStatements")),
            *_statements(self._iam().get("statements")),
        ]

    def _role_of(self, name: str, function: Mapping[str, Any], line: int) -> Any:
        role = function.get("role")
        if role is None and "iamRoleStatements" in function:
            return {"Fn::GetAtt": [self._function_role(name, function, line), "Arn"]}
        if role is None:
            role = self.provider.get("role")
            whole = mapping(self.provider.get("iam")).get("role")
            if role is None and (isinstance(whole, str) or (isinstance(whole, Mapping) and not self._iam() and whole)):
                role = whole
        if role is None:
            return {"Fn::GetAtt": [ROLE, "Arn"]}
        if isinstance(role, str) and not role.startswith("arn:"):
            return {"Fn::GetAtt": [role.removesuffix(".Arn"), "Arn"]}
        return role

    def _function_role(self, name: str, function: Mapping[str, Any], line: int) -> str:
        """A role of the plugin `serverless-iam-roles-per-function`."""
        logical = f"{normalised(name)}{ROLE}"
        custom = mapping(
            mapping(self.variables.resolve(self.service.get("custom"))).get("serverless-iam-roles-per-function")
        )
        inherit = function.get("iamRoleStatementsInherit", custom.get("defaultInherit", False))
        statements = [
            *self._log_statements([(name, function)]),
            *_added_statements(function, self.provider),
            *(self._own_statements() if inherit is True else []),
            *_statements(function.get("iamRoleStatements")),
        ]
        managed = self._vpc_policies([function])
        boundary = function.get("iamPermissionsBoundary", custom.get("iamGlobalPermissionsBoundary"))
        own_name = function.get("iamRoleStatementsName")
        self._add(
            logical, "AWS::IAM::Role", self._role(f"{name}-policy", statements, managed, own_name, boundary), line
        )
        return logical

    def _shared_role(self, functions: list[tuple[str, Mapping[str, Any], int]]) -> None:
        """The role of all functions that have none of their own."""
        using = [(name, one) for name, one, _ in functions if "role" not in one and "iamRoleStatements" not in one]
        if not using:
            return
        iam = self._iam()
        statements = list(self._log_statements(using))
        for _, function in using:
            statements.extend(one for one in _added_statements(function, self.provider) if one not in statements)
        statements.extend(self._own_statements())
        managed = [
            *listed(self.provider.get("iamManagedPolicies")),
            *listed(iam.get("managedPolicies")),
            *self._vpc_policies([one for _, one in using]),
        ]
        boundary = iam.get(
            "permissionsBoundary", iam.get("permissionBoundary", self.provider.get("rolePermissionsBoundary"))
        )
        role = self._role(self._joined("-lambda"), statements, managed, iam.get("name"), boundary)
        line = self.service.line_of("provider") if isinstance(self.service, Node) else 1
        self._add(ROLE, "AWS::IAM::Role", role, line)

    @staticmethod
    def _role(policy: Any, statements: list[Any], managed: list[Any], name: Any, boundary: Any) -> Mapping[str, Any]:
        trust = {"Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com"]}, "Action": ["sts:AssumeRole"]}
        properties: dict[str, Any] = {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [
                {"PolicyName": policy, "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}
            ],
            "ManagedPolicyArns": managed,
        }  # fmt: skip
        if name is not None:
            properties["RoleName"] = name
        if boundary is not None:
            properties["PermissionsBoundary"] = boundary
        return properties

    def _vpc_policies(self, functions: list[Mapping[str, Any]]) -> list[Any]:
        if any(self._vpc(one) is not None for one in functions):
            return [{"Fn::Sub": _AWS + "service-role/AWSLambdaVPCAccessExecutionRole"}]
        return []

    def _log_statements(self, functions: list[tuple[str, Mapping[str, Any]]]) -> list[Any]:
        """Writing the functions' logs: one pattern for the customary names, one for each other name."""
        start = "arn:${AWS::Partition}:logs:" + _PLACE + ":log-group:/aws/lambda/"
        if mapping(self.provider.get("logs")).get("lambda") is False:
            return []
        names = [self._joined("*")] if any("name" not in one for _, one in functions) else []
        names.extend(one["name"] for _, one in functions if "name" in one)
        create, put = Items(), Items()
        for name in names:
            create.append({"Fn::Sub": [start + "${name}:*", {"name": name}]})
            put.append({"Fn::Sub": [start + "${name}:*:*", {"name": name}]})
        actions = ["logs:CreateLogStream", "logs:CreateLogGroup", "logs:TagResource"]
        return [
            {"Effect": "Allow", "Action": actions, "Resource": create},
            {"Effect": "Allow", "Action": ["logs:PutLogEvents"], "Resource": put},
        ]


def _statements(written: Any) -> Iterator[Any]:
    """Statements, which may be given as a list of lists or behind a choice."""
    for one in listed(written):
        if isinstance(one, list):
            yield from _statements(one)
        elif isinstance(one, Mapping) and len(one) == 1 and isinstance(choice := one.get("Fn::If"), list):
            for branch in choice[1:]:
                yield from _statements(branch)
        elif isinstance(one, Mapping) and "Statement" in one:
            yield from _statements(one["Statement"])
        elif isinstance(one, Mapping):
            yield one


def polled_events(function: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The events of a function that are polled with its role: the kind of source and what is said of it."""
    for event in listed(function.get("events")):
        for kind, source in mapping(event).items():
            match kind:
                case "sqs" | "msk" | "kafka":
                    yield kind, source
                case "activemq" | "rabbitmq":
                    yield "mq", source
                case "stream":
                    written = source if isinstance(source, str) else as_text(mapping(source).get("arn")) or ""
                    named = as_text(mapping(source).get("type")) or (
                        "kinesis" if ":kinesis:" in written else "dynamodb"
                    )
                    yield named, source
                case _:
                    pass


def _added_statements(function: Mapping[str, Any], provider: Mapping[str, Any]) -> Iterator[Any]:
    """What the framework adds for a function's events, tracing and failures."""
    for kind, source in polled_events(function):
        arn = source.get("arn") if isinstance(source, Mapping) and "arn" in source else source
        if kind in _STREAMS and arn is not None and kind != "kafka":
            yield {"Effect": "Allow", "Action": _STREAMS[kind], "Resource": arn}
        for access in _access(mapping(source)):
            if access["Type"] not in ("VPC_SUBNET", "VPC_SECURITY_GROUP", "VIRTUAL_HOST"):
                yield {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": access["URI"]}
    if function.get("tracing", mapping(provider.get("tracing")).get("lambda")):
        yield {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"}
    if function.get("onError") is not None:
        yield {"Effect": "Allow", "Action": ["sns:Publish"], "Resource": function["onError"]}
    for target in mapping(function.get("destinations")).values():
        service = as_text(mapping(target).get("type"))
        arn = mapping(target).get("arn", target)
        if isinstance(arn, str) and not arn.startswith("arn:"):
            arn = {"Fn::GetAtt": [f"{normalised(arn)}LambdaFunction", "Arn"]}
            service = "function"
        elif service is None and isinstance(arn, str) and arn.count(":") > 2:
            service = arn.split(":")[2]
        action = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "eventBus": "events:PutEvents",
                  "events": "events:PutEvents", "function": "lambda:InvokeFunction",
                  "lambda": "lambda:InvokeFunction"}.get(service or "")  # fmt: skip
        if action is not None:
            yield {"Effect": "Allow", "Action": action, "Resource": arn}


_ACCESS: Final = {
    "vpcSubnet": "VPC_SUBNET", "vpcSecurityGroup": "VPC_SECURITY_GROUP", "saslPlainAuth": "BASIC_AUTH",
    "saslScram256Auth": "SASL_SCRAM_256_AUTH", "saslScram512Auth": "SASL_SCRAM_512_AUTH",
    "clientCertificateTlsAuth": "CLIENT_CERTIFICATE_TLS_AUTH", "serverRootCaCertificate": "SERVER_ROOT_CA_CERTIFICATE",
}  # fmt: skip


def _access(source: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Credentials and networks of a Kafka or MQ source."""
    for key, found in mapping(source.get("accessConfigurations")).items():
        for one in listed(found):
            yield {"Type": _ACCESS.get(key, key), "URI": one}
    if "basicAuthArn" in source:
        yield {"Type": "BASIC_AUTH", "URI": source["basicAuthArn"]}
