from _stand_in import data

from aws_lambda_powertools import EphemeralMetrics, Metrics, single_metric

AmazonCloudWatchEMFProvider = DatadogMetrics = DatadogProvider = Metrics


def __getattr__(name):
    return data()
