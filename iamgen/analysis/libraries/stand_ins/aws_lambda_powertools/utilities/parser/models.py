"""The models of AWS's events: their fields are those of the event."""

from _stand_in import data
from pydantic import BaseModel


def __getattr__(name):
    return data() if name[:1].islower() else BaseModel
