"""LlamaIndex's Bedrock model by InvokeModel."""

from llama_index.llms.bedrock_converse import BedrockConverse


class Bedrock(BedrockConverse):
    converse = False
