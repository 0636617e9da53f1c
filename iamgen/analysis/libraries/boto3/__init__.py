"""boto3, botocore and their asynchronous twins: sessions, clients, resources, transfers, responses."""
