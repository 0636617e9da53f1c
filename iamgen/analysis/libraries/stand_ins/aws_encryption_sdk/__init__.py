"""The AWS Encryption SDK: KMS master keys make, encrypt and decrypt data keys.

Source: https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/python.html
"""

from _stand_in import Quiet, client, data


class StrictAwsKmsMasterKeyProvider:
    def __init__(self, key_ids=(), botocore_session=None, region_names=(), **options):
        self.key_ids = list(key_ids)
        self.kms = client("kms", botocore_session)

    def add_master_key(self, key_id):
        self.key_ids.append(key_id)

    def new_data_key(self):
        self.kms.generate_data_key(KeyId=self.key_ids[0], NumberOfBytes=32)
        for key in self.key_ids[1:]:
            self.kms.encrypt(KeyId=key, Plaintext=data())

    def data_key(self):
        for key in self.key_ids:
            self.kms.decrypt(KeyId=key, CiphertextBlob=data())


class DiscoveryAwsKmsMasterKeyProvider:
    """Decrypts with whatever key the message names."""

    def __init__(self, botocore_session=None, discovery_filter=None, **options):
        self.kms = client("kms", botocore_session)

    def data_key(self):
        self.kms.decrypt(KeyId=data(), CiphertextBlob=data())


KMSMasterKeyProvider = StrictAwsKmsMasterKeyProvider


class DefaultCryptoMaterialsManager:
    def __init__(self, master_key_provider):
        self.master_key_provider = master_key_provider


class CachingCryptoMaterialsManager:
    def __init__(self, cache=None, max_age=None, master_key_provider=None, backing_materials_manager=None, **options):
        self.master_key_provider = master_key_provider or backing_materials_manager.master_key_provider


class LocalCryptoMaterialsCache(Quiet):
    pass


class EncryptionSDKClient:
    def __init__(self, *args, **options):
        pass

    def encrypt(self, source=None, key_provider=None, materials_manager=None, **options):
        _keys(key_provider, materials_manager).new_data_key()
        return data(), data()

    def decrypt(self, source=None, key_provider=None, materials_manager=None, **options):
        _keys(key_provider, materials_manager).data_key()
        return data(), data()

    def stream(self, mode=None, source=None, key_provider=None, materials_manager=None, **options):
        if mode in ("d", "decrypt"):
            self.decrypt(source, key_provider, materials_manager)
        else:
            self.encrypt(source, key_provider, materials_manager)
        return Quiet()


def _keys(key_provider, materials_manager):
    return materials_manager.master_key_provider if key_provider is None else key_provider


class CommitmentPolicy(Quiet):
    REQUIRE_ENCRYPT_REQUIRE_DECRYPT = data()
    REQUIRE_ENCRYPT_ALLOW_DECRYPT = data()
    FORBID_ENCRYPT_ALLOW_DECRYPT = data()
