"""Anthropic's client; its Bedrock form signs InvokeModel itself. Source: anthropic/lib/bedrock"""

from _stand_in import Quiet, client, data


class _Messages:
    def __init__(self, runtime):
        self.runtime = runtime
        self.batches = Quiet()

    def create(self, *args, model=None, stream=False, **options):
        if stream is False:
            self.runtime.invoke_model(modelId=model, body=data())
        else:
            self.runtime.invoke_model_with_response_stream(modelId=model, body=data())
        return data()

    def stream(self, *args, model=None, **options):
        self.runtime.invoke_model_with_response_stream(modelId=model, body=data())
        return Quiet()

    parse = create

    @property
    def with_raw_response(self):
        return self

    with_streaming_response = with_raw_response


class AnthropicBedrock:
    def __init__(
        self,
        aws_secret_key=None,
        aws_access_key=None,
        aws_region=None,
        aws_profile=None,
        aws_session_token=None,
        **options,
    ):
        runtime = client("bedrock-runtime", region_name=aws_region, aws_access_key_id=aws_access_key)
        self.messages = _Messages(runtime)
        self.completions = _Messages(runtime)
        self.beta = _Beta(runtime)

    def with_options(self, **options):
        return self

    copy = with_options


class _Beta:
    def __init__(self, runtime):
        self.messages = _Messages(runtime)


class _AsyncMessages(_Messages):
    async def create(self, *args, model=None, stream=False, **options):
        return _Messages.create(self, model=model, stream=stream)


class AsyncAnthropicBedrock(AnthropicBedrock):
    def __init__(self, aws_secret_key=None, aws_access_key=None, aws_region=None, **options):
        super().__init__(aws_secret_key, aws_access_key, aws_region)
        self.messages = _AsyncMessages(self.messages.runtime)


class Anthropic(Quiet):
    """Anthropic's own service."""


AsyncAnthropic = AnthropicVertex = Anthropic


class APIError(Exception):
    pass


APIStatusError = RateLimitError = APIConnectionError = BadRequestError = AnthropicError = APITimeoutError = APIError


def __getattr__(name):
    return data()
