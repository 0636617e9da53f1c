"""LlamaIndex's Bedrock model by Converse."""

from _models import Bedrock


class BedrockConverse(Bedrock):
    def __init__(
        self, model, *args, region_name=None, aws_access_key_id=None, botocore_session=None, client=None, **options
    ):
        super().__init__(model, client, botocore_session, region=region_name, key=aws_access_key_id)

    complete = chat = predict = structured_predict = chat_with_tools = predict_and_call = Bedrock.invoke
    acomplete = achat = apredict = astructured_predict = achat_with_tools = Bedrock.ainvoke
    stream_complete = stream_chat = stream_chat_with_tools = Bedrock.stream
    astream_complete = astream_chat = Bedrock.astream
