"""opensearch-py, as of 3.2: a client whose requests a signer signs. Source: opensearchpy/client/__init__.py"""

from _stand_in import Quiet, call_later, data, signed

# The verbs of the client's methods; a method that is not here may send any.
VERBS = {
    "search": ("POST",),
    "msearch": ("POST",),
    "count": ("POST",),
    "scroll": ("POST",),
    "bulk": ("POST",),
    "mget": ("POST",),
    "index": ("PUT", "POST"),
    "create": ("PUT",),
    "update": ("POST",),
    "update_by_query": ("POST",),
    "delete_by_query": ("POST",),
    "reindex": ("POST",),
    "refresh": ("POST",),
    "get": ("GET",),
    "get_source": ("GET",),
    "get_mapping": ("GET",),
    "get_settings": ("GET",),
    "get_alias": ("GET",),
    "info": ("GET",),
    "health": ("GET",),
    "exists": ("HEAD",),
    "exists_alias": ("HEAD",),
    "ping": ("HEAD",),
    "delete": ("DELETE",),
    "clear_scroll": ("DELETE",),
    "put_mapping": ("PUT",),
    "put_settings": ("PUT",),
    "put_alias": ("PUT",),
    "put_template": ("PUT",),
    "put_index_template": ("PUT",),
    "update_aliases": ("POST",),
    "close": (),
}


class AWSV4SignerAuth:
    def __init__(self, credentials, region, service="es"):
        self.credentials, self.region, self.service = credentials, region, service

    def __call__(self, request, url=None, body=None, headers=None):
        signed(self.service, request.method, request.url, self.region, self.credentials)
        return request

    def _sign(self, verb, url):
        signed(self.service, verb, url, self.region, self.credentials)

    def _leaves(self):
        signed(self.service, None, data(), self.region, self.credentials)


RequestsAWSV4SignerAuth = Urllib3AWSV4SignerAuth = AWSV4SignerAsyncAuth = AWSV4SignerAuth


class OpenSearch:
    def __init__(self, hosts=None, *args, http_auth=None, **options):
        self.auth = http_auth
        self.host = _host(hosts)

    def __getattr__(self, name):
        return Method(self, name)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None

    def _send(self, name):
        auth = self.auth
        if auth is None or isinstance(auth, (tuple, list, str)):
            return
        for verb in VERBS.get(name, ("GET", "HEAD", "POST", "PUT", "DELETE")):
            signed(auth.service, verb, self.host, auth.region, auth.credentials)

    def _leaves(self):
        self._send("")


OpenSearchAsync = AsyncOpenSearch = OpenSearch


def _host(hosts):
    """The host of `[{"host": ..., "port": 443}]`, of a URL, or of a list of them."""
    if isinstance(hosts, (list, tuple)):
        return _host(hosts[0])
    if isinstance(hosts, dict):
        return hosts["host"]
    return hosts


class Method:
    """`client.search`, or a group of methods: `client.indices`."""

    def __init__(self, client, name):
        self.client, self.name = client, name

    def __getattr__(self, name):
        return Method(self.client, name)

    def __call__(self, *args, **options):
        self.client._send(self.name)
        return data()


class RequestsHttpConnection(Quiet):
    pass


Urllib3HttpConnection = AsyncHttpConnection = RequestsHttpConnection


class _Helpers:
    @staticmethod
    def bulk(client, actions, *args, **options):
        for action in actions:
            pass
        client._send("bulk")
        return data(), data()

    streaming_bulk = parallel_bulk = async_bulk = bulk

    @staticmethod
    def scan(client, *args, **options):
        client._send("search")
        client._send("clear_scroll")
        for item in data():
            yield item


helpers = _Helpers
bulk = _Helpers.bulk
scan = _Helpers.scan
exceptions = Quiet()


class OpenSearchException(Exception):
    pass


NotFoundError = RequestError = ConflictError = TransportError = ConnectionTimeout = OpenSearchException
ConnectionError = AuthorizationException = ImproperlyConfigured = OpenSearchException


def __getattr__(name):
    return Quiet
