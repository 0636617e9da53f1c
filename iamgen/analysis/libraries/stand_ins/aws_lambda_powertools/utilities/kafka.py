from _stand_in import data, transparent

kafka_consumer = transparent


def __getattr__(name):
    return data()
