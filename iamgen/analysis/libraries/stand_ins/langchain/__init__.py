"""LangChain: what it is given it calls; a model that is named by a text may be one of Bedrock's."""

from _stand_in import Framework


def __getattr__(name):
    return Framework
