"""watchtower, as of 3.4: a logging handler that puts log events."""

import boto3
from _stand_in import Quiet, client, data


class CloudWatchLogHandler(Quiet):
    def __init__(
        self,
        log_group_name="watchtower",
        log_stream_name=None,
        use_queues=True,
        send_interval=60,
        max_batch_size=0,
        max_batch_count=0,
        boto3_client=None,
        boto3_profile_name=None,
        create_log_group=True,
        log_group_tags=None,
        json_serialize_default=None,
        log_group_retention_days=None,
        create_log_stream=True,
        log_group=None,
        stream_name=None,
        boto3_session=None,
        **options,
    ):
        logs = client("logs", boto3_client, boto3_session)
        group = log_group or log_group_name
        stream = log_stream_name or stream_name or data()
        if create_log_group:
            logs.describe_log_groups(logGroupNamePrefix=group)
            logs.create_log_group(logGroupName=group)
        if log_group_tags:
            boto3.client("sts").get_caller_identity()
            logs.tag_resource(resourceArn=f"arn:aws:logs:{data()}:{data()}:log-group:{group}", tags=log_group_tags)
        if log_group_retention_days:
            logs.put_retention_policy(logGroupName=group, retentionInDays=log_group_retention_days)
        if create_log_stream:
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=data())


class CloudWatchLogFormatter(Quiet):
    pass


class WatchtowerWarning(Warning):
    pass


class WatchtowerError(Exception):
    pass
