"""Powertools for AWS Lambda (Python), as of 3.37: https://docs.powertools.aws.dev/lambda/python/latest/"""

from _stand_in import Quiet, data, transparent

from aws_lambda_powertools import logging, metrics, middleware_factory, shared, tracing

Logger = logging.Logger
Metrics = metrics.Metrics
EphemeralMetrics = metrics.EphemeralMetrics
single_metric = metrics.single_metric
Tracer = tracing.Tracer
