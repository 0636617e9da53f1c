"""Session managers. Source: strands/session/s3_session_manager.py"""

from _stand_in import Quiet, client, data


class S3SessionManager:
    def __init__(
        self, session_id, bucket, prefix="", boto_session=None, boto_client_config=None, region_name=None, **options
    ):
        self.s3 = client("s3", boto_session, region_name=region_name)
        self.bucket, self.prefix = bucket, prefix
        self._use()

    def _use(self):
        key = self.prefix + data()
        self.s3.head_object(Bucket=self.bucket, Key=key)
        self.s3.get_object(Bucket=self.bucket, Key=key)
        self.s3.put_object(Bucket=self.bucket, Key=key)
        self.s3.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix)

    def delete_session(self, session_id):
        self.s3.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix)
        self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": [{"Key": self.prefix + data()}]})

    def __getattr__(self, name):
        return data()


FileSessionManager = RepositorySessionManager = SessionManager = Quiet


def __getattr__(name):
    return Quiet
