"""The encryption SDK's strict master key provider: a data key of the first key, encrypted with the others."""

from aws_encryption_sdk import EncryptionSDKClient, StrictAwsKmsMasterKeyProvider


class AWSEncryptionSDKProvider:
    def __init__(self, keys, key_provider=None, **options):
        self.keys = StrictAwsKmsMasterKeyProvider(key_ids=keys)
        self.client = EncryptionSDKClient()

    def encrypt(self, data, provider_options=None, **encryption_context):
        return self.client.encrypt(source=data, key_provider=self.keys)[0]

    def decrypt(self, data, provider_options=None, **encryption_context):
        return self.client.decrypt(source=data, key_provider=self.keys)[0]
