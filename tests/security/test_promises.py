"""Each sentence of SECURITY.md, with a test that fails when it is no longer so."""

from __future__ import annotations

import json
import os
import pickle
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from .conftest import CODE, HOSTILE_NAME, hostile_project

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
KEPT: dict[str, list[str]] = {}
COMMANDS = ("scan", "generate", "diff", "check")
FORMATS = ("terminal", "json", "markdown", "html", "github", "sarif")


def promise(line):
    """Marks a test as that of a line of the page."""

    def mark(test):
        KEPT.setdefault(line, []).append(test.__name__)
        return test

    return mark


def test_each_line_of_the_page_has_its_test():
    section = PAGE.partition("## What follows")[2].partition("\n## ")[0]
    lines = re.findall(r"^- (.*)$", section, re.MULTILINE)
    assert sorted(lines) == sorted(KEPT)
    assert len(lines) > 20


def told(outcome, word=""):
    """The good function is whole; the other is incomplete and says why."""
    assert outcome.unit("Good")["status"] == "complete"
    assert [call["operation"] for call in outcome.unit("Good")["calls"]] == ["GetObject"]
    other = outcome.unit("Other")
    assert other["status"] == "incomplete"
    assert word in json.dumps(other["gaps"])
    return other


@pytest.fixture
def scan(iamgen):
    return lambda folder: iamgen("generate", folder, "--format", "json")


# --- code is data ---

TRAP = "open({marker!r}, 'a').write(__name__)\n"


