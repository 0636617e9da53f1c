"""Graphs and swarms of agents."""

from _stand_in import Quiet, call_later


class Swarm(Quiet):
    def __init__(self, nodes=None, *args, **options):
        call_later(nodes)


class GraphBuilder(Quiet):
    def add_node(self, executor, *args, **options):
        call_later(executor)
        return Quiet()


def __getattr__(name):
    return Quiet
