from _stand_in import data, event


def query(data, envelope, jmespath_options=None):
    return event()


extract_data_from_envelope = query


def __getattr__(name):
    return data()