@pytest.fixture
def trapped(project, tmp_path):
    """A project full of files that somebody might run, each of which would leave a mark."""
    marker = tmp_path / "mark"
    trap = TRAP.format(marker=str(marker))
    root = project(other=trap + CODE)
    (root / "good" / "good.py").write_text(trap + CODE, encoding="utf-8")
    for folder in (root, root / "good", root / "other"):
        for name in (
            "setup",
            "conftest",
            "sitecustomize",
            "usercustomize",
            "click",
            "json",
            "iamgen_plugin",
            "noxfile",
        ):
            (folder / f"{name}.py").write_text(trap, encoding="utf-8")
    (root / "iamgen.pth").write_text(f"import os; {trap}", encoding="utf-8")
    (root / "Makefile").write_text(f"all:\n\ttouch {marker}\n", encoding="utf-8")
    (root / ".git" / "hooks").mkdir(parents=True)
    for hook in ("post-checkout", "pre-commit", "fsmonitor"):
        (root / ".git" / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {marker}\n", encoding="utf-8")
        (root / ".git" / "hooks" / hook).chmod(0o755)
    (root / "pyproject.toml").write_text(
        '[project]\nname = "x"\n[project.entry-points.iamgen]\nx = "iamgen_plugin"\n', encoding="utf-8"
    )
    return root, marker


@promise("No code of the project is imported or run.")
def test_no_code_of_the_project_runs(trapped, watched, iamgen):
    root, marker = trapped
    for command in COMMANDS:
        outcome, events = watched(root, command, root)
        assert events["run"] == []
        assert outcome.out
    # From within the project, whose modules have the names of iamgen's own imports.
    assert iamgen("generate", ".", cwd=root).out
    assert not marker.exists()


def test_the_watch_sees_code_that_runs(tmp_path, watched):
    """The test before is worth something: an import of the folder's code is seen."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "sneaky.py").write_text("x = 1\n", encoding="utf-8")
    program = tmp_path / "code" / "sneaky.py"
    from subprocess import run
    from sys import executable

    events = tmp_path / "e.json"
    text = (
        f"import sys; sys.argv = ['', {str(events)!r}, {str(tmp_path / 'code')!r}]; sys.path[:0] = "
        f"[{str(Path(__file__).parent)!r}, {str(program.parent)!r}]; import watch; sys.addaudithook(watch.hook); "
        f"import sneaky, socket, json; socket.socket(); open({str(events)!r}, 'w').write(json.dumps(watch.events))"
    )
    run([executable, "-c", text], check=True)
    seen = json.loads(events.read_text(encoding="utf-8"))
    assert seen["run"] == [str(program)]
    assert seen["socket"]


@promise("`setup.py`, plugins and hooks of a project are not run, and no other program is started.")
def test_no_program_is_started(trapped, watched):
    root, marker = trapped
    for command in COMMANDS:
        _, events = watched(root, command, root)
        assert events["program"] == []
    assert not marker.exists()


# --- paths ---


@promise(
    "A code path, module, layer or nested template that leads outside the project is not read, by `..` or by a link."
)
@pytest.mark.parametrize("by", ["dots", "link"])
@pytest.mark.parametrize("what", ["code", "module", "layer", "template"])
def test_nothing_outside_is_read(what, by, project, tmp_path, watched):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "python").mkdir()
    text = "import boto3\n\ndef handler(event, context):\n    boto3.client('iam').list_users()\n"
    for name in ("other.py", "shared.py", "python/shared.py"):
        (outside / name).write_text(text, encoding="utf-8")
    nested = {"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "other.handler"}}}}
    (outside / "nested.json").write_text(json.dumps(nested), encoding="utf-8")
    root = project()
    place = "../outside"
    if by == "link":
        (root / "linked").symlink_to(outside)
        place = "linked"
    if what == "code":
        project(CodeUri=place)
    elif what == "module":
        project(
            other=f"import sys\nsys.path.append('../{place}')\nimport shared\n"
            f"{CODE}    shared.handler(event, context)\n"
        )
        (root / "other" / "shared.py").symlink_to(outside / "shared.py")
    elif what == "layer":
        project(other=f"import shared\n{CODE}    shared.handler(event, context)\n", Layers=[{"Ref": "L"}])
    template = json.loads((root / "template.json").read_text(encoding="utf-8"))
    if what == "layer":
        layer = {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": place}}
        template["Resources"]["L"] = layer
    if what == "template":
        project(other=CODE)
        nested = {"Type": "AWS::Serverless::Application", "Properties": {"Location": f"{place}/nested.json"}}
        template["Resources"]["N"] = nested
    (root / "template.json").write_text(json.dumps(template), encoding="utf-8")
    outcome, events = watched(root, "generate", root, "--format", "json")
    assert not [path for path in events["open"] if str(outside) in os.path.realpath(path)]
    assert "ListUsers" not in outcome.out
    if what == "template":
        assert "outside the project" in outcome.out
    else:
        assert outcome.unit("Other")["status"] == "incomplete"


@promise("Pipes, devices and loops of links are not read.")
@pytest.mark.parametrize(
    "make",
    [
        os.mkfifo,
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to(path.name),
    ],
    ids=["pipe", "device", "loop"],
)
def test_special_files_are_not_read(make, project, scan):
    root = project()
    make(root / "other" / "other.py")
    told(scan(root))
    (root / "template.json").unlink()
    make(root / "template.json")
    outcome = scan(root / "template.json")
    assert outcome.code == 2
    assert len(outcome.err.splitlines()) == 1


# --- bounds ---


@promise("A file that is too large is not read, and is told.")
def test_large_files_are_told(project, scan, tmp_path):
    root = project(other="#" * 30_000_000 + CODE)
    told(scan(root), "other.py")
    large_template(root)
    outcome = scan(root / "template.json")
    assert outcome.code == 2
    assert "template.json" in outcome.err


def large_template(root):
    with (root / "template.json").open("wb") as file:
        file.truncate(10_000_000_000)


def test_a_large_template_that_is_found_is_told(project, iamgen):
    root = project(other=CODE)
    large_template(root)
    assert iamgen("check", root).code != 0


@promise("Nesting of 10,000 levels is told, in code, in templates and in policies.")
@pytest.mark.parametrize("where", ["code", "template", "policy"])
def test_nesting_is_told(where, project, scan, iamgen, tmp_path):
    deep = "[" * 10_000 + "]" * 10_000
    if where == "code":
        told(scan(project(other=f"x = {deep}\n{CODE}")), "other.py")
        return
    file = tmp_path / "deep.json"
    file.write_text(f'{{"Resources": {{"A": {deep}}}, "Statement": {deep}}}', encoding="utf-8")
    outcome = scan(file) if where == "template" else iamgen("diff", file, file)
    assert outcome.code == 2
    assert "deep.json" in outcome.err


@promise("YAML aliases that multiply are refused.")
def test_yaml_bombs_are_refused(tmp_path, scan):
    levels = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]
    (tmp_path / "template.yaml").write_text("\n".join([*levels, "Resources: *a29"]), encoding="utf-8")
    outcome = scan(tmp_path / "template.yaml")
    assert outcome.code == 2
    assert "alias" in outcome.err


@promise("YAML tags make no objects.")
@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system", "!!python/object/new:os.mkdir", "!!python/name:os.x"]
)
def test_yaml_tags_make_nothing(tag, tmp_path, watched):
    marker = tmp_path / "made"
    text = f'Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Metadata: {tag} ["{marker}"]\n'
    (tmp_path / "template.yaml").write_text(text, encoding="utf-8")
    outcome, events = watched(tmp_path, "scan", tmp_path / "template.yaml")
    assert outcome.out or outcome.code == 2
    assert events["program"] == []
    assert not marker.exists()


@promise("An archive that unpacks to too much is not read, and is told.")
def test_zip_bombs_are_told(project, scan):
    root = project(CodeUri="bomb.zip")
    with zipfile.ZipFile(root / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(60):
            archive.writestr(f"m{number}.py", "#" * 1_900_000)
        archive.writestr("other.py", CODE)
    assert (root / "bomb.zip").stat().st_size < 1_000_000
    problems = told(scan(root))
    assert "50 MB" in json.dumps(problems)


@promise("An archive's members that lead outside are left out, and nothing is unpacked to disk.")
def test_archives_stay_inside(project, watched, tmp_path):
    root = project(CodeUri="code.zip")
    with zipfile.ZipFile(root / "code.zip", "w") as archive:
        archive.writestr("other.py", f"import slipped\n{CODE}    slipped.run()\n")
        for name in ("../slipped.py", "/slipped.py", "..\\slipped.py"):
            archive.writestr(name, "import boto3\ndef run():\n    boto3.client('iam').list_users()\n")
    before = sorted(path for path in tmp_path.rglob("*") if ".cache" not in path.parts)
    outcome, _ = watched(root, "generate", root, "--format", "json")
    after = sorted(path for path in tmp_path.rglob("*") if ".cache" not in path.parts and path.name != "events.json")
    assert after == before
    other = told(outcome)
    assert [call["operation"] for call in other["calls"]] == ["GetObject"]


@promise("Code that would run for ever is read in bounded time.")
def test_endless_code_is_bounded(project, scan):
    text = "def a(m, n):\n    return n + 1 if m == 0 else a(m - 1, a(m, n - 1) if n else 1)\n"
    text += "while True:\n    x = a(9, 9)\n    if x:\n        break\ny = 'a' * 10 ** 12\nz = 10 ** 10 ** 10\n"
    told(scan(project(other=text + CODE)))  # and the child, which has bounds of its own, has ended


def intricate(number, end):
    return f"arn:aws:s3:::*a{'?' * (12 + number % 9)}*{number:x}*{'?' * (number % 7)}{end}"


@promise("Policies with thousands of intricate patterns are compared in bounded time, and never called equal for that.")
@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_intricate_policies_are_bounded(effect, iamgen, tmp_path):
    for end in ("x", "y"):
        statements = [
            {"Effect": effect, "Action": "s3:GetObject", "Resource": intricate(number, end)} for number in range(3_000)
        ]
        if effect == "Deny":
            statements.append({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})
        policy = {"Version": "2012-10-17", "Statement": statements}
        (tmp_path / f"{end}.json").write_text(json.dumps(policy), encoding="utf-8")
    outcome = iamgen("diff", tmp_path / "x.json", tmp_path / "y.json", "--format", "json")
    assert outcome.code == 1
    assert "undecided" in outcome.out
    assert "steps to compare" in outcome.out


@promise("A duplicate key in a policy is refused.")
def test_duplicate_keys_are_refused(iamgen, tmp_path):
    statement = '{"Effect": "Deny", "Effect": "Allow", "Action": "*", "Resource": "*"}'
    text = f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    outcome = iamgen("evaluate", tmp_path / "p.json", "--action", "s3:GetObject", "--resource", "*")
    assert outcome.code == 2
    assert "twice" in outcome.err


# --- output ---


@pytest.fixture
def reports(tmp_path, iamgen):
    """What every command prints of the hostile project in a format."""
    root = tmp_path / "hostile"
    root.mkdir()
    hostile_project(root)

    def make(name):
        outcomes = [iamgen(command, root, "--format", name) for command in ("scan", "diff", "check")]
        assert all(outcome.out for outcome in outcomes)
        return outcomes

    return make


@promise("Control characters and invisible ones come out as escapes.")
@pytest.mark.parametrize("name", FORMATS)
def test_no_invisible_character_comes_out(name, reports):
    for outcome in reports(name):
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029]", outcome.out + outcome.err
        )
        assert "Evil" in outcome.out
    assert any("u202e" in outcome.out for outcome in reports(name))


SERVERLESS = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Evil:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: app.handler  # \u202e
      Policies: [AmazonS3FullAccess]
"""


@pytest.fixture
def writable(tmp_path):
    folder = tmp_path / "writable"
    folder.mkdir()
    (folder / "app.py").write_text("def handler(event, context):\n    return 1\n")
    (folder / "template.yaml").write_text(SERVERLESS, encoding="utf-8")
    return folder


@promise("Control characters and invisible ones come out as escapes.")
def test_no_invisible_character_comes_out_of_a_diff(iamgen, writable):
    outcome = iamgen("generate", writable, "--write")
    assert "\\u202e" in outcome.out
    assert "\u202e" not in outcome.out


@promise("Without `generate --write --yes` no file of the project is written.")
def test_nothing_is_written_unasked(iamgen, writable):
    before = {one: one.read_bytes() for one in writable.rglob("*")}
    for options in (["scan"], ["generate"], ["generate", "--write"], ["diff"], ["check"]):
        iamgen(options[0], writable, *options[1:])
    assert {one: one.read_bytes() for one in writable.rglob("*")} == before


@promise("With it only policies in files inside the project are, never through a link.")
def test_nothing_is_written_through_a_link(iamgen, writable, tmp_path):
    (writable / "template.yaml").rename(tmp_path / "outside.yaml")
    (writable / "template.yaml").symlink_to(tmp_path / "outside.yaml")
    before = (tmp_path / "outside.yaml").read_bytes()
    iamgen("generate", writable, "--write", "--yes")
    assert (tmp_path / "outside.yaml").read_bytes() == before
    assert (writable / "template.yaml").is_symlink()


@promise("No text of the project makes markup in Markdown.")
def test_markdown_is_inert(reports):
    for outcome in reports("markdown"):
        tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(outcome.out)
        inner = [one for token in tokens for one in token.children or []]
        assert not [one for one in (*tokens, *inner) if one.type in {"html_block", "link_open", "image"}]
        assert {one.content for one in inner if one.type == "html_inline"} <= {"<br>"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = set(), ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in {"src", "href"}]

    def handle_data(self, data):
        self.text += data


@promise("No text of the project makes markup in HTML.")
def test_html_is_inert(reports):
    for outcome in reports("html"):
        page = Page()
        page.feed(outcome.out)
        assert not page.tags & {"script", "img", "a", "iframe", "object", "form"}
        assert "<img src=x>" in page.text


@promise("No text of the project makes a workflow command.")
def test_workflow_commands_are_ours(reports):
    _, _, checked = reports("github")
    *lines, last = checked.out.splitlines()
    assert lines
    command = r"::(error|warning|notice) (?:(?:file|line|col|title)=[^,:]*,?)+::"
    for line in lines:
        assert re.match(command, line), line
        assert "%0A" not in line
    assert not last.startswith("::")
    # Whatever the format, no line of any output begins a command of the project's.
    for name in FORMATS:
        for outcome in reports(name):
            assert name == "github" or not re.search(r"^\s*::", outcome.out + outcome.err, re.MULTILINE)


@promise("No text of the project leaves its string in JSON and SARIF.")
def test_json_is_whole(reports):
    for outcome in reports("json"):
        (unit,) = json.loads(outcome.out)["functions"]
        assert HOSTILE_NAME in unit["name"]
    *_, checked = reports("sarif")
    (run,) = json.loads(checked.out)["runs"]
    assert all(re.fullmatch(r"[\w%./-]+", uri) for uri in re.findall(r'"uri": "([^"]*)"', checked.out))
    assert run["results"]


@promise("A value of the environment or a literal secret that no permission needs is never printed.")
def test_secrets_are_not_printed(project, iamgen):
    words = ["hunter2-environment", "hunter2-literal", "hunter2-argument", "hunter2-key", "hunter2-default"]
    text = f"""
import os
import boto3

PASSWORD = "{words[1]}"

def handler(event, context):
    client = boto3.client("ssm", aws_secret_access_key="{words[3]}")
    client.put_parameter(Name="/shop/password", Value="{words[2]}", Type="SecureString")
    client.put_parameter(Name="/shop/other", Value=PASSWORD + os.environ["PASSWORD"], Type="SecureString")
    boto3.client("sns").publish(TopicArn=event["topic"], Message=os.environ.get("TOKEN", "{words[4]}"))
"""
    root = project(other=text, Environment={"Variables": {"PASSWORD": words[0]}})
    for command in COMMANDS:
        for name in FORMATS:
            if command == "generate" and name in {"github", "sarif", "terminal", "html", "markdown"}:
                continue
            outcome = iamgen(command, root, "--format", name)
            assert not [word for word in words if word in outcome.out + outcome.err], (command, name)
    assert "shop/password" in iamgen("generate", root, "--format", "json").out
    assert not [word for word in words if word in iamgen("explain", "ssm:PutParameter", root).out]


# --- the network ---


@promise("Without `--against live` no socket is opened.")
def test_no_socket_is_opened(trapped, watched, tmp_path):
    root, _ = trapped
    policy = tmp_path / "p.json"
    policy.write_text('{"Version": "2012-10-17", "Statement": []}', encoding="utf-8")
    runs = [
        *((command, root) for command in COMMANDS),
        ("diff", root, "--function", "Good", "--against", policy),
        ("diff", policy, policy),
        ("evaluate", policy, "--action", "s3:GetObject", "--resource", "*"),
        ("explain", "s3:GetObject", root),
        ("catalog", "show", "s3:GetObject"),
    ]
    credentials = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "eu-west-1"}
    for arguments in runs:
        outcome, events = watched(root, *arguments, **credentials)
        assert events["socket"] == [], arguments
        assert outcome.out or outcome.code == 0, (arguments, outcome.err)


