"""What stand-ins share: the functions that the analyzer answers itself, and a few kinds of objects."""

from _iamgen import asked, attribute, call_later, client, data, event, gap, maybe, members, s3_paths, same, signed


def transparent(function=None, *args, **options):
    """A decorator, with or without arguments, that calls what it wraps and sends nothing."""
    return same if function is None else function


class Quiet:
    """An object that sends nothing, whatever is called on it."""

    def __init__(self, *args, **options):
        pass

    def __getattr__(self, name):
        return data()

    def __getitem__(self, key):
        return data()

    def __iter__(self):
        for item in data():
            yield item

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None

    async def __aenter__(self):
        return self

    async def __aexit__(self, *args):
        return None

    def __call__(self, *args, **options):
        return data()

    def __bool__(self):
        return maybe()


class Registry(Quiet):
    """An object whose decorators take functions that it calls later: an application, a router."""

    def register(self, *args, **options):
        call_later(args, options)
        return call_later


class Framework(Quiet):
    """An object that calls what it is given: functions, tools, models."""

    def __init__(self, *args, **options):
        call_later(args, options)

    def __call__(self, *args, **options):
        call_later(args, options)
        return Framework()

    def __getattr__(self, name):
        return Framework()

    def __getitem__(self, key):
        return data()

    @classmethod
    def from_llm(cls, *args, **options):
        """Made of a model, of texts and an embedding model, of a file."""
        call_later(args, options)
        return Framework()

    from_chain_type = from_documents = from_texts = from_embeddings = from_existing_index = from_existing_graph = (
        from_llm
    )
    from_template = from_messages = from_examples = from_function = from_tools = from_agent_and_tools = from_llm
    load_local = load = from_client_params = from_params = from_bytes = from_llm
