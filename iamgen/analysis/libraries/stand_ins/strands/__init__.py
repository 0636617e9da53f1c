"""Strands Agents, as of 1.62: an agent asks its model, by default one of Bedrock's, and calls its tools."""

from _stand_in import Quiet, call_later, data, transparent

from strands import models

tool = transparent


class Agent:
    def __init__(self, model=None, messages=None, tools=None, system_prompt=None, *args, **options):
        if model is None:
            self.model = models.BedrockModel()
        elif isinstance(model, str):
            self.model = models.BedrockModel(model_id=model)
        else:
            self.model = model
        self.messages = []
        self.tool = Quiet()
        self.state = Quiet()
        call_later(tools, options)

    def __call__(self, *args, **options):
        call_later(args, options)
        self.model.ask()
        return data()

    structured_output = __call__

    async def invoke_async(self, *args, **options):
        call_later(args, options)
        self.model.ask()
        return data()

    structured_output_async = invoke_async

    async def stream_async(self, *args, **options):
        self.model.ask()
        for item in data():
            yield item

    def as_tool(self, *args, **options):
        return self

    def cleanup(self):
        return None

    def _leaves(self):
        self.model.ask()


class ToolContext(Quiet):
    pass


AgentSkills = Plugin = Skill = Snapshot = ToolContext


def __getattr__(name):
    return Quiet