@promise(
    "With `--against live` only the calls of [docs/permissions.md](docs/permissions.md) are made, all of them reads."
)
def test_live_only_reads(monkeypatch):
    from botocore.client import BaseClient
    from moto import mock_aws

    from iamgen.deployed.live import LiveReader

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    page = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    policy = json.loads(page.partition("```json\n")[2].partition("```\n")[0])
    allowed = set()
    for statement in policy["Statement"]:
        actions = statement["Action"]
        allowed |= {actions} if isinstance(actions, str) else set(actions)
    reads = re.compile(r"\w+:(Get|List|Describe)\w+|sts:AssumeRole|tag:GetResources")
    assert all(reads.fullmatch(action) for action in allowed), allowed
    made = []
    call = BaseClient._make_api_call

    def recorded(client, operation, parameters):
        made.append(f"{client.meta.service_model.signing_name}:{operation}")
        return call(client, operation, parameters)

    with mock_aws(config={"lambda": {"use_docker": False}}):
        deploy()
        monkeypatch.setattr(BaseClient, "_make_api_call", recorded)
        LiveReader(region="eu-west-1").function("orders")
    assert len(made) > 3
    assert set(made) <= allowed, set(made) - allowed


def deploy():
    """A function with a role that has an inline and a managed policy."""
    import io

    import boto3

    trust = '{"Version": "2012-10-17", "Statement": []}'
    some = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
    iam = boto3.client("iam", region_name="eu-west-1")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=some)
    managed = iam.create_policy(PolicyName="m", PolicyDocument=some)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="r", PolicyArn=managed)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "")
    boto3.client("lambda", region_name="eu-west-1").create_function(
        FunctionName="orders", Runtime="python3.12", Role=role, Handler="app.handler", Code={"ZipFile": code.getvalue()}
    )


