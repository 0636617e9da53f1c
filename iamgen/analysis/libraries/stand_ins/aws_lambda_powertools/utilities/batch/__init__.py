"""The processor calls the record handler for each record; it sends nothing itself."""

import asyncio

from _stand_in import Quiet, data


class EventType:
    SQS = "SQS"
    KinesisDataStreams = "KinesisDataStreams"
    DynamoDBStreams = "DynamoDBStreams"
    Kafka = "Kafka"


class BasePartialProcessor:
    def __init__(self, *args, **options):
        self.records = []
        self.success_messages = []
        self.fail_messages = []
        self.exceptions = []

    def __call__(self, records, handler, lambda_context=None):
        self.records = records
        self.handler = handler
        return self

    def __enter__(self):
        self._prepare()
        return self

    def __exit__(self, *args):
        self._clean()

    def _prepare(self):
        pass

    def _clean(self):
        pass

    def process(self):
        for record in self.records:
            self._process_record(record)
        return data()

    def async_process(self):
        for record in self.records:
            asyncio.run(self._async_process_record(record))
        return data()

    def success_handler(self, record, result):
        return ("success", result, record)

    def failure_handler(self, record, exception):
        return ("fail", data(), record)

    def response(self):
        return data()


class BasePartialBatchProcessor(BasePartialProcessor):
    def _process_record(self, record):
        try:
            result = self.handler(record)
        except Exception as error:
            return self.failure_handler(record, error)
        return self.success_handler(record, result)

    async def _async_process_record(self, record):
        try:
            result = await self.handler(record)
        except Exception as error:
            return self.failure_handler(record, error)
        return self.success_handler(record, result)


class BatchProcessor(BasePartialBatchProcessor):
    pass


class AsyncBatchProcessor(BasePartialBatchProcessor):
    pass


class SqsFifoPartialProcessor(BatchProcessor):
    pass


def process_partial_response(event, record_handler, processor, context=None):
    with processor(event["Records"], record_handler, context):
        processor.process()
    return processor.response()


def async_process_partial_response(event, record_handler, processor, context=None):
    with processor(event["Records"], record_handler, context):
        processor.async_process()
    return processor.response()


def batch_processor(function=None, record_handler=None, processor=None):
    def decorate(handler):
        def call(event, context, **options):
            with processor(event["Records"], record_handler, context):
                processor.process()
            return handler(event, context, **options)

        return call

    return decorate if function is None else decorate(function)


def async_batch_processor(function=None, record_handler=None, processor=None):
    def decorate(handler):
        def call(event, context, **options):
            with processor(event["Records"], record_handler, context):
                processor.async_process()
            return handler(event, context, **options)

        return call

    return decorate if function is None else decorate(function)


class ExceptionInfo(Quiet):
    pass


SuccessResponse = FailureResponse = BatchTypeModels = ExceptionInfo


def __getattr__(name):
    return data()
