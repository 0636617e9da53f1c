"""Flags are a configuration of AppConfig, fetched when one is evaluated."""

from _stand_in import Quiet, data

from aws_lambda_powertools.utilities.parameters import AppConfigProvider


class StoreProvider:
    @property
    def get_raw_configuration(self):
        return self.get_configuration()


class AppConfigStore(StoreProvider):
    def __init__(
        self,
        environment,
        application=None,
        name=None,
        max_age=5,
        sdk_config=None,
        envelope="",
        jmespath_options=None,
        logger=None,
        boto_config=None,
        boto3_session=None,
        boto3_client=None,
        use_extension=False,
    ):
        self.name = name
        self.provider = AppConfigProvider(
            environment, application, boto3_session=boto3_session, boto3_client=boto3_client
        )

    def get_configuration(self):
        return self.provider.get(self.name)


class AppConfigExtensionStore(StoreProvider):
    """The extension's requests are those of the deployment that adds its layer."""

    def __init__(self, environment, application=None, name=None, **options):
        self.provider = AppConfigProvider(environment, application)
        self.name = name

    def get_configuration(self):
        return self.provider.get(self.name)


class FeatureFlags:
    def __init__(self, store, logger=None):
        self.store = store

    def get_configuration(self):
        return self.store.get_configuration()

    def evaluate(self, name=None, context=None, default=None):
        self.store.get_configuration()
        return data()

    def get_enabled_features(self, context=None):
        self.store.get_configuration()
        return data()

    def validation_exception_handler(self, exc_class):
        from _stand_in import call_later

        return call_later


def __getattr__(name):
    return data()
