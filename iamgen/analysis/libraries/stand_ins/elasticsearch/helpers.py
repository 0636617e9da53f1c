from opensearchpy import _Helpers

bulk = streaming_bulk = parallel_bulk = async_bulk = _Helpers.bulk
scan = _Helpers.scan
