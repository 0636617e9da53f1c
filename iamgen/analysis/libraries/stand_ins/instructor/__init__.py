"""Instructor, as of 1.17: structured answers of a client; of Bedrock's by Converse."""

from _stand_in import Quiet, client, data


class Mode(Quiet):
    BEDROCK_JSON = data()
    BEDROCK_TOOLS = data()
    TOOLS = data()
    JSON = data()
    ANTHROPIC_TOOLS = data()
    ANTHROPIC_JSON = data()


class _Bedrock:
    def __init__(self, runtime, model=None):
        self.runtime = runtime
        self.model = model
        self.chat = self.completions = self.messages = self

    def create(self, *args, modelId=None, model=None, **options):
        name = modelId or model or self.model
        self.runtime.converse(modelId=name, messages=data())
        return data()

    create_with_completion = converse = create

    def create_partial(self, *args, modelId=None, model=None, **options):
        self.runtime.converse_stream(modelId=modelId or model or self.model, messages=data())
        for item in data():
            yield item

    create_iterable = create_partial


def from_bedrock(client, mode=None, async_client=False, **options):
    return _Bedrock(client)


def from_provider(model, *args, **options):
    if model.startswith("bedrock/"):
        return _Bedrock(client("bedrock-runtime", region_name=options.get("region")), model.removeprefix("bedrock/"))
    return Quiet()


def from_anthropic(client, *args, **options):
    """Patches a client, `AnthropicBedrock` among them: it is asked as before."""
    return client


patch = from_openai = from_litellm = apatch = from_anthropic


def __getattr__(name):
    return data()
