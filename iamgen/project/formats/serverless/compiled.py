"""A service as the CloudFormation template that the Serverless Framework makes of it.

Only what units need is made: functions, their roles with the statements that the framework adds,
event source mappings and layers, beside the service's own `resources`.
Source: the framework's `lib/plugins/aws/package/` (naming, `mergeIamTemplates`, `compile/events`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from iamgen.core.location import Location
from iamgen.project.formats.serverless.choices import UNDECIDED, branches, chosen
from iamgen.project.formats.serverless.events import access_of, added_statements, normalised, polled_events
from iamgen.project.formats.serverless.variables import Variables
from iamgen.project.model import Problem
from iamgen.project.templates.nodes import Items, Node, as_text, listed, mapping

ROLE: Final = "IamRoleLambdaExecution"
_AWS: Final = "arn:${AWS::Partition}:iam::aws:policy/"
_PLACE: Final = "${AWS::Region}:${AWS::AccountId}"


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
        self._extend()
        self.template["Parameters"] = {**mapping(self.template.get("Parameters")), **self.variables.parameters}
        return self.template

    def _extend(self) -> None:
        """What `resources.extensions` says of the resources that the framework makes: a property replaces its own."""
        for one in listed(self.variables.resolve(self.service.get("resources"))):
            for logical_id, extension in mapping(mapping(one).get("extensions")).items():
                made = self.resources.get(logical_id)
                if not isinstance(made, Mapping):
                    continue
                properties = {**mapping(made.get("Properties")), **mapping(mapping(extension).get("Properties"))}
                self.resources[logical_id] = Node({**made, "Properties": properties}, getattr(made, "line", 1))

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

    def stack_name(self) -> Any:
        """What the framework calls the service's stack."""
        return self.provider.get("stackName", self._joined())

    def _joined(self, *tail: str) -> Any:
        return Node({"Fn::Join": Items(["", Items([self._service_name() or "", "-", self.variables.stage(), *tail])])})

    def _layers(self) -> None:
        layers = self.variables.resolve(self.service.get("layers"))
        for name, layer in mapping(layers).items():
            logical = f"{normalised(name)}LambdaLayer"
            self._add(logical, "AWS::Lambda::LayerVersion", {"Content": mapping(layer).get("path")}, 1)

    def _add(self, logical_id: str, kind: str, properties: Mapping[str, Any], line: int) -> None:
        node = Node({"Type": kind, "Properties": properties}, line)
        # A service's `resources` may override parts of what the framework makes, at any depth.
        own = self.resources.get(logical_id)
        if isinstance(own, Mapping):
            node = Node({**node, "Properties": _merged(properties, mapping(own.get("Properties")))}, line)
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
        environment = self._environment(self.provider.get("environment"), function.get("environment"))
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
            "LoggingConfig": self._logging(function),
            "SnapStart": {"ApplyOn": "PublishedVersions"} if function.get("snapStart") is True else None,
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
            built, uri = self._image(image)
            metadata.update(built)
            if uri is not None:
                self.resources[logical]["Properties"]["Code"] = {"ImageUri": uri}
        if metadata:
            self.resources[logical]["Metadata"] = metadata
        self._events(name, logical, function, line)
        self._destinations(name, logical, function, line)

    def _logging(self, function: Mapping[str, Any]) -> Any:
        """The function's own log group, where the function or the service names one."""
        general = mapping(mapping(self.provider.get("logs")).get("lambda"))
        group = mapping(function.get("logs")).get("logGroup", general.get("logGroup"))
        return {"LogGroup": group} if group is not None else None

    def _environment(self, *sources: Any) -> Node:
        """The variables of provider and function; where a whole mapping depends on the stage, each one's values."""
        found = Node()
        for source in sources:
            values: dict[str, list[Any]] = {}
            for branch in branches(source):
                for key, value in mapping(branch).items():
                    if not key.startswith("Fn::") and key != "Ref":
                        values.setdefault(key, []).append(value)
            for key, several in values.items():
                found[key] = chosen(several)
            if isinstance(source, Mapping) and source and not values:
                message = "the environment depends on the deployment"
                self.problems.append(Problem("unresolved-variable", message, Location(self.variables.shown, 1)))
        return found

    def _handler(self, function: Mapping[str, Any]) -> Any:
        """The handler; serverless-wsgi packages one of its own that calls the application."""
        handler = function.get("handler")
        if handler in ("wsgi_handler.handler", "wsgi.handler"):
            application = mapping(mapping(self.variables.resolve(self.service.get("custom"))).get("wsgi")).get("app")
            return application if isinstance(application, str) else handler
        return handler

    def _image(self, image: Any) -> tuple[dict[str, Any], Any]:
        """What an image is built from, as SAM writes it; or the name of one that is built elsewhere."""
        wanted = mapping(image).get("name") if isinstance(image, Mapping) else image
        images = mapping(mapping(self.provider.get("ecr")).get("images"))
        found = images.get(str(wanted))
        if isinstance(found, Mapping):
            uri = found.get("uri")
            if uri is not None and "path" not in found:
                return {}, uri
            context = {"DockerContext": found.get("path", ".")}
            return ({**context, "Dockerfile": found["file"]} if "file" in found else context), None
        if isinstance(found, str) and "/" in found and not re.search(r"\.ecr\.", found):
            return {"DockerContext": found}, None
        uri = mapping(image).get("uri") if isinstance(image, Mapping) else None
        return {}, uri if uri is not None else found if isinstance(found, str) else wanted

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
                properties["SourceAccessConfigurations"] = list(access_of(mapping(source)))
            else:
                properties["EventSourceArn"] = arn
                properties["SourceAccessConfigurations"] = list(access_of(mapping(source)))
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
        # The framework takes the older keys only where the newer ones say nothing.
        newer = self._iam().get("statements")
        return list(_statements(newer or self.provider.get("iamRoleStatements")))

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
            *added_statements(function, self.provider),
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
            statements.extend(one for one in added_statements(function, self.provider) if one not in statements)
        statements.extend(self._own_statements())
        managed = [
            *listed(iam.get("managedPolicies") or self.provider.get("iamManagedPolicies")),
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
        functions = [one for one in functions if one[1].get("disableLogs") is not True]
        names = [self._joined("*")] if any("name" not in one for _, one in functions) else []
        names.extend(one["name"] for _, one in functions if "name" in one)
        if not names:
            return []
        create, put = Items(), Items()
        for name in names:
            create.append({"Fn::Sub": [start + "${name}:*", {"name": name}]})
            put.append({"Fn::Sub": [start + "${name}:*:*", {"name": name}]})
        actions = ["logs:CreateLogStream", "logs:CreateLogGroup", "logs:TagResource"]
        return [
            {"Effect": "Allow", "Action": actions, "Resource": create},
            {"Effect": "Allow", "Action": ["logs:PutLogEvents"], "Resource": put},
        ]


def _merged(made: Any, own: Any) -> Any:
    """Two values as the framework merges them: mappings by key, lists item by item, anything else replaced."""
    if isinstance(made, Mapping) and isinstance(own, Mapping):
        return Node({key: _merged(made.get(key), own[key]) if key in own else made[key] for key in {**made, **own}})
    if isinstance(made, list) and isinstance(own, list):
        both = [_merged(one, other) for one, other in zip(made, own, strict=False)]
        return Items([*both, *made[len(both) :], *own[len(both) :]])
    return own


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
