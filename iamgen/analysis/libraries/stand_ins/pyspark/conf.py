"""pyspark.conf"""

from pyspark import SparkConf
