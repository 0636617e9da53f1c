"""LangChain: what it is given it calls; a model that is named by a text may be one of Bedrock's.

Its early versions have what is in langchain-community now, `langchain.llms.bedrock.Bedrock` say.
"""

from _stand_in import Framework
from langchain_community import (
    AmazonComprehendModerationChain,
    AmazonKendraRetriever,
    AmazonKnowledgeBasesRetriever,
    AmazonTextractPDFLoader,
    AthenaLoader,
    Bedrock,
    BedrockChat,
    BedrockEmbeddings,
    BedrockLLM,
    DynamoDBChatMessageHistory,
    NeptuneGraph,
    OpenSearchVectorSearch,
    S3DirectoryLoader,
    S3FileLoader,
    SagemakerEndpoint,
    SagemakerEndpointEmbeddings,
)


def __getattr__(name):
    return Framework
