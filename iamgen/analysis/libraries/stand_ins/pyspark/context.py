"""pyspark.context"""

from pyspark import SparkContext
