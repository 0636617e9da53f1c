"""Models. Source: strands/models/bedrock.py; other providers are no business of AWS's."""

from _stand_in import Quiet, client, data


class BedrockModel:
    def __init__(
        self,
        *,
        boto_session=None,
        boto_client_config=None,
        region_name=None,
        endpoint_url=None,
        api_key=None,
        **model_config,
    ):
        self.config = model_config
        self.api_key = api_key
        self.client = client("bedrock-runtime", boto_session, region_name=region_name)

    def update_config(self, **model_config):
        self.config.update(model_config)

    def get_config(self):
        return self.config

    def ask(self):
        if self.api_key is not None:
            return
        model = self.config.get("model_id") or "us.anthropic.claude-" + data()
        if self.config.get("streaming") is False:
            self.client.converse(modelId=model, messages=data())
        else:
            self.client.converse_stream(modelId=model, messages=data())

    def _leaves(self):
        self.ask()


class SageMakerAIModel:
    def __init__(self, endpoint_config=None, payload_config=None, boto_session=None, boto_client_config=None):
        config = endpoint_config or {}
        self.name = config.get("endpoint_name")
        self.client = client("sagemaker-runtime", boto_session, region_name=config.get("region_name"))

    def ask(self):
        self.client.invoke_endpoint_with_response_stream(EndpointName=self.name, Body=data())
        self.client.invoke_endpoint(EndpointName=self.name, Body=data())


class Model(Quiet):
    """Another provider's model."""


def __getattr__(name):
    return Model
