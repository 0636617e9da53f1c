"""Metrics are written to the log in the embedded metric format."""

from _stand_in import Quiet, data, transparent


class Metrics(Quiet):
    log_metrics = staticmethod(transparent)


EphemeralMetrics = AmazonCloudWatchEMFProvider = DatadogMetrics = DatadogProvider = Metrics


class single_metric(Quiet):
    pass


def __getattr__(name):
    return data()
