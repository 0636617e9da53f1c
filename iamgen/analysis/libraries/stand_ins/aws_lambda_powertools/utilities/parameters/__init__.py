"""Parameters and secrets, cached for a while: https://docs.powertools.aws.dev/lambda/python/latest/utilities/parameters/"""

import os

from _stand_in import client, data


class BaseProvider:
    """What a program's own provider extends: it defines `_get` and `_get_multiple`."""

    def __init__(self, *args, **options):
        pass

    def get(self, name, max_age=None, transform=None, force_fetch=False, **sdk_options):
        return self._get(name, **sdk_options)

    def get_multiple(
        self, path, max_age=None, transform=None, raise_on_transform_error=False, force_fetch=False, **sdk_options
    ):
        return self._get_multiple(path, **sdk_options)

    def clear_cache(self):
        return None


class SSMProvider(BaseProvider):
    def __init__(self, config=None, boto_config=None, boto3_session=None, boto3_client=None):
        self.client = client("ssm", boto3_client, boto3_session, boto_config or config)

    def get(self, name, max_age=None, transform=None, decrypt=None, force_fetch=False, **sdk_options):
        response = self.client.get_parameter(Name=name, WithDecryption=decrypt or False, **sdk_options)
        return response["Parameter"]["Value"]

    def get_multiple(
        self,
        path,
        max_age=None,
        transform=None,
        raise_on_transform_error=False,
        decrypt=None,
        force_fetch=False,
        recursive=False,
        **sdk_options,
    ):
        found = {}
        pages = self.client.get_paginator("get_parameters_by_path").paginate(
            Path=path, Recursive=recursive, WithDecryption=decrypt or False, **sdk_options
        )
        for page in pages:
            for parameter in page["Parameters"]:
                found[parameter["Name"]] = parameter["Value"]
        return found

    def set(
        self,
        name,
        value,
        overwrite=False,
        description="",
        parameter_type="String",
        tier="Standard",
        kms_key_id=None,
        **sdk_options,
    ):
        if kms_key_id:
            sdk_options["KeyId"] = kms_key_id
        return self.client.put_parameter(
            Name=name,
            Value=value,
            Overwrite=overwrite,
            Type=parameter_type,
            Tier=tier,
            Description=description,
            **sdk_options,
        )

    def get_parameters_by_name(self, parameters, transform=None, decrypt=None, max_age=None, raise_on_error=True):
        """All in one request; those that are to be decrypted one by one when the others are not."""
        for name, options in parameters.items():
            if options and options.get("decrypt"):
                self.get(name, decrypt=True)
        self.client.get_parameters(Names=list(parameters), WithDecryption=decrypt or False)
        return {name: data() for name in parameters}


class SecretsProvider(BaseProvider):
    def __init__(self, config=None, boto_config=None, boto3_session=None, boto3_client=None):
        self.client = client("secretsmanager", boto3_client, boto3_session, boto_config or config)

    def _get(self, name, **sdk_options):
        return self.client.get_secret_value(SecretId=name, **sdk_options)["SecretString"]

    def _get_multiple(self, names, **sdk_options):
        return get_secrets_by_name(names, **sdk_options)

    def set(self, name, value, client_request_token=None, **sdk_options):
        try:
            return self.client.put_secret_value(SecretId=name, SecretString=data(), **sdk_options)
        except Exception:
            return self.client.create_secret(Name=name, SecretString=data(), **sdk_options)


class DynamoDBProvider(BaseProvider):
    def __init__(
        self,
        table_name,
        key_attr="id",
        sort_attr="sk",
        value_attr="value",
        endpoint_url=None,
        config=None,
        boto_config=None,
        boto3_session=None,
        boto3_client=None,
    ):
        self.table_name = table_name
        self.client = client("dynamodb", boto3_client, boto3_session, boto_config or config)

    def _get(self, name, **sdk_options):
        return self.client.get_item(TableName=self.table_name, Key=data(), **sdk_options)["Item"]

    def _get_multiple(self, path, **sdk_options):
        return self.client.query(TableName=self.table_name, KeyConditionExpression=data(), **sdk_options)["Items"]


class AppConfigProvider(BaseProvider):
    def __init__(
        self, environment, application=None, config=None, boto_config=None, boto3_session=None, boto3_client=None
    ):
        self.environment = environment
        self.application = application or os.getenv("POWERTOOLS_SERVICE_NAME") or "service_undefined"
        self.client = client("appconfigdata", boto3_client, boto3_session, boto_config or config)

    def _get(self, name, **sdk_options):
        session = self.client.start_configuration_session(
            ConfigurationProfileIdentifier=name,
            ApplicationIdentifier=self.application,
            EnvironmentIdentifier=self.environment,
            **sdk_options,
        )
        token = session["InitialConfigurationToken"]
        return self.client.get_latest_configuration(ConfigurationToken=token)["Configuration"].read()


class AppConfigExtensionProvider(AppConfigProvider):
    """Asks the extension in the function's environment, which signs with the function's role."""

    def __init__(self, environment, application=None, **options):
        super().__init__(environment, application)


def get_parameter(name, transform=None, decrypt=None, force_fetch=False, max_age=None, **sdk_options):
    return SSMProvider().get(name, decrypt=decrypt, **sdk_options)


def get_parameters(
    path,
    transform=None,
    recursive=True,
    decrypt=None,
    force_fetch=False,
    max_age=None,
    raise_on_transform_error=False,
    **sdk_options,
):
    return SSMProvider().get_multiple(path, recursive=recursive, decrypt=decrypt, **sdk_options)


def set_parameter(
    name,
    value,
    overwrite=False,
    description="",
    parameter_type="String",
    tier="Standard",
    kms_key_id=None,
    **sdk_options,
):
    return SSMProvider().set(name, value, overwrite, description, parameter_type, tier, kms_key_id, **sdk_options)


def get_parameters_by_name(parameters, transform=None, decrypt=None, max_age=None, raise_on_error=True):
    return SSMProvider().get_parameters_by_name(parameters, transform, decrypt, max_age, raise_on_error)


def get_secret(name, transform=None, force_fetch=False, max_age=None, **sdk_options):
    return SecretsProvider().get(name, **sdk_options)


def get_secrets_by_name(names, transform=None, force_fetch=False, max_age=None, **sdk_options):
    client("secretsmanager").batch_get_secret_value(Filters=[{"Key": "name", "Values": names}], **sdk_options)
    return {name: data() for name in names}


def set_secret(name, value, client_request_token=None, **sdk_options):
    return SecretsProvider().set(name, value, client_request_token, **sdk_options)


def get_app_config(name, environment, application=None, transform=None, force_fetch=False, max_age=None, **sdk_options):
    return AppConfigProvider(environment, application).get(name, **sdk_options)


def clear_caches():
    return None


class GetParameterError(Exception):
    pass


class TransformParameterError(Exception):
    pass


class SetParameterError(Exception):
    pass


class SetSecretError(Exception):
    pass


GetSecretError = GetParameterError
