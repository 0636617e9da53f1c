"""PynamoDB, as of 6.1: models over DynamoDB tables. Source: pynamodb/models.py, pynamodb/connection/base.py"""
