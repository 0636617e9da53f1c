"""Functions that start a program of their own instead of a handler."""

import pytest
from described import texts

from iamgen.project.model import HandlerEntry, ScriptEntry

APPLICATION = "from flask import Flask\napp = Flask(__name__)\n"
SCRIPT = (
    "#!/bin/bash\n# it's the server\n"
    "PATH=$PATH:$LAMBDA_TASK_ROOT/bin \\\n  exec python -m uvicorn --port=$PORT main:app\n"
)
ZIP = """Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: app, Handler: %s, Runtime: python3.12, Environment: {Variables: {PORT: 8000}}}
"""
IMAGE = """Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {PackageType: Image%s}
    Metadata: {DockerContext: app}
"""


@pytest.mark.parametrize(
    ("handler", "files"),
    [("run.sh", {"app/run.sh": SCRIPT}), ("./run.sh", {"app/run.sh": SCRIPT}), ("start", {"app/start": SCRIPT})],
)
def test_a_shells_script_as_the_handler(project, handler, files):
    (unit,) = project({"template.yaml": ZIP % handler, "app/main.py": APPLICATION, **files}).units
    assert (unit.handler, unit.entry, unit.problems) == (handler, HandlerEntry("main", "app"), ())
    assert texts(unit.environment["PORT"]) == ['"8000"']


@pytest.mark.parametrize(
    ("script", "kind", "message"),
    [
        ("#!/bin/sh\npython -m uvicorn gone:app\n", "unreadable-code", "the project does not hold the module `gone`"),
        ("#!/bin/sh\n./server\n", "unknown-handler", "the handler `run.sh` was not found"),
    ],
)
def test_a_script_that_starts_nothing_that_is_read(project, script, kind, message):
    (unit,) = project({"template.yaml": ZIP % "run.sh", "app/run.sh": script, "app/x.py": ""}).units
    assert unit.entry is None
    assert [one.kind for one in unit.problems] == [kind]
    assert message in unit.problems[0].message


@pytest.mark.parametrize(
    ("docker", "properties", "handler", "entry"),
    [
        ("CMD exec gunicorn --bind :$PORT main:app", "", "main:app", HandlerEntry("main", "app")),
        ('CMD ["python", "job.py"]', "", "python job.py", ScriptEntry("job")),
        ('CMD ["x"]', ", ImageConfig: {Command: [python, -m, job]}", "python -m job", ScriptEntry("job")),
        (
            'ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["main.handler"]',
            "",
            "main.handler",
            HandlerEntry("main", "handler"),
        ),
        ('CMD ["main.handler"]', "", "main.handler", HandlerEntry("main", "handler")),
    ],
)
def test_the_command_of_an_image(project, docker, properties, handler, entry):
    files = {
        "template.yaml": IMAGE % properties,
        "app/Dockerfile": f"FROM python:3.12\n{docker}\n",
        "app/main.py": f"{APPLICATION}def handler(event, context):\n    pass\n",
        "app/job.py": "",
    }
    (unit,) = project(files).units
    assert (unit.handler, unit.entry, unit.problems) == (handler, entry, ())


@pytest.mark.parametrize(
    ("copy", "file", "folder"),
    [
        ("COPY src/ ${LAMBDA_TASK_ROOT}/", "app/src/main.py", "src"),
        ("COPY --chown=1:1 ./src .", "app/src/main.py", "src"),
        ('COPY ["src/main.py", "./"]', "app/src/main.py", "src"),
        ("COPY src/*.py /var/task", "app/src/main.py", "src"),
        ("COPY . .", "app/main.py", "app"),
        ("COPY src ./src", "app/src/main.py", "src"),
        ("COPY gone .\nCOPY --from=build /x .\nCOPY src .", "app/src/main.py", "src"),
    ],
)
def test_what_an_image_copies_is_where_its_imports_start(project, copy, file, folder):
    docker = f'FROM public.ecr.aws/lambda/python:3.12\n{copy}\nCMD ["main.handler"]\n'
    files = {"template.yaml": IMAGE % "", "app/Dockerfile": docker, file: "def handler(event, context):\n    pass\n"}
    if "./src" not in copy or "./src ." in copy:
        files["app/other/main.py"] = "def handler(event, context):\n    pass\n"
    (unit,) = project(files).units
    assert (unit.entry, unit.problems) == (HandlerEntry("main", "handler"), ())
    assert unit.search_path[0].name == folder


ELSEWHERE = """Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {PackageType: Image, ImageUri: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1%s}
"""
UNKNOWN = "the code lies in an image that is not built here"


@pytest.mark.parametrize(
    ("files", "properties", "entry", "message"),
    [
        ({"Dockerfile": 'FROM x/python\nCOPY src .\nCMD ["main.handler"]\n'}, "", HandlerEntry("main", "handler"),
         f"{UNKNOWN}; `Dockerfile` is read in its place"),
        ({}, ", ImageConfig: {Command: [main.handler]}", HandlerEntry("main", "handler"),
         f"{UNKNOWN}; `src/main.py` is read in its place"),
        ({}, "", None, UNKNOWN),
        ({"Dockerfile": "FROM x/python\n"}, "", None, UNKNOWN),
        ({"Dockerfile": 'FROM x/python\nCMD ["gone.handler"]\n'}, "", None,
         "the handler `gone.handler` was not found: no module `gone` in its code"),
    ],
)  # fmt: skip
def test_an_image_that_is_built_elsewhere(project, files, properties, entry, message):
    code = {"src/main.py": "def handler(event, context):\n    pass\n"}
    (unit,) = project({"template.yaml": ELSEWHERE % properties, **code, **files}).units
    assert unit.entry == entry
    assert [one.message for one in unit.problems] == [message]
