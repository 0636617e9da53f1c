"""The service action database, read-only at run time.

Three names are never mixed: SDK method `list_objects_v2`, operation `ListObjectsV2`, action
`s3:ListBucket`. None is derived from another by changing case: ask the catalog.
"""
