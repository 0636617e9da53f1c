"""Transactions: sent when their block ends."""

from _stand_in import Quiet, data

from pynamodb.connection import Connection


class TransactWrite:
    def __init__(self, connection=None, **options):
        self.connection = connection or Connection()
        self.items = []

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.connection.client.transact_write_items(TransactItems=self.items)

    def save(self, model, condition=None, **options):
        self.items.append({"Put": {"TableName": model.Meta.table_name, "Item": data()}})

    def update(self, model, actions, condition=None, **options):
        self.items.append({"Update": {"TableName": model.Meta.table_name, "Key": data(), "UpdateExpression": data()}})

    def delete(self, model, condition=None, **options):
        self.items.append({"Delete": {"TableName": model.Meta.table_name, "Key": data()}})

    def condition_check(self, model_cls, hash_key, range_key=None, condition=None):
        check = {"TableName": model_cls.Meta.table_name, "Key": data(), "ConditionExpression": data()}
        self.items.append({"ConditionCheck": check})


class TransactGet:
    def __init__(self, connection=None, **options):
        self.connection = connection or Connection()
        self.items = []

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.connection.client.transact_get_items(TransactItems=self.items)

    def get(self, model_cls, hash_key, range_key=None):
        self.items.append({"Get": {"TableName": model_cls.Meta.table_name, "Key": data()}})
        return Future(model_cls)


class Future:
    def __init__(self, model):
        self.model = model

    def get(self):
        return self.model()
