"""wr.data_api"""
