"""An item a call: put before it, updated after it, read where it exists, deleted where the call fails.

Source: aws_lambda_powertools/utilities/idempotency/persistence/dynamodb.py
"""

from _stand_in import Quiet, client, data


class IdempotencyConfig(Quiet):
    pass


class IdempotentHookFunction(Quiet):
    pass


class BasePersistenceLayer:
    def __init__(self, *args, **options):
        pass

    def configure(self, config=None, function_name=None, key_prefix=None):
        pass

    def save_inprogress(self, data, remaining_time_in_millis=None):
        self._put_record(DataRecord())

    def save_success(self, data, result):
        self._update_record(DataRecord())

    def delete_record(self, data, exception):
        self._delete_record(DataRecord())

    def get_record(self, data):
        return self._get_record("")


class DataRecord(Quiet):
    pass


class DynamoDBPersistenceLayer(BasePersistenceLayer):
    def __init__(self, table_name, key_attr="id", boto_config=None, boto3_session=None, boto3_client=None, **options):
        self.table_name = table_name
        self.client = client("dynamodb", boto3_client, boto3_session)

    def _get_record(self, idempotency_key):
        return self.client.get_item(TableName=self.table_name, Key=data(), ConsistentRead=True)

    def _put_record(self, data_record):
        self.client.put_item(
            TableName=self.table_name,
            Item=data(),
            ConditionExpression=data(),
            ExpressionAttributeNames=data(),
            ExpressionAttributeValues=data(),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    def _update_record(self, data_record):
        self.client.update_item(
            TableName=self.table_name,
            Key=data(),
            UpdateExpression=data(),
            ExpressionAttributeNames=data(),
            ExpressionAttributeValues=data(),
        )

    def _delete_record(self, data_record):
        self.client.delete_item(TableName=self.table_name, Key=data())


class CachePersistenceLayer(BasePersistenceLayer):
    """A Redis or Valkey server: nothing of AWS's API."""

    def _get_record(self, idempotency_key):
        return data()

    def _put_record(self, data_record):
        return None

    _update_record = _delete_record = _put_record


RedisCachePersistenceLayer = CachePersistenceLayer


def _once(store, function, args, options):
    store.configure()
    try:
        store.save_inprogress(data())
    except Exception:
        store.get_record(data())
    try:
        result = function(*args, **options)
    except Exception as error:
        store.delete_record(data(), error)
        raise
    store.save_success(data(), result)
    return result


def idempotent(handler=None, persistence_store=None, config=None, key_prefix=None, **options):
    def decorate(function):
        def call(event, context, **more):
            return _once(persistence_store, function, (event, context), more)

        return call

    return decorate if handler is None else decorate(handler)


def idempotent_function(
    function=None, data_keyword_argument=None, persistence_store=None, config=None, key_prefix=None, **options
):
    def decorate(function):
        def call(*args, **more):
            return _once(persistence_store, function, args, more)

        return call

    return decorate if function is None else decorate(function)


def __getattr__(name):
    return data()
