"""Timings and memory of iamgen; `python -m benchmarks` prints them and asserts none."""
