"""Proof by execution: the fixtures' functions run with the policies that iamgen makes for them (`tox -e enforce`)."""
