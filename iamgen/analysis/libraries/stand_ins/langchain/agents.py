from _models import Chain
from _stand_in import Framework, call_later
from langchain.chat_models import init_chat_model


def create_agent(model, tools=None, *args, **options):
    call_later(tools, args, options)
    if isinstance(model, str):
        return Chain((init_chat_model(model),))
    return Chain((model,))


def __getattr__(name):
    return Framework
