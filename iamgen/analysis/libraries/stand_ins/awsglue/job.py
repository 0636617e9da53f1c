"""awsglue.job: a job's bookmarks are kept by Glue."""

from _stand_in import Quiet


class Job(Quiet):
    pass
