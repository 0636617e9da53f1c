"""Events parsed by pydantic models."""

from _stand_in import data, maybe
from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from aws_lambda_powertools.utilities.parser import envelopes, models


def parse(event, model=None, envelope=None):
    parsed = event if model is None else model.model_validate(event)
    if envelope is None or maybe():
        return parsed
    return [parsed]


def event_parser(function=None, model=None, envelope=None):
    def decorate(handler):
        def call(event, context, **options):
            return handler(parse(event, model, envelope), context, **options)

        return call

    return decorate if function is None else decorate(function)


def __getattr__(name):
    return data()
