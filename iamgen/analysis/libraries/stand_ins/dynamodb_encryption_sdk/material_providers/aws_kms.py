import boto3
from _stand_in import client, data


class AwsKmsCryptographicMaterialsProvider:
    def __init__(
        self, key_id, botocore_session=None, grant_tokens=None, material_description=None, regional_clients=None
    ):
        self.key_id = key_id
        self.kms = client("kms", botocore_session)

    def encryption_materials(self):
        self.kms.generate_data_key(KeyId=self.key_id, NumberOfBytes=32)

    def decryption_materials(self):
        self.kms.decrypt(CiphertextBlob=data(), KeyId=self.key_id)
