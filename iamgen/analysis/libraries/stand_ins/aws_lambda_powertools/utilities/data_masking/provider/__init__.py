class BaseProvider:
    def __init__(self, *args, **options):
        pass

    def encrypt(self, data, provider_options=None, **encryption_context):
        return data

    decrypt = encrypt
