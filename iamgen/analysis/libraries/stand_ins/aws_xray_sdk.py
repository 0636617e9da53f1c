"""The X-Ray SDK, as of 2.15: segments go to the daemon, which a traced deployment has; the code itself sends nothing.

A recorder that reads sampling rules asks the daemon too. Source: aws_xray_sdk/core/sampling/connector.py
"""

from _stand_in import Quiet, data, transparent


class AWSXRayRecorder(Quiet):
    capture = capture_async = staticmethod(transparent)

    def in_segment(self, name=None, **options):
        return Context()

    in_subsegment = in_segment_async = in_subsegment_async = in_segment


class Context(Quiet):
    """A segment: a block of code, or a decorator of what is in it."""

    def __call__(self, function):
        return function


xray_recorder = AWSXRayRecorder()
AsyncAWSXRayRecorder = AWSXRayRecorder
http = Quiet()
lambda_launcher = Quiet()


def patch(modules, raise_errors=True, ignore_module_patterns=None):
    return None


def patch_all(double_patch=False):
    return None


class XRayMiddleware(Quiet):
    pass


def __getattr__(name):
    return data()
