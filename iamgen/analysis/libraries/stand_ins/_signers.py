"""botocore's signers, where a program uses them by itself, and sessions of HTTP libraries that take a signer."""

from _stand_in import Quiet, asked, data, signed


class SigV4Auth:
    def __init__(self, credentials, service_name, region_name, **options):
        self.credentials = credentials
        self.service = service_name
        self.region = region_name

    def add_auth(self, request):
        signed(self.service, request.method, request.url, self.region, self.credentials)

    def __getattr__(self, name):
        return data()


class AWSRequest:
    def __init__(self, method=None, url=None, headers=None, data=None, params=None, auth_path=None, **options):
        self.method = method
        self.url = url
        self.headers = headers or {}
        self.data = data
        self.params = params
        self.context = {}

    @property
    def body(self):
        return data()

    def prepare(self):
        return self


class RequestSigner:
    def __init__(
        self, service_id, region_name, signing_name, signature_version, credentials, event_emitter=None, **options
    ):
        self.service = signing_name
        self.region = region_name
        self.credentials = credentials

    def generate_presigned_url(
        self, request_dict, operation_name, expires_in=3600, region_name=None, signing_name=None
    ):
        signed(self.service, request_dict["method"], request_dict["url"], self.region, self.credentials)
        return data()


class Session(Quiet):
    """`requests.Session`, `httpx.Client`: `auth` is given when it is made, set later, or with a request."""

    def __init__(self, auth=None, base_url="", **options):
        self.auth = auth
        self.base_url = base_url
        self.headers = {}

    def request(self, method, url, *args, auth=None, **options):
        signer = self.auth if auth is None else auth
        if signer is not None and not isinstance(signer, (tuple, str)):
            signer(Request(method, f"{self.base_url}{url}"))
        asked(f"{self.base_url}{url}", options.get("params") or options.get("fields"))
        return data()

    def get(self, url, *args, **options):
        return self.request("GET", url, *args, **options)

    def head(self, url, *args, **options):
        return self.request("HEAD", url, *args, **options)

    def post(self, url, *args, **options):
        return self.request("POST", url, *args, **options)

    def put(self, url, *args, **options):
        return self.request("PUT", url, *args, **options)

    def patch(self, url, *args, **options):
        return self.request("PATCH", url, *args, **options)

    def delete(self, url, *args, **options):
        return self.request("DELETE", url, *args, **options)


class Request:
    def __init__(self, method, url):
        self.method = method
        self.url = url
        self.headers = {}

    def __getattr__(self, name):
        return data()


class Pool(Session):
    """`urllib3.PoolManager`."""

    def __init__(self, *args, **options):
        super().__init__()


class Connection(Quiet):
    """`http.client.HTTPConnection`."""

    def __init__(self, host, port=80, *args, **options):
        self.host = host
        self.port = port

    def request(self, method, url, *args, **options):
        asked(f"http://{self.host}:{self.port}{url}")

    def putrequest(self, method, url, *args, **options):
        asked(f"http://{self.host}:{self.port}{url}")
