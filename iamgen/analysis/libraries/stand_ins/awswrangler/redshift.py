"""wr.redshift: COPY and UNLOAD are gaps."""

from _stand_in import Quiet, client
from awswrangler._databases import connect, read_sql_query, to_sql

read_sql_table = read_sql_query


def connect_temp(
    cluster_identifier, user, database=None, auto_create=True, db_groups=None, boto3_session=None, **options
):
    redshift = client("redshift", boto3_session)
    redshift.get_cluster_credentials(
        DbUser=user, ClusterIdentifier=cluster_identifier, AutoCreate=auto_create, **_groups(db_groups)
    )
    redshift.describe_clusters(ClusterIdentifier=cluster_identifier)
    return Quiet()


def _groups(names):
    return {"DbGroups": names} if names else {}
