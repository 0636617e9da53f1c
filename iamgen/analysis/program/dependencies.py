"""Packages that are not read: which cannot reach AWS, and which decorators only wrap.

A package is *harmless* when neither it nor what it requires imports botocore; the names are those
of PyPI's most used packages whose requirements were read for it. Any other package that is not in
the project is a gap.
"""

from __future__ import annotations

HARMLESS = frozenset(
    """
    PIL OpenSSL Crypto Cryptodome absl aiofiles aiohttp alembic altair annotated_types anyio apispec argcomplete arrow
    asgiref asyncpg attr attrs babel backoff bcrypt beautifulsoup4 bleach bs4 cachetools cattr cattrs certifi cffi
    chardet charset_normalizer ciso8601 click colorama coloredlogs confluent_kafka croniter cryptography cv2 dateparser
    dateutil deepdiff defusedxml deprecated dns docutils dotenv ecdsa elasticsearch email_validator environs et_xmlfile
    exceptiongroup faker fastapi fastavro feedparser filelock flask flask_cors fpdf freezegun frozenlist
    geopy google googleapiclient graphql greenlet grpc gspread h11 h2 html5lib httplib2 httpx humanize hypercorn
    idna importlib_metadata importlib_resources inflection injector isodate itsdangerous jinja2 jmespath joblib jose
    jsonpatch jsonpath_ng jsonpickle jsonpointer jsonschema jwt kafka langdetect lambda_decorators lxml mako
    mangum markdown markdown_it markupsafe marshmallow matplotlib mimesis ml_dtypes more_itertools msgpack msal multidict
    mypy_extensions mysql MySQLdb nacl nltk networkx numpy oauthlib openapi_spec_validator openpyxl opentelemetry
    opensearchpy ordered_set orjson packaging paramiko parse passlib pdfminer pdfplumber pendulum
    peewee phonenumbers pika pkg_resources plotly polars pptx prettytable prometheus_client prompt_toolkit psutil psycopg
    psycopg2 psycopg_pool pyasn1 pyarrow pycparser pydantic pydantic_core pydantic_settings pygments pymongo pymssql pymysql
    pynput pyodbc pyparsing pypdf PyPDF2 pytest pythonjsonlogger pytz pywintypes qrcode quart rapidfuzz redis
    referencing regex reportlab requests requests_oauthlib requests_toolbelt retry retrying rich rsa ruamel sanic
    schema scipy seaborn segno sendgrid sentry_sdk setuptools shapely shortuuid simplejson simple_salesforce six
    skimage sklearn slack_bolt slack_sdk slugify smartystreets sniffio snowflake sortedcontainers soupsieve spacy
    sqlalchemy sqlglot sqlmodel sqlparse sse_starlette starlette stripe structlog sympy tabulate tenacity termcolor
    text_unidecode textdistance tiktoken tinycss2 tldextract toml tomli tomlkit toolz torch tornado tqdm transitions twilio
    typeguard typer typing_extensions typing_inspection tzdata tzlocal ua_parser ujson unidecode uritemplate urllib3
    user_agents uvicorn uvloop validators voluptuous watchdog webargs websocket websockets werkzeug wrapt
    wtforms xlrd xlsxwriter xlwt xmltodict xxhash yaml yarl zeep zoneinfo zstandard telegram jsonlines loguru
    pyjson5 sqlite_utils mypy_boto3 numexpr bottleneck tables dask django rest_framework celery kombu strawberry graphene
    pycountry babel_core money forex_python yfinance alpaca ddtrace datadog datadog_lambda newrelic openai anthropic
    tokenizers sentencepiece cohere pinecone chromadb weaviate qdrant_client litellm_proxy faiss instructor
    """.split()
)

# Decorators that call what they wrap with its own arguments and give back its result.
_TRANSPARENT_PREFIXES = (
    "tenacity.",
    "backoff.",
    "retrying.",
    "retry.",
    "deprecated.",
    "wrapt.",
    "cachetools.",
    "async_lru.",
    "methodtools.",
    "sentry_sdk.",
    "ddtrace.",
    "datadog_lambda.",
    "newrelic.",
    "opentelemetry.",
    "structlog.",
    "loguru.",
    "lambda_decorators.",
    "typeguard.",
    "pydantic.validate_call",
    "pydantic.validate_arguments",
    "typing.",
    "typing_extensions.",
    "abc.abstract",
    "enum.",
    "warnings.deprecated",
    "functools.total_ordering",
    "contextlib.suppress",
    "unittest.mock.",
    "pytest.",
    "aws_xray_sdk.",
)
_TRANSPARENT_NAMES = frozenset({"inject_lambda_context", "capture_lambda_handler", "capture_method", "log_metrics"})


def is_harmless(path: str) -> bool:
    """Whether a package cannot reach AWS by itself."""
    head = path.split(".")[0].removesuffix("()")
    return head in HARMLESS or head.startswith(("mypy_boto3", "types_boto3", "types_aiobotocore", "types_aioboto3"))


def is_transparent(path: str) -> bool:
    """Whether a decorator calls what it wraps and changes nothing of it."""
    return path.startswith(_TRANSPARENT_PREFIXES) or path.rpartition(".")[2] in _TRANSPARENT_NAMES
