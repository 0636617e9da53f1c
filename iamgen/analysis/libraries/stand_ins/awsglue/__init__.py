"""Glue's library for its jobs: https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-python.html"""
