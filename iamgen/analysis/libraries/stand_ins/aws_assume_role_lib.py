"""aws-assume-role-lib: sessions of a role's credentials, which are fetched when they are first used."""

import boto3
from _stand_in import data


def assume_role(session, RoleArn, *args, region_name=None, RoleSessionName=None, **options):
    sts = (session or boto3).client("sts")
    role = sts.assume_role(RoleArn=RoleArn, RoleSessionName=RoleSessionName or data())["Credentials"]
    return boto3.Session(
        aws_access_key_id=role["AccessKeyId"],
        aws_secret_access_key=role["SecretAccessKey"],
        aws_session_token=role["SessionToken"],
        region_name=region_name,
    )


class JSONFileCache:
    def __init__(self, *args, **options):
        pass


def get_role_arn(account_id, role_name, *args, **options):
    return f"arn:aws:iam::{account_id}:role/{role_name}"


def patch_boto3():
    return None
