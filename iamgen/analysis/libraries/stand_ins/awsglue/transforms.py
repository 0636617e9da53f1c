"""awsglue.transforms: they compute, or call what they are given."""

from _spark import Frame

ApplyMapping = DropFields = DropNullFields = ErrorsAsDynamicFrame = FillMissingValues = Filter = (
    FindIncrementalMatches
) = Frame()
FindMatches = FlatMap = Join = Map = MapToCollection = Relationalize = RenameField = ResolveChoice = SelectFields = (
    Frame()
)
SelectFromCollection = Spigot = SplitFields = SplitRows = Unbox = UnnestFrame = EvaluateDataQuality = DropDuplicates = (
    Frame()
)


def __getattr__(name):
    return Frame()
