"""CloudFormation's response module: an HTTP request to a presigned URL."""

from _stand_in import data

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    return data()
