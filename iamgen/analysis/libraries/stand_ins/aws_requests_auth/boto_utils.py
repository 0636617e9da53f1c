import boto3

from aws_requests_auth.aws_auth import AWSRequestsAuth


class BotoAWSRequestsAuth(AWSRequestsAuth):
    def __init__(self, aws_host, aws_region, aws_service):
        super().__init__(boto3.Session().get_credentials(), None, aws_host, aws_region, aws_service)


def get_credentials(credentials_obj=None):
    found = credentials_obj or boto3.Session().get_credentials()
    return {
        "aws_access_key": found.access_key,
        "aws_secret_access_key": found.secret_key,
        "aws_token": found.token,
    }
