"""Cohere's client; its Bedrock and SageMaker forms sign the requests themselves. Source: cohere/aws_client.py"""

from _stand_in import Quiet, client, data


class Client(Quiet):
    """Cohere's own service."""


ClientV2 = AsyncClient = AsyncClientV2 = Client


class BedrockClient:
    def __init__(
        self, *, aws_access_key=None, aws_secret_key=None, aws_session_token=None, aws_region=None, timeout=None
    ):
        self.runtime = client("bedrock-runtime", region_name=aws_region, aws_access_key_id=aws_access_key)

    def chat(self, *args, model=None, **options):
        self.runtime.invoke_model(modelId=model, body=data())
        return data()

    embed = rerank = generate = classify = chat

    def chat_stream(self, *args, model=None, **options):
        self.runtime.invoke_model_with_response_stream(modelId=model, body=data())
        return data()

    generate_stream = chat_stream


BedrockClientV2 = AsyncBedrockClient = AsyncBedrockClientV2 = BedrockClient


class SagemakerClient:
    def __init__(
        self, *, aws_access_key=None, aws_secret_key=None, aws_session_token=None, aws_region=None, timeout=None
    ):
        self.runtime = client("sagemaker-runtime", region_name=aws_region, aws_access_key_id=aws_access_key)

    def chat(self, *args, model=None, **options):
        self.runtime.invoke_endpoint(EndpointName=model, Body=data())
        return data()

    embed = rerank = generate = classify = chat

    def chat_stream(self, *args, model=None, **options):
        self.runtime.invoke_endpoint_with_response_stream(EndpointName=model, Body=data())
        return data()

    generate_stream = chat_stream


SagemakerClientV2 = AsyncSagemakerClient = SagemakerClient


def __getattr__(name):
    return Quiet