# --- the cache ---


@promise("The cache lies outside the project ([why](docs/decisions/cache-outside-the-project.md)).")
def test_the_cache_lies_outside(project, iamgen, tmp_path):
    root = project(other=CODE)
    before = sorted(root.rglob("*"))
    iamgen("scan", ".", cwd=root, IAMGEN_CACHE_DIR="", XDG_CACHE_HOME=str(tmp_path / "home"))
    assert sorted(root.rglob("*")) == before
    assert list((tmp_path / "home" / "iamgen").rglob("*"))
    (root / "pyproject.toml").write_text('[tool.iamgen]\ncache-dir = "cache"\n', encoding="utf-8")
    outcome = iamgen("scan", root)
    assert not (root / "cache").exists()
    assert outcome.code == 2


@pytest.fixture
def poisoned(project, iamgen, tmp_path):
    """Replaces every remembered answer by bytes; gives the function that scans."""
    from hashlib import sha256

    from iamgen.core.cache import _MAGIC

    root = project(other=CODE)

    def scan(data=None, mode=0o700):
        if data is not None:
            for path in (tmp_path / ".cache").rglob("*"):
                if path.is_file():
                    path.write_bytes(_MAGIC + sha256(data).digest() + data)
        (tmp_path / ".cache").mkdir(exist_ok=True)
        (tmp_path / ".cache").chmod(mode)
        return iamgen("scan", root, "--format", "json")

    return scan


