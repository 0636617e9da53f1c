"""AWS SDK for pandas, as of 3.17: https://aws-sdk-pandas.readthedocs.io/

What is not here (Redshift's COPY and UNLOAD, Neptune, OpenSearch, QuickSight, EMR, Lake Formation) is a gap.
"""

from _stand_in import Quiet, data

config = Quiet()
engine = Quiet()
memory_format = Quiet()
__version__ = data()
