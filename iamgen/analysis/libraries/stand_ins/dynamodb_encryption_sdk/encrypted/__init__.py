from _stand_in import Quiet, data


class EncryptedTable:
    def __init__(
        self, table, materials_provider, table_info=None, attribute_actions=None, auto_refresh_table_indexes=True
    ):
        self.table = table
        self.provider = materials_provider
        if auto_refresh_table_indexes is not False:
            table.load()

    def get_item(self, **options):
        self.provider.decryption_materials()
        return self.table.get_item(**options)

    def query(self, **options):
        self.provider.decryption_materials()
        return self.table.query(**options)

    def scan(self, **options):
        self.provider.decryption_materials()
        return self.table.scan(**options)

    def put_item(self, **options):
        self.provider.encryption_materials()
        return self.table.put_item(**options)

    def batch_writer(self, overwrite_by_pkeys=None):
        self.provider.encryption_materials()
        return self.table.batch_writer()

    def __getattr__(self, name):
        return getattr(self.table, name)


class EncryptedClient:
    def __init__(self, client, materials_provider, *args, **options):
        self.client = client
        self.provider = materials_provider

    def get_item(self, **options):
        self.provider.decryption_materials()
        return self.client.get_item(**options)

    def batch_get_item(self, **options):
        self.provider.decryption_materials()
        return self.client.batch_get_item(**options)

    def query(self, **options):
        self.provider.decryption_materials()
        return self.client.query(**options)

    def scan(self, **options):
        self.provider.decryption_materials()
        return self.client.scan(**options)

    def put_item(self, **options):
        self.provider.encryption_materials()
        return self.client.put_item(**options)

    def batch_write_item(self, **options):
        self.provider.encryption_materials()
        return self.client.batch_write_item(**options)

    def __getattr__(self, name):
        return getattr(self.client, name)


class EncryptedResource:
    def __init__(self, resource, materials_provider, *args, **options):
        self.resource = resource
        self.provider = materials_provider

    def Table(self, name, **options):
        return EncryptedTable(self.resource.Table(name), self.provider)


class CryptoConfig(Quiet):
    pass
