"""Language models of Bedrock as agent and chain libraries call them.

A model is asked in many ways; what matters is whether its answer is streamed, and by which operation.
"""

from _stand_in import Quiet, call_later, client, data


class Runnable(Quiet):
    """What LangChain calls a runnable: it is invoked, or is a link of a chain."""

    def _run(self):
        pass

    def _stream(self):
        self._run()

    def _leaves(self):
        """A chain or an agent that is not read may ask it either way."""
        self._run()
        self._stream()

    def __or__(self, other):
        return Chain((self, other))

    def __ror__(self, other):
        return Chain((other, self))

    def pipe(self, *others):
        return Chain((self, *others))

    def invoke(self, *args, **options):
        self._run()
        return data()

    async def ainvoke(self, *args, **options):
        self._run()
        return data()

    batch = generate = predict = predict_messages = generate_prompt = transform = __call__ = invoke
    batch_as_completed = call_as_llm = invoke
    abatch = agenerate = apredict = agenerate_prompt = ainvoke

    def stream(self, *args, **options):
        self._stream()
        for item in data():
            yield item

    async def astream(self, *args, **options):
        self._stream()
        for item in data():
            yield item

    astream_events = astream_log = astream

    def bind(self, *args, **options):
        return self

    with_config = with_retry = with_structured_output = with_types = configurable_fields = with_listeners = bind

    def bind_tools(self, tools, *args, **options):
        call_later(tools)
        return self

    def with_fallbacks(self, fallbacks, **options):
        return Chain((self, *fallbacks))


class Chain(Runnable):
    def __init__(self, links):
        self.links = links
        for link in links:
            if not isinstance(link, Runnable):
                call_later(link)

    def _run(self):
        for link in self.links:
            if isinstance(link, Runnable):
                link._run()

    def _stream(self):
        for link in self.links:
            if isinstance(link, Runnable):
                link._stream()


class Bedrock(Runnable):
    """A model by its id; `invoke` tells whether it is asked by InvokeModel or by Converse."""

    converse = True

    def __init__(self, model_id, *given, region=None, key=None, streaming=False):
        self.model_id = model_id
        self.client = client("bedrock-runtime", *given, region_name=region, aws_access_key_id=key)
        self.given = given
        self.streaming = streaming

    def _run(self):
        if self.streaming is True:
            self._stream()
        elif self.converse:
            self.client.converse(modelId=self.model_id, messages=data())
        else:
            self.client.invoke_model(modelId=self.model_id, body=data())

    def _stream(self):
        if self.converse:
            self.client.converse_stream(modelId=self.model_id, messages=data())
        else:
            self.client.invoke_model_with_response_stream(modelId=self.model_id, body=data())


class Embeddings(Quiet):
    """An embedding model: each text, or batch of texts, is one InvokeModel."""

    def __init__(self, model_id, *given, region=None, key=None):
        self.model_id = model_id
        self.client = client("bedrock-runtime", *given, region_name=region, aws_access_key_id=key)

    def _run(self, *args, **options):
        self.client.invoke_model(modelId=self.model_id, body=data())
        return data()

    async def _arun(self, *args, **options):
        self.client.invoke_model(modelId=self.model_id, body=data())
        return data()

    def _leaves(self):
        self._run()

    embed_query = embed_documents = embed_image = get_text_embedding = get_query_embedding = _run
    get_text_embedding_batch = get_agg_embedding_from_queries = __call__ = _run
    aembed_query = aembed_documents = aget_text_embedding = aget_query_embedding = aget_text_embedding_batch = _arun
