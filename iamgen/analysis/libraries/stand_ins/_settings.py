"""The sources of pydantic-settings that ask AWS."""

from _stand_in import Quiet, client


class AWSSecretsManagerSettingsSource(Quiet):
    def __init__(self, settings_cls, secret_id, region_name=None, *args, **options):
        client("secretsmanager", region_name=region_name).get_secret_value(SecretId=secret_id)
