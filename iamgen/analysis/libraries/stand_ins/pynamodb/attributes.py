from _stand_in import Quiet, data


class Attribute(Quiet):
    pass


class MapAttribute(Attribute):
    def __init__(self, *args, **attributes):
        for name, value in attributes.items():
            setattr(self, name, value)


class TTLAttribute(Attribute):
    pass


UnicodeAttribute = NumberAttribute = BooleanAttribute = BinaryAttribute = JSONAttribute = Attribute
ListAttribute = UnicodeSetAttribute = NumberSetAttribute = BinarySetAttribute = NullAttribute = Attribute
UTCDateTimeAttribute = VersionAttribute = DiscriminatorAttribute = DynamicMapAttribute = Attribute


def __getattr__(name):
    return data()
