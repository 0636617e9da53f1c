"""awsglue.dynamicframe"""

from _spark import Frame


class DynamicFrame(Frame):
    @classmethod
    def fromDF(cls, *args, **options):
        return DynamicFrame()


DynamicFrameCollection = DynamicFrame
