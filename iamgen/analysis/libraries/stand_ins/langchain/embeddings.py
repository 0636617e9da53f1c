from _stand_in import Framework
from langchain_community import BedrockEmbeddings, SagemakerEndpointEmbeddings


def init_embeddings(model, *, provider=None, **options):
    if provider == "bedrock":
        return BedrockEmbeddings(model_id=model, **options)
    if model.startswith("bedrock:"):
        return BedrockEmbeddings(model_id=model.removeprefix("bedrock:"), **options)
    return Framework()


def __getattr__(name):
    return Framework
