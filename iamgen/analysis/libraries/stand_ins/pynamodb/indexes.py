"""Indexes: a query or scan of the model's table with the index's name."""

from _stand_in import data


class Index:
    model = data()  # the model that declares the index sets it
    index_name = None

    def query(self, hash_key, range_key_condition=None, filter_condition=None, **options):
        return self.model.query(hash_key, index_name=self.index_name)

    def scan(self, filter_condition=None, **options):
        return self.model.scan(index_name=self.index_name)

    def count(self, hash_key, range_key_condition=None, filter_condition=None, **options):
        self.query(hash_key)
        return data()


class GlobalSecondaryIndex(Index):
    pass


class LocalSecondaryIndex(Index):
    pass


class Projection:
    def __init__(self, *args, **options):
        pass


AllProjection = KeysOnlyProjection = IncludeProjection = Projection
