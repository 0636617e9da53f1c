"""Masking erases; encrypting asks the provider."""

from _stand_in import data

from aws_lambda_powertools.utilities.data_masking import provider as _provider


class DataMasking:
    def __init__(self, provider=None, raise_on_missing_field=True):
        self.provider = provider

    def encrypt(self, data, provider_options=None, **encryption_context):
        return self.provider.encrypt(data, provider_options, **encryption_context)

    def decrypt(self, data, provider_options=None, **encryption_context):
        return self.provider.decrypt(data, provider_options, **encryption_context)

    def erase(self, data, fields=None, **options):
        return data


def __getattr__(name):
    return data()
