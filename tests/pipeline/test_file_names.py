"""Files whose names no import statement can hold: Lambda imports a handler by its path, and a script needs no import."""

# ruff: noqa: E501  # a template is easier to read on one line

import pytest

from iamgen.pipeline import Options, scan

CODE = "import boto3\n\ndef handler(event, context):\n    boto3.client('sqs').list_queues()\n"
SCRIPT = "import boto3\n\nif __name__ == '__main__':\n    boto3.client('sqs').list_queues()\n"
SAM = "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {{Type: AWS::Serverless::Function, Properties: {{Runtime: python3.12, Handler: {}}}}}\n"
TASK = """Resources:
  Job:
    Type: AWS::ECS::TaskDefinition
    Properties:
      TaskRoleArn: arn:aws:iam::123456789012:role/job
      ContainerDefinitions: [{Name: main, Image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/x:1, Command: [python, %s]}]
"""


@pytest.mark.parametrize(
    ("files", "options"),
    [
        ({"template.yaml": SAM.format("my-fn/get-user.handler"), "my-fn/get-user.py": CODE}, {}),
        ({"template.yaml": SAM.format("2-app.handler"), "2-app.py": CODE}, {}),
        ({"template.yaml": TASK % "jobs/run-it.py", "jobs/run-it.py": SCRIPT}, {}),
        ({"template.yaml": TASK % '"-m", jobs.run-it', "jobs/run-it.py": SCRIPT}, {}),
        ({"functions/get-user/app.py": CODE}, {}),
        ({"functions/get-user/lambda-handler.py": CODE}, {}),
        ({"my-script.py": SCRIPT}, {}),
        ({"jobs/my-script.py": SCRIPT}, {"entry": "jobs/my-script.py"}),
        ({"my-script.py": CODE}, {"entry": "my-script:handler"}),
        ({"my-script.py": CODE}, {"handler": "my-script.handler"}),
    ],
)
def test_a_name_that_no_statement_imports(tmp_path, files, options):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (unit,) = scan(tmp_path, Options(jobs=1, **options)).units
    assert [call.operation for call in unit.usage.calls] == ["ListQueues"]
    assert [gap.message for gap in unit.gaps] == []


@pytest.mark.parametrize("entry", ["..x:handler", "a//b", "a\\b:handler"])
def test_what_is_no_name_at_all(tmp_path, entry):
    from iamgen.core.errors import InputError

    (tmp_path / "x.py").write_text(CODE)
    with pytest.raises(InputError):
        scan(tmp_path, Options(entry=entry, jobs=1))
