"""The secrets manager's caching client. Source: aws_secretsmanager_caching/cache/items.py, as of 1.2"""

from _stand_in import Quiet, client


class SecretCacheConfig(Quiet):
    pass


class SecretCache:
    def __init__(self, config=None, client=None):
        self._client = _client(client)

    def get_secret_string(self, secret_id, version_stage=None):
        self._client.describe_secret(SecretId=secret_id)
        return self._client.get_secret_value(SecretId=secret_id)["SecretString"]

    def get_secret_binary(self, secret_id, version_stage=None):
        self._client.describe_secret(SecretId=secret_id)
        return self._client.get_secret_value(SecretId=secret_id)["SecretBinary"]

    def refresh_secret_now(self, secret_id):
        self._client.describe_secret(SecretId=secret_id)
        self._client.get_secret_value(SecretId=secret_id)
        return True


def _client(given):
    return client("secretsmanager", given)


class InjectSecretString:
    def __init__(self, secret_id, cache):
        self.secret_id = secret_id
        self.cache = cache

    def __call__(self, function):
        def call(*args, **options):
            return function(self.cache.get_secret_string(self.secret_id), *args, **options)

        return call


class InjectKeywordedSecretString:
    def __init__(self, secret_id, cache, **keywords):
        self.secret_id = secret_id
        self.cache = cache
        self.keywords = keywords

    def __call__(self, function):
        def call(*args, **options):
            secret = self.cache.get_secret_string(self.secret_id)
            return function(*args, **{name: secret for name in self.keywords}, **options)

        return call