@promise("A cache that another user may write is not read.")
def test_a_shared_cache_is_not_read(poisoned, tmp_path):
    honest = poisoned()
    files = [path for path in (tmp_path / ".cache").rglob("*") if path.is_file()]
    assert files
    for path in files:
        os.utime(path, (1, 1))
    poisoned(mode=0o777)
    assert {path.stat().st_mtime for path in files} == {1}  # a read entry is touched
    assert poisoned().out == honest.out
    assert {path.stat().st_mtime for path in files} != {1}


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


@promise("The cache is read by an unpickler that makes only iamgen's own values.")
def test_a_poisoned_cache_does_nothing(poisoned, tmp_path):
    honest = poisoned()
    marker = tmp_path / "made"
    for data in (pickle.dumps(Evil(marker)), b"cos\nsystem\n(S'touch " + str(marker).encode() + b"'\ntR.", b"\x80"):
        assert poisoned(data).out == honest.out
    assert not marker.exists()


# --- fails closed ---


@promise("What cannot be read makes a function *incomplete*.")
@pytest.mark.parametrize(
    "text", ["def handler(:\n", "x = 1\x00", "exec(input())\n" + CODE, "", "from nowhere import *\n"]
)
def test_the_unreadable_is_incomplete(text, project, scan, iamgen):
    root = project(other=text)
    told(scan(root))
    assert iamgen("check", root).code == 1


