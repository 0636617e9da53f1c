"""Python that stands in a template, with references of the template in it."""

import pytest

from iamgen.core.text import Hole, HoleKind, Text, symbol
from iamgen.project.code.inline import inline_python

TABLE = symbol("Table")
READ = "__import__('os').environ['${Table}']"
MARK = "IamgenReference0x"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("a = 1\n",), "a = 1\n"),
        (("t = '", TABLE, "'\n"), f"t = '{MARK}'.replace('{MARK}', {READ})\n"),
        (("t = ('a'\n  'b-", TABLE, "')\n"), f"t = ('a'\n  'b-{MARK}'.replace('{MARK}', {READ}))\n"),
        (("t = '''\nx ", TABLE, "\n'''\nu = 1\n"), f"t = '''\nx {MARK}\n'''.replace('{MARK}', {READ})\nu = 1\n"),
        (("t = f'{a}-", TABLE, "'\n"), f"t = f'{{a}}-{MARK}'.replace('{MARK}', {READ})\n"),
        (("t = ", TABLE, "\n"), f"t = {READ}\n"),
        (("ä = 'ö", TABLE, "'\n"), f"ä = 'ö{MARK}'.replace('{MARK}', {READ})\n"),
        (("# of ", TABLE, "\na = 1\n"), f"# of {MARK}\na = 1\n"),
        (("print ", TABLE, " x\n"), "print ${Table} x\n"),
    ],
)
def test_references_become_variables_of_the_environment(parts, expected):
    source, environment = inline_python(Text.of(*parts))
    assert source == expected
    assert environment == ({"${Table}": (TABLE,)} if "environ" in expected or "# of" in expected else {})


def test_a_reference_where_no_value_can_stand_is_not_read():
    assert inline_python(Text.of("match a:\n  case '", TABLE, "':\n    pass\n")) == (None, {})


def test_several_references_and_unknown_ones():
    unknown = Text((Hole(HoleKind.UNKNOWN, reason="so it is"),))
    source, environment = inline_python(Text.of("a = '", TABLE, "/", unknown, "/", TABLE, "'\n"))
    assert source.count(".replace(") == 2
    assert environment == {"${Table}": (TABLE,), "${1}": (unknown,)}


INLINE = """
Parameters:
  Whole: {Type: String, Default: "def handler(e, c): pass"}
  Open: {Type: String}
Resources:
  Table: {Type: AWS::DynamoDB::Table}
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/r
      Code:
        ZipFile: %s
"""


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("!Sub \"def handler(e, c):\\n    return '${Table}'\\n\"", True),
        ("!Join [\"\\n\", ['def handler(e, c):', !Sub \"  return '${Table}'\", '']]", True),
        ("!Ref Whole", True),
        ("!Ref Open", False),
    ],
)
def test_inline_code_of_a_template(project, code, found):
    (unit,) = project({"template.yaml": INLINE % code}).units
    assert (unit.entry is not None) is found
    assert ("${Table}" in unit.environment) is ("Table" in code)
    assert [one.message for one in unit.problems] == ([] if found else ["the inline code depends on the deployment"])
