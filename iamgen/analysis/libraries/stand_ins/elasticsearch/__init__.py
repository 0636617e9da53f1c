"""elasticsearch, up to 7.13: its requests, where a signer of AWS's is given, are those of opensearch-py."""

from _stand_in import Quiet
from opensearchpy import OpenSearch as Elasticsearch
from opensearchpy import OpenSearchException as ElasticsearchException
from opensearchpy import RequestsHttpConnection, Urllib3HttpConnection, helpers

AsyncElasticsearch = Elasticsearch
NotFoundError = RequestError = ConflictError = TransportError = ConnectionError = ElasticsearchException
exceptions = Quiet()


def __getattr__(name):
    return Quiet