@promise("A role that cannot be read makes an answer *undecided*, never clean.")
def test_an_unread_role_is_undecided(project, iamgen):
    policies = [{"Statement": [{"Effect": "Perhaps", "Action": "s3:GetObject", "Resource": "*"}]}]
    root = project(other=CODE, Policies=policies)
    outcome = iamgen("diff", root, "--format", "json")
    assert outcome.unit("Other")["diff"]["undecided"]
    assert iamgen("check", root).code == 1


# --- the gate of a change ---


@pytest.fixture
def change(tmp_path, iamgen):
    """A function that is granted too much, checked with settings of its own; gives the rules that are told."""

    def check(settings="", *, baseline=None, pragma="", base=True):
        grown = CODE + "    getattr(boto3.client('sqs'), event['do'])()\n"
        for side in ("base", "change"):
            mine = side == "change"
            root = tmp_path / side
            (root / ".git").mkdir(parents=True, exist_ok=True)
            code = grown.rstrip("\n") + pragma + "\n" if mine else grown
            (root / "app.py").write_text(code, encoding="utf-8")
            role = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
            properties = {"Runtime": "python3.12", "Handler": "app.handler", "CodeUri": ".", "Policies": [role]}
            function = {"Type": "AWS::Serverless::Function", "Properties": properties}
            resources = {"Good": function, "Other": {**function, "Properties": {**properties, "Policies": []}}}
            text = json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": resources})
            for name in ("template.json", "decoy.json"):
                (root / name).write_text(text.replace("s3:*", "s3:GetObject" if name == "decoy.json" else "s3:*"))
            text = settings if mine else 'baseline = "accepted.json"' if baseline else ""
            (root / "pyproject.toml").write_text(f"[tool.iamgen]\n{text}\n", encoding="utf-8")
            accepted = baseline if mine and baseline else '{"version": 1, "accepted": []}'
            (root / "accepted.json").write_text(accepted, encoding="utf-8")
        options = ("--base", tmp_path / "base") if base else ()
        outcome = iamgen("check", tmp_path / "change", "--format", "json", *options)
        return outcome.code, {one["rule"] for one in json.loads(outcome.out)["findings"]}

    return check


