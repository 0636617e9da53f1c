"""PySpark: readers and writers take S3 URLs; functions that it is given run on its workers, with the same role."""

from _spark import Frame, read
from _stand_in import Quiet, data

__version__ = data()


class SparkConf(Frame):
    pass


class SparkContext(Quiet):
    def __init__(self, *args, **options):
        self._jsc = self._jvm = Frame()

    @classmethod
    def getOrCreate(cls, *args, **options):
        return SparkContext()

    def textFile(self, name, *args, **options):
        read(name)
        return Frame()

    wholeTextFiles = binaryFiles = pickleFile = sequenceFile = addFile = addPyFile = textFile

    def parallelize(self, *args, **options):
        return Frame()

    broadcast = range = union = emptyRDD = accumulator = parallelize


def __getattr__(name):
    return Frame()
