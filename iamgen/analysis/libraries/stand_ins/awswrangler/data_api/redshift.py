from _stand_in import client, data
from pandas import DataFrame


def connect(
    cluster_id=None, database=None, workgroup_name=None, secret_arn="", db_user=None, boto3_session=None, **options
):
    place = {"Database": database}
    if cluster_id is not None:
        place["ClusterIdentifier"] = cluster_id
    if workgroup_name is not None:
        place["WorkgroupName"] = workgroup_name
    if secret_arn:
        place["SecretArn"] = secret_arn
    if db_user is not None:
        place["DbUser"] = db_user
    return Connection(place, boto3_session)


class Connection:
    def __init__(self, place, boto3_session):
        self.client = client("redshift-data", boto3_session)
        self.place = place

    def execute(self, sql, database=None):
        started = self.client.execute_statement(Sql=sql, **self.place)
        self.client.describe_statement(Id=started["Id"])
        self.client.get_statement_result(Id=started["Id"])
        return data()

    def close(self):
        return None

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None


def read_sql_query(sql, con, database=None):
    con.execute(sql)
    return DataFrame()
