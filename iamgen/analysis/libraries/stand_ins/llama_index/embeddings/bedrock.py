"""LlamaIndex's Bedrock embeddings."""

from _models import Embeddings
from _stand_in import data


class BedrockEmbedding(Embeddings):
    def __init__(
        self,
        model_name="amazon.titan-embed-text-v1",
        client=None,
        *args,
        region_name=None,
        aws_access_key_id=None,
        **options,
    ):
        super().__init__(model_name, client, region=region_name, key=aws_access_key_id)


Models = data()
