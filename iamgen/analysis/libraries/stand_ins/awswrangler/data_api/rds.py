from _stand_in import client, data
from pandas import DataFrame


def connect(resource_arn, database, secret_arn="", boto3_session=None, **options):
    return Connection(resource_arn, database, secret_arn, boto3_session)


class Connection:
    def __init__(self, resource_arn, database, secret_arn, boto3_session):
        self.client = client("rds-data", boto3_session)
        self.place = {"resourceArn": resource_arn, "secretArn": secret_arn, "database": database}

    def execute(self, sql):
        self.client.execute_statement(sql=sql, **self.place)
        return data()

    def close(self):
        return None

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None


def read_sql_query(sql, con, *args, **options):
    con.execute(sql)
    return DataFrame()


def to_sql(df, con, table, *args, **options):
    con.client.begin_transaction(**con.place)
    con.execute("")
    con.client.batch_execute_statement(sql=data(), **con.place)
    con.client.commit_transaction(
        resourceArn=con.place["resourceArn"], secretArn=con.place["secretArn"], transactionId=data()
    )
    con.client.rollback_transaction(
        resourceArn=con.place["resourceArn"], secretArn=con.place["secretArn"], transactionId=data()
    )
