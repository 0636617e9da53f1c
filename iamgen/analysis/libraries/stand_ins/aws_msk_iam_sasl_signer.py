"""Tokens for MSK clusters: connecting is signed, and what is read and written is the cluster's to allow."""

from _stand_in import data, gap, signed


class MSKAuthTokenProvider:
    @staticmethod
    def generate_auth_token(region, aws_debug_creds=False):
        signed("kafka-cluster", "GET", f"kafka.{region}.amazonaws.com", region)
        gap("which topics and groups of a Kafka cluster are used")
        return data(), data()

    @staticmethod
    def generate_auth_token_from_role_arn(region, role_arn, sts_session_name=None):
        import boto3

        role = boto3.client("sts").assume_role(RoleArn=role_arn, RoleSessionName=sts_session_name or data())
        signed("kafka-cluster", "GET", f"kafka.{region}.amazonaws.com", region, role["Credentials"]["AccessKeyId"])
        return data(), data()
