"""wr.secretsmanager"""

from _stand_in import client, data


def get_secret(name, boto3_session=None):
    return client("secretsmanager", boto3_session).get_secret_value(SecretId=name)["SecretString"]


def get_secret_json(name, boto3_session=None):
    get_secret(name, boto3_session)
    return data()
