"""requests-aws4auth, as of 1.4: signs what requests, or a client that takes it, sends."""

from _stand_in import Quiet, data, signed


class AWS4Auth:
    def __init__(
        self,
        access_id=None,
        secret_key=None,
        region=None,
        service=None,
        date=None,
        session_token=None,
        refreshable_credentials=None,
        **options,
    ):
        self.credentials = access_id if refreshable_credentials is None else refreshable_credentials
        self.region = region
        self.service = service

    def __call__(self, request):
        signed(self.service, request.method, request.url, self.region, self.credentials)
        return request

    def _leaves(self):
        signed(self.service, None, data(), self.region, self.credentials)


StrictAWS4Auth = PassiveAWS4Auth = AWS4Auth


class AWS4SigningKey(Quiet):
    pass
