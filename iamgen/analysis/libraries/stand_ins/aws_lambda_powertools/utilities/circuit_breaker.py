"""The breaker's state is an item of a table: read before a call, elected and updated after it."""

from _stand_in import Quiet, call_later, client, data


class CircuitBreakerPersistenceLayer:
    def configure(self, *args, **options):
        pass

    def get_state(self, name):
        return self._get_record(name)

    def save(self, name):
        self._put_record(name)
        self._update_record(name)


class CircuitBreakerDynamoDBPersistence(CircuitBreakerPersistenceLayer):
    def __init__(self, table_name, boto_config=None, boto3_session=None, boto3_client=None, **options):
        self.table_name = table_name
        self.client = client("dynamodb", boto3_client, boto3_session, region_name=None)

    def _get_record(self, name):
        return self.client.get_item(TableName=self.table_name, Key=data(), ConsistentRead=False)

    def _put_record(self, name):
        self.client.put_item(TableName=self.table_name, Item=data(), ConditionExpression=data())

    def _update_record(self, name):
        self.client.update_item(TableName=self.table_name, Key=data(), UpdateExpression=data())


def circuit_breaker(name, persistence_store, on_circuit_open=None, on_transition=None, config=None):
    call_later(on_circuit_open, on_transition)

    def decorate(function):
        def call(*args, **options):
            persistence_store.get_state(name)
            result = function(*args, **options)
            persistence_store.save(name)
            return result

        return call

    return decorate


def __getattr__(name):
    return data()
