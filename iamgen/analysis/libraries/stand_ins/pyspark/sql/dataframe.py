"""pyspark.sql.dataframe"""

from pyspark.sql import DataFrame
