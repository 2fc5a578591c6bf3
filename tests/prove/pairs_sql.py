"""Runs src/learn/pairs.sql on Spark SQL with the local master: python3 pairs_sql.py STATEMENT CLICKS.tsv.gz OUT.csv"""

import csv
import gzip
import sys
import tempfile

from pyspark.sql import SparkSession
from pyspark.sql.types import LongType, StringType, StructField, StructType

statement, clicks, out = sys.argv[1:4]
with tempfile.TemporaryDirectory() as scratch:
    builder = SparkSession.builder.master("local[2]").appName("attune-pairs")
    # Nothing is left in the working folder, and nothing listens.
    settings = {"spark.ui.enabled": "false", "spark.sql.warehouse.dir": scratch, "spark.sql.shuffle.partitions": "4"}
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    with gzip.open(clicks, "rt", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        data = [(row["SessionId"], row["ItemId"], int(row["Time"]) * 1000, place) for place, row in enumerate(rows)]
    columns = [("session", StringType()), ("item", StringType()), ("time_ms", LongType()), ("place", LongType())]
    schema = StructType([StructField(name, kind) for name, kind in columns])
    spark.createDataFrame(data, schema).createOrReplaceTempView("clicks")
    with open(statement, encoding="utf-8") as file:
        result = spark.sql(file.read())
    with open(out, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(result.columns)
        writer.writerows(result.toLocalIterator())
    spark.stop()
