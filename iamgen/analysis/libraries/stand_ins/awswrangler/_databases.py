"""Connections to databases by what Glue or a secret tells of them."""

from _stand_in import Quiet, client
from pandas import DataFrame


def connect(connection=None, secret_id=None, catalog_id=None, dbname=None, boto3_session=None, *args, **options):
    if connection is not None:
        glue = client("glue", boto3_session)
        details = glue.get_connection(Name=connection, HidePassword=False)["Connection"]["ConnectionProperties"]
        if "SECRET_ID" in details:
            client("secretsmanager", boto3_session).get_secret_value(SecretId=details["SECRET_ID"])
    if secret_id is not None:
        client("secretsmanager", boto3_session).get_secret_value(SecretId=secret_id)
    return Quiet()


def read_sql_query(sql, con, *args, **options):
    """What goes over a connection is no request."""
    return DataFrame()


def to_sql(df, con, *args, **options):
    return None
