from _stand_in import signed


class AWSRequestsAuth:
    def __init__(self, aws_access_key, aws_secret_access_key, aws_host, aws_region, aws_service, aws_token=None):
        self.credentials = aws_access_key
        self.host, self.region, self.service = aws_host, aws_region, aws_service

    def __call__(self, request):
        signed(self.service, request.method, request.url, self.region, self.credentials)
        return request

    def _leaves(self):
        signed(self.service, None, self.host, self.region, self.credentials)
