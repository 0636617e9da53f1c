from _stand_in import Framework
from langchain_community import BedrockChat, BedrockEmbeddings, SagemakerEndpointEmbeddings
from langchain_aws import ChatBedrock, ChatBedrockConverse


def init_chat_model(model=None, *, model_provider=None, **options):
    """`init_chat_model("bedrock:<model>")`, or the provider beside it."""
    if model_provider == "bedrock_converse":
        return ChatBedrockConverse(model=model, **options)
    if model_provider == "bedrock":
        return ChatBedrock(model=model, **options)
    if model.startswith("bedrock_converse:"):
        return ChatBedrockConverse(model=model.removeprefix("bedrock_converse:"), **options)
    if model.startswith("bedrock:"):
        return ChatBedrock(model=model.removeprefix("bedrock:"), **options)
    return Framework()


def __getattr__(name):
    return Framework
