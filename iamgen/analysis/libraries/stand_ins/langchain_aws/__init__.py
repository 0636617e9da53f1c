"""langchain-aws, as of 1.9. Source: langchain_aws/chat_models, llms, embeddings, retrievers"""

from _models import Bedrock, Embeddings, Runnable
from _stand_in import client, data


class _Model(Bedrock):
    def __init__(
        self,
        model=None,
        *,
        model_id=None,
        client=None,
        region_name=None,
        aws_access_key_id=None,
        base_model_id=None,
        streaming=False,
        beta_use_converse_api=None,
        bedrock_client=None,
        **options,
    ):
        name = model if model_id is None else model_id
        if name is None:
            name = options.get("model_name")
        super().__init__(name, client, region=region_name, key=aws_access_key_id, streaming=streaming)
        self.profile_client = _bedrock(bedrock_client, region_name, aws_access_key_id)
        self.converse = self._converses(name, beta_use_converse_api)
        if "application-inference-profile" in name and base_model_id is None:
            self.profile_client.get_inference_profile(inferenceProfileIdentifier=name)

    def _converses(self, name, asked):
        return True

    def get_num_tokens(self, text):
        return data()


def _bedrock(given, region, key):
    return client("bedrock", given, region_name=region, aws_access_key_id=key)


class ChatBedrockConverse(_Model):
    def get_num_tokens_from_messages(self, messages, tools=None):
        self.client.count_tokens(modelId=self.model_id, input=data())
        return data()


class ChatBedrock(_Model):
    """InvokeModel, unless Converse is asked for or the model is one of Nova's."""

    def _converses(self, name, asked):
        return asked is True or (asked is None and "amazon.nova" in name)

    get_num_tokens_from_messages = ChatBedrockConverse.get_num_tokens_from_messages


class BedrockLLM(_Model):
    def _converses(self, name, asked):
        return False


class ChatAnthropicBedrock(BedrockLLM):
    pass


Bedrock = BedrockLLM
BedrockChat = ChatBedrock


class BedrockEmbeddings(Embeddings):
    def __init__(self, *, model_id=None, model=None, client=None, region_name=None, aws_access_key_id=None, **options):
        name = model_id or model or "amazon.titan-embed-text-v1"
        super().__init__(name, client, region=region_name, key=aws_access_key_id)


class AmazonKnowledgeBasesRetriever(Runnable):
    def __init__(self, *, knowledge_base_id, client=None, region_name=None, **options):
        self.knowledge_base_id = knowledge_base_id
        self.agent = _runtime(client, region_name)

    def _run(self):
        self.agent.retrieve(knowledgeBaseId=self.knowledge_base_id, retrievalQuery=data())

    def get_relevant_documents(self, query, **options):
        self._run()
        return data()

    aget_relevant_documents = get_relevant_documents


def _runtime(given, region):
    return client("bedrock-agent-runtime", given, region_name=region)


class BedrockRerank(Runnable):
    def __init__(self, *, model_arn=None, client=None, region_name=None, **options):
        self.model_arn = model_arn
        self.agent = _runtime(client, region_name)

    def _run(self):
        self.agent.rerank(
            queries=data(),
            sources=data(),
            rerankingConfiguration={
                "type": "BEDROCK_RERANKING_MODEL",
                "bedrockRerankingConfiguration": {"modelConfiguration": {"modelArn": self.model_arn}},
            },
        )

    def compress_documents(self, documents, query, **options):
        self._run()
        return data()

    rerank = compress_documents


class AmazonKendraRetriever(Runnable):
    def __init__(self, *, index_id, client=None, region_name=None, **options):
        self.index_id = index_id
        self.kendra = _kendra(client, region_name)

    def _run(self):
        self.kendra.retrieve(IndexId=self.index_id, QueryText=data())
        self.kendra.query(IndexId=self.index_id, QueryText=data())

    def get_relevant_documents(self, query, **options):
        self._run()
        return data()


def _kendra(given, region):
    return client("kendra", given, region_name=region)


class SagemakerEndpoint(Runnable):
    def __init__(self, *, endpoint_name, client=None, region_name=None, streaming=False, **options):
        self.endpoint_name = endpoint_name
        self.runtime = _sagemaker(client, region_name)

    def _run(self):
        self.runtime.invoke_endpoint(EndpointName=self.endpoint_name, Body=data())

    def _stream(self):
        self.runtime.invoke_endpoint_with_response_stream(EndpointName=self.endpoint_name, Body=data())


ChatSagemakerEndpoint = SagemakerEndpoint


def _sagemaker(given, region):
    return client("sagemaker-runtime", given, region_name=region)
