"""wr.sts"""

from _stand_in import client


def get_account_id(boto3_session=None):
    return client("sts", boto3_session).get_caller_identity()["Account"]


def get_current_identity_arn(boto3_session=None):
    return client("sts", boto3_session).get_caller_identity()["Arn"]


get_current_identity_name = get_current_identity_arn
