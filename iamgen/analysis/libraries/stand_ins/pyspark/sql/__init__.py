"""pyspark.sql"""

from _spark import Frame, Reader
from _stand_in import Quiet, gap
from pyspark import SparkContext

DataFrame = Column = Frame
Row = Window = Frame()


class Builder(Quiet):
    def appName(self, *args, **options):
        return self

    master = config = enableHiveSupport = remote = appName

    def getOrCreate(self):
        return SparkSession()

    create = getOrCreate


class SparkSession(Quiet):
    builder = Builder()

    def __init__(self, *args, **options):
        self.udf = Frame()
        self.sparkContext = self._sc = SparkContext()

    @property
    def read(self):
        return Reader()

    readStream = read

    def createDataFrame(self, *args, **options):
        return Frame()

    range = createDataFrame

    def sql(self, query, *args, **options):
        gap("which tables the SQL of Spark reads or writes, and where they are kept,")
        return Frame()

    table = sql

    @classmethod
    def getActiveSession(cls):
        return SparkSession()


SQLContext = HiveContext = SparkSession


def __getattr__(name):
    return Frame()
