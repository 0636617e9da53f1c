from _stand_in import data


def __getattr__(name):
    return data()
