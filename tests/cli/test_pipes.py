"""A reader that goes away (`iamgen scan | head -1`) is no error."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("arguments", [["scan"], ["catalog", "show", "s3:GetObject"]], ids=" ".join)
def test_a_closed_pipe(tmp_path, arguments):
    (tmp_path / "app.py").write_text(
        "import boto3\ndef handler(event, context):\n    boto3.client('s3').list_buckets()\n"
    )
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "iamgen", *arguments, *([str(tmp_path), "--no-cache"] if arguments == ["scan"] else [])],
        stdout=write,
        stderr=subprocess.PIPE,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")
