"""The connections below the models: one for all tables, one of one table."""

from _stand_in import client, data


class Connection:
    def __init__(self, region=None, host=None, **options):
        self.client = client("dynamodb", region_name=region)

    def list_tables(self, **options):
        return self.client.list_tables()

    def describe_table(self, table_name):
        return self.client.describe_table(TableName=table_name)

    def create_table(self, table_name, **options):
        return self.client.create_table(TableName=table_name, AttributeDefinitions=data(), KeySchema=data())

    def update_table(self, table_name, **options):
        return self.client.update_table(TableName=table_name)

    def delete_table(self, table_name):
        return self.client.delete_table(TableName=table_name)

    def update_time_to_live(self, table_name, ttl_attribute_name):
        return self.client.update_time_to_live(TableName=table_name, TimeToLiveSpecification=data())

    def get_item(self, table_name, hash_key, range_key=None, **options):
        return self.client.get_item(TableName=table_name, Key=data())

    def put_item(self, table_name, hash_key, range_key=None, **options):
        return self.client.put_item(TableName=table_name, Item=data())

    def update_item(self, table_name, hash_key, range_key=None, **options):
        return self.client.update_item(TableName=table_name, Key=data())

    def delete_item(self, table_name, hash_key, range_key=None, **options):
        return self.client.delete_item(TableName=table_name, Key=data())

    def query(self, table_name, hash_key, index_name=None, **options):
        if index_name:
            return self.client.query(TableName=table_name, IndexName=index_name)
        return self.client.query(TableName=table_name)

    def scan(self, table_name, index_name=None, **options):
        if index_name:
            return self.client.scan(TableName=table_name, IndexName=index_name)
        return self.client.scan(TableName=table_name)

    def batch_get_item(self, table_name, keys, **options):
        return self.client.batch_get_item(RequestItems={table_name: {"Keys": data()}})

    def batch_write_item(self, table_name, put_items=None, delete_items=None, **options):
        return self.client.batch_write_item(RequestItems={table_name: [{"PutRequest": {"Item": data()}}]})


class TableConnection:
    def __init__(self, table_name, region=None, host=None, **options):
        self.table_name = table_name
        self.connection = Connection(region)

    def describe_table(self):
        return self.connection.describe_table(self.table_name)

    def create_table(self, **options):
        return self.connection.create_table(self.table_name)

    def update_table(self, **options):
        return self.connection.update_table(self.table_name)

    def delete_table(self):
        return self.connection.delete_table(self.table_name)

    def get_item(self, hash_key, range_key=None, **options):
        return self.connection.get_item(self.table_name, hash_key)

    def put_item(self, hash_key, range_key=None, **options):
        return self.connection.put_item(self.table_name, hash_key)

    def update_item(self, hash_key, range_key=None, **options):
        return self.connection.update_item(self.table_name, hash_key)

    def delete_item(self, hash_key, range_key=None, **options):
        return self.connection.delete_item(self.table_name, hash_key)

    def query(self, hash_key, index_name=None, **options):
        return self.connection.query(self.table_name, hash_key, index_name)

    def scan(self, index_name=None, **options):
        return self.connection.scan(self.table_name, index_name)

    def batch_get_item(self, keys, **options):
        return self.connection.batch_get_item(self.table_name, keys)

    def batch_write_item(self, put_items=None, delete_items=None, **options):
        return self.connection.batch_write_item(self.table_name, put_items, delete_items)
