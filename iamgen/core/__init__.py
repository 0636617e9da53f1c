"""What every layer speaks: locations, errors, texts with holes, ARNs, order and the cache.

Nothing here knows AWS's services, Python's syntax or a template format. Everything is a frozen
value or a function over such values.
"""
