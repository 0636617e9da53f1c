"""redshift_connector, as of 2.2: with `iam=True` it asks for the cluster's address and for temporary credentials.

Source: redshift_connector/iam_helper.py
"""

from _stand_in import Quiet, client, data


class Connection(Quiet):
    def cursor(self):
        return Quiet()


def connect(
    user=None,
    database=None,
    password=None,
    port=None,
    host=None,
    iam=False,
    db_user=None,
    cluster_identifier=None,
    region=None,
    group_federation=False,
    is_serverless=False,
    serverless_acct_id=None,
    serverless_work_group=None,
    db_groups=None,
    auto_create=False,
    access_key_id=None,
    **options,
):
    if iam is not True:
        return Connection()
    if is_serverless is True or serverless_work_group is not None:
        serverless = client("redshift-serverless", region_name=region, aws_access_key_id=access_key_id)
        serverless.get_workgroup(workgroupName=serverless_work_group or data())
        serverless.get_credentials(workgroupName=serverless_work_group or data(), dbName=database)
        return Connection()
    redshift = client("redshift", region_name=region, aws_access_key_id=access_key_id)
    cluster = data() if cluster_identifier is None else cluster_identifier
    if host is None:
        redshift.describe_clusters(ClusterIdentifier=cluster)
    if group_federation is True:
        redshift.get_cluster_credentials_with_iam(ClusterIdentifier=cluster, DbName=database)
    else:
        redshift.get_cluster_credentials(
            ClusterIdentifier=cluster, DbUser=db_user or user or data(), DbName=database, AutoCreate=auto_create
        )
    return Connection()


def __getattr__(name):
    return data()
