"""wr.postgresql"""

from awswrangler._databases import connect, read_sql_query, to_sql

read_sql_table = read_sql_query
