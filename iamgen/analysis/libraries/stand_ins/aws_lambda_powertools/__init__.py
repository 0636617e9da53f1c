"""Powertools for AWS Lambda (Python), as of 3.37: https://docs.powertools.aws.dev/lambda/python/latest/

Logs and metrics are written to standard output, traces go to the X-Ray daemon of a traced deployment.
"""

from _stand_in import Quiet, transparent


class Logger(Quiet):
    inject_lambda_context = staticmethod(transparent)


class Metrics(Quiet):
    log_metrics = staticmethod(transparent)


EphemeralMetrics = Metrics


class single_metric(Quiet):
    pass


class Tracer(Quiet):
    capture_lambda_handler = staticmethod(transparent)
    capture_method = staticmethod(transparent)
