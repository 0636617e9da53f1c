"""Models: one table a class, named by its `Meta`."""

from _stand_in import attribute, client, data, members

from pynamodb.attributes import MapAttribute, TTLAttribute
from pynamodb.indexes import Index


class Model:
    def __init_subclass__(cls, **options):
        for name, value in members(cls):
            if isinstance(value, Index):
                value.model = cls
                value.index_name = attribute(attribute(value, "Meta", None), "index_name", name)

    def __init__(self, hash_key=None, range_key=None, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)

    @classmethod
    def _client(cls):
        return client("dynamodb", region_name=attribute(cls.Meta, "region", None))

    @classmethod
    def get(cls, hash_key, range_key=None, consistent_read=False, attributes_to_get=None):
        cls._client().get_item(TableName=cls.Meta.table_name, Key=data())
        return cls()

    @classmethod
    def query(cls, hash_key, range_key_condition=None, filter_condition=None, index_name=None, **options):
        if index_name:
            cls._client().query(TableName=cls.Meta.table_name, IndexName=index_name, KeyConditionExpression=data())
        else:
            cls._client().query(TableName=cls.Meta.table_name, KeyConditionExpression=data())
        return _items(cls)

    @classmethod
    def scan(cls, filter_condition=None, index_name=None, **options):
        if index_name:
            cls._client().scan(TableName=cls.Meta.table_name, IndexName=index_name)
        else:
            cls._client().scan(TableName=cls.Meta.table_name)
        return _items(cls)

    @classmethod
    def count(cls, hash_key=None, range_key_condition=None, filter_condition=None, index_name=None, **options):
        if hash_key is None:
            return cls.describe_table()["ItemCount"]
        cls.query(hash_key, index_name=index_name)
        return data()

    @classmethod
    def batch_get(cls, items, **options):
        cls._client().batch_get_item(RequestItems={cls.Meta.table_name: {"Keys": data()}})
        return _items(cls)

    @classmethod
    def batch_write(cls, auto_commit=True):
        return BatchWrite(cls)

    @classmethod
    def exists(cls):
        cls._client().describe_table(TableName=cls.Meta.table_name)
        return data()

    @classmethod
    def describe_table(cls):
        return cls._client().describe_table(TableName=cls.Meta.table_name)["Table"]

    @classmethod
    def create_table(cls, wait=False, **options):
        dynamodb = cls._client()
        dynamodb.describe_table(TableName=cls.Meta.table_name)
        dynamodb.create_table(TableName=cls.Meta.table_name, AttributeDefinitions=data(), KeySchema=data())
        for name, value in members(cls):
            if isinstance(value, TTLAttribute):
                cls.update_ttl(True)

    @classmethod
    def delete_table(cls, wait=False):
        cls._client().delete_table(TableName=cls.Meta.table_name)
        if wait:
            cls.describe_table()

    @classmethod
    def update_ttl(cls, ignore_update_ttl_errors=False):
        cls._client().update_time_to_live(TableName=cls.Meta.table_name, TimeToLiveSpecification=data())

    @classmethod
    def from_raw_data(cls, data):
        return cls()

    def save(self, condition=None, add_version_condition=True):
        self._client().put_item(TableName=self.Meta.table_name, Item=data())
        return data()

    def update(self, actions, condition=None, add_version_condition=True):
        self._client().update_item(TableName=self.Meta.table_name, Key=data(), UpdateExpression=data())
        return data()

    def delete(self, condition=None, add_version_condition=True):
        self._client().delete_item(TableName=self.Meta.table_name, Key=data())
        return data()

    def refresh(self, consistent_read=False):
        self._client().get_item(TableName=self.Meta.table_name, Key=data())

    def serialize(self, null_check=True):
        return data()

    to_dict = to_json = to_simple_dict = to_dynamodb_dict = get_attributes = attribute_values = serialize

    def deserialize(self, attribute_values):
        return None

    from_simple_dict = from_dynamodb_dict = from_json = deserialize

    def __eq__(self, other):
        return data()


class BatchWrite:
    def __init__(self, model):
        self.model = model

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.commit()

    def save(self, put_item):
        pass

    def delete(self, del_item):
        pass

    def commit(self):
        table = self.model.Meta.table_name
        self.model._client().batch_write_item(RequestItems={table: [{"PutRequest": {"Item": data()}}]})


def _items(cls):
    """A result iterator: instances of the model."""
    return ResultIterator(cls)


class ResultIterator:
    def __init__(self, model):
        self.model = model
        self.last_evaluated_key = data()
        self.total_count = data()
        self.page_iter = data()

    def __iter__(self):
        for item in data():
            yield self.model()

    def __next__(self):
        return self.model()

    def next(self):
        return self.model()


DoesNotExist = Model.DoesNotExist = Exception
