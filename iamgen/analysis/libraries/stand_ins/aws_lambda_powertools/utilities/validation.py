from _stand_in import data, transparent

validator = transparent


def validate(event, schema, **options):
    return event


def __getattr__(name):
    return data()