def only_told(change, rule, *settings, **more):
    """The change has an effect of its own, none with the base, and then it is told."""
    code, honest = change()
    assert code == 1
    assert change(*settings, **more, base=False)[1] != honest
    code, found = change(*settings, **more)
    assert code == 1
    assert found == honest | {rule}


@promise(
    "With `--base` a change's own `ignore`, `fail-on`, `functions` and `site-packages` have no effect, and are told."
)
@pytest.mark.parametrize("setting", ['ignore = ["IG101", "IG202"]', 'functions = ["Other"]'])
def test_a_changes_own_ignore_has_no_effect(setting, change):
    only_told(change, "IG601", setting)


@pytest.mark.parametrize("setting", ['fail-on = "error"', 'site-packages = ["."]'])
def test_a_changes_own_severity_is_told(setting, change):
    honest = change()[1]
    assert change(setting) == (1, honest | {"IG601"})


@promise("With `--base` a change's own `template`, `entry` and `parameters` have no effect, and are told.")
@pytest.mark.parametrize("setting", ['template = "decoy.json"', 'entry = "app:handler"'])
def test_a_changes_own_template_has_no_effect(setting, change):
    only_told(change, "IG601", setting)
    assert "IG601" in change('parameters = {Stage = "dev"}')[1]


@promise("With `--base` what a change adds to the baseline accepts nothing, and is told.")
def test_a_changes_own_baseline_accepts_nothing(change, iamgen, tmp_path):
    change()
    file = tmp_path / "all.json"
    iamgen("check", tmp_path / "change", "--accept", "--baseline", file)
    only_told(change, "IG603", 'baseline = "accepted.json"', baseline=file.read_text(encoding="utf-8"))


@promise("With `--base` a pragma that a change brings does not count, and is told.")
@pytest.mark.parametrize("where", ["code", "settings"])
def test_a_changes_own_pragma_does_not_count(where, change):
    line = CODE.count("\n") + 1
    if where == "code":
        only_told(change, "IG602", pragma="  # iamgen: ignore trust me")
    else:
        only_told(change, "IG602", f'[tool.iamgen.pragmas]\n"app.py:{line}" = "ignore trust me"')
