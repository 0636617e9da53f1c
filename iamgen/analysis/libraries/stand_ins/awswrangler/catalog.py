"""wr.catalog: the Glue Data Catalog."""

from _stand_in import client, data
from pandas import DataFrame


def get_databases(catalog_id=None, boto3_session=None):
    client("glue", boto3_session).get_databases()
    for item in data():
        yield item


def databases(limit=100, catalog_id=None, boto3_session=None):
    client("glue", boto3_session).get_databases()
    return DataFrame()


def get_tables(catalog_id=None, database=None, *args, boto3_session=None, **options):
    glue = client("glue", boto3_session)
    if database is None:
        glue.get_databases()
    glue.get_tables(DatabaseName=database or data())
    for item in data():
        yield item


def tables(limit=100, catalog_id=None, database=None, *args, boto3_session=None, **options):
    list(get_tables(catalog_id, database, boto3_session=boto3_session))
    return DataFrame()


def search_tables(text, catalog_id=None, boto3_session=None):
    client("glue", boto3_session).search_tables(SearchText=text)
    for item in data():
        yield item


def table(database, table, *args, boto3_session=None, **options):
    client("glue", boto3_session).get_table(DatabaseName=database, Name=table)
    return DataFrame()


get_table_types = get_table_location = get_table_description = get_table_parameters = get_columns_comments = table
get_columns_parameters = get_table_number_of_versions = table


def does_table_exist(database, table, boto3_session=None, **options):
    client("glue", boto3_session).get_table(DatabaseName=database, Name=table)
    return data()


def delete_table_if_exists(database, table, *args, boto3_session=None, **options):
    client("glue", boto3_session).delete_table(DatabaseName=database, Name=table)
    return data()


def create_database(name, *args, boto3_session=None, **options):
    glue = client("glue", boto3_session)
    glue.get_database(Name=name)
    glue.update_database(Name=name, DatabaseInput={"Name": name})
    glue.create_database(DatabaseInput={"Name": name})


def delete_database(name, catalog_id=None, boto3_session=None):
    client("glue", boto3_session).delete_database(Name=name)


def get_partitions(database, table, *args, boto3_session=None, **options):
    client("glue", boto3_session).get_partitions(DatabaseName=database, TableName=table)
    return data()


get_parquet_partitions = get_csv_partitions = get_partitions


def add_parquet_partitions(database, table, partitions_values, *args, boto3_session=None, **options):
    client("glue", boto3_session).batch_create_partition(
        DatabaseName=database, TableName=table, PartitionInputList=data()
    )


add_csv_partitions = add_json_partitions = add_orc_partitions = add_parquet_partitions


def delete_partitions(table, database, partitions_values, *args, boto3_session=None, **options):
    client("glue", boto3_session).batch_delete_partition(
        DatabaseName=database, TableName=table, PartitionsToDelete=data()
    )


def delete_all_partitions(table, database, *args, boto3_session=None, **options):
    get_partitions(database, table, boto3_session=boto3_session)
    delete_partitions(table, database, [], boto3_session=boto3_session)
    return data()


def create_parquet_table(database, table, path, *args, mode="overwrite", boto3_session=None, **options):
    glue = client("glue", boto3_session)
    glue.get_table(DatabaseName=database, Name=table)
    if mode == "overwrite":
        delete_all_partitions(table, database, boto3_session=boto3_session)
    glue.create_table(DatabaseName=database, TableInput={"Name": table})
    glue.update_table(DatabaseName=database, TableInput={"Name": table})


create_csv_table = create_json_table = create_orc_table = create_parquet_table


def upsert_table_parameters(parameters, database, table, *args, boto3_session=None, **options):
    glue = client("glue", boto3_session)
    glue.get_table(DatabaseName=database, Name=table)
    glue.update_table(DatabaseName=database, TableInput={"Name": table})
    return data()


overwrite_table_parameters = upsert_table_parameters


def add_column(database, table, *args, boto3_session=None, **options):
    upsert_table_parameters({}, database, table, boto3_session=boto3_session)


delete_column = add_column


def get_connection(name, catalog_id=None, boto3_session=None):
    return client("glue", boto3_session).get_connection(Name=name, HidePassword=False)["Connection"]


def sanitize_table_name(table):
    return data()


sanitize_column_name = sanitize_table_name


def sanitize_dataframe_columns_names(df, *args, **options):
    return df


drop_duplicated_columns = extract_athena_types = rename_duplicated_columns = sanitize_dataframe_columns_names
