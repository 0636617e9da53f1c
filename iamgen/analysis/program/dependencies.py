"""Packages that are not read: which cannot reach AWS, and which decorators only wrap.

A package is *harmless* when neither it nor what it requires (its extras left out) requires botocore,
and it speaks to AWS in no other way. The names are what programs import of PyPI's most used packages.
Any other package that is not in the project is a gap, unless a folder of installed packages tells by
its metadata what it requires (`distributions`) or a stand-in what it sends.
"""

from __future__ import annotations

HARMLESS = frozenset({
    "a2wsgi", "absl", "addict", "aio_pika", "aiofiles", "aiohappyeyeballs", "aiohttp", "aiokafka", "aiomysql",
    "aiosignal", "aiosqlite", "alembic", "algoliasearch", "alive_progress", "alpaca", "altair", "amqp",
    "annotated_types", "anyio", "apig_wsgi", "apispec", "apscheduler", "argcomplete", "argon2", "arrow", "asgiref",
    "asn1crypto", "astunparse", "asyncpg", "asyncssh", "atlassian", "attr", "attrs", "authlib", "avro", "aws_cdk",
    "aws_embedded_metrics", "aws_lambda_context", "aws_lambda_env_modeler", "aws_lambda_typing", "awsgi", "babel",
    "babel_core", "backoff", "barcode", "bcrypt", "beartype", "beautifulsoup4", "billiard", "bitarray", "blake3",
    "bleach", "blinker", "boltons", "bottle", "bottleneck", "brotli", "bs4", "bson", "bugsnag", "cachetools",
    "cairosvg", "camelot", "cassandra", "catboost", "cattr", "cattrs", "cbor2", "cdk_nag", "certifi", "cffi",
    "chardet", "charset_normalizer", "chevron", "chromadb", "ciso8601", "click", "clickhouse_connect",
    "clickhouse_driver", "cloudevents", "cloudpickle", "colorama", "coloredlogs", "colorlog", "confluent_kafka",
    "confuse", "connexion", "constructs", "contourpy", "corsheaders", "cramjam", "croniter", "Crypto", "Cryptodome",
    "cryptography", "curl_cffi", "cv2", "cvxpy", "cycler", "dacite", "databases", "dataclasses_json", "datadog",
    "dateparser", "dateutil", "ddtrace", "decouple", "deepdiff", "defusedxml", "deprecated", "diskcache", "distro",
    "django", "dns", "docopt", "docutils", "docx", "docxtpl", "dotenv", "dotmap", "drf_spectacular", "dynaconf",
    "ecdsa", "einops", "elastic_transport", "email_validator", "emoji", "environs", "et_xmlfile", "exceptiongroup",
    "exifread", "faiss", "faker", "fakeredis", "falcon", "fastapi", "fastavro", "fastmcp", "feedgen", "feedparser",
    "ffmpeg", "filelock", "filetype", "fire", "firebase_admin", "fitz", "flask", "flask_caching", "flask_cors",
    "flask_login", "flask_restful", "flask_sqlalchemy", "folium", "forex_python", "fpdf", "freetype", "freezegun",
    "frozendict", "frozenlist", "ftfy", "funcy", "fuzzywuzzy", "geoip2", "geopy", "ghapi", "git", "github", "gitlab",
    "glom", "gnupg", "google", "googleapiclient", "googlemaps", "graphene", "graphql", "graphviz", "greenlet", "groq",
    "grpc", "gspread", "gunicorn", "h11", "h2", "h3", "hiredis", "holidays", "html2text", "html5lib", "httpcore",
    "httplib2", "httpx", "hubspot", "huggingface_hub", "humanize", "hydra", "hypercorn", "hyperlink", "hypothesis",
    "icalendar", "idna", "igraph", "ijson", "imageio", "importlib_metadata", "importlib_resources", "inflect",
    "inflection", "influxdb_client", "injector", "intervaltree", "iso3166", "iso8601", "isodate", "itsdangerous",
    "jellyfish", "jinja2", "jira", "jiter", "jmespath", "joblib", "jose", "jsii", "json5", "json_repair", "jsonlines",
    "jsonpatch", "jsonpath_ng", "jsonpickle", "jsonpointer", "jsonref", "jsonschema", "jsonschema_specifications",
    "jwcrypto", "jwt", "kafka", "kiwisolver", "lambda_decorators", "langchain_core", "langchain_openai",
    "langchain_text_splitters", "langdetect", "langgraph", "langgraph_sdk", "langsmith", "lark", "ldap3", "ldclient",
    "librosa", "lightgbm", "limits", "litestar", "llama_index", "llama_parse", "llvmlite", "logfire", "loguru", "lxml",
    "lz4", "mako", "mangum", "markdown", "markdown2", "markdown_it", "markdownify", "markupsafe", "marshmallow",
    "mashumaro", "matplotlib", "maxminddb", "mcp", "meilisearch", "mimesis", "minijinja", "mistralai", "mistune",
    "mixpanel", "ml_dtypes", "mmh3", "mock", "money", "monotonic", "more_itertools", "motor", "moviepy", "mpmath",
    "msal", "msgpack", "msgspec", "multidict", "munch", "mypy_extensions", "mysql", "MySQLdb", "nacl", "nameparser",
    "narwhals", "natsort", "neo4j", "netaddr", "networkx", "newrelic", "newspaper", "nh3", "nltk", "numba", "numexpr",
    "numpy", "oauthlib", "odf", "ollama", "omegaconf", "openai", "openapi_spec_validator", "openpyxl", "OpenSSL",
    "opentelemetry", "optuna", "oracledb", "ordered_set", "orjson", "ortools", "packaging", "pandera", "paramiko",
    "parse", "parsedatetime", "passlib", "pathspec", "pathvalidate", "patsy", "pdf2image", "pdfkit", "pdfminer",
    "pdfplumber", "peewee", "pendulum", "pg8000", "pgpy", "pgvector", "phonenumber_field", "phonenumbers", "pika",
    "PIL", "pinecone", "pkg_resources", "platformdirs", "playwright", "plotly", "pony", "postgrest", "posthog", "pptx",
    "praw", "prettytable", "prometheus_client", "prompt_toolkit", "propcache", "prophet", "psutil", "psycopg",
    "psycopg2", "psycopg_binary", "psycopg_pool", "pulp", "pusher", "py7zr", "pyaes", "pyasn1", "pybase64", "pycares",
    "pycountry", "pycparser", "pydantic", "pydantic_core", "pydantic_settings", "pydash", "pydub", "pyexcel",
    "pygments", "pyjson5", "pymongo", "pymssql", "pymupdf", "pymysql", "pynput", "pyodbc", "pyotp", "pyparsing",
    "pypdf", "PyPDF2", "pypdfium2", "pypika", "pyproj", "pyrsistent", "pysftp", "pystache", "pytesseract", "pytest",
    "python_multipart", "pythonjsonlogger", "pytz", "pywintypes", "pyzipper", "qdrant_client", "qrcode", "quart",
    "rapidfuzz", "rapidjson", "rdflib", "readability", "redis", "referencing", "regex", "reportlab", "requests",
    "requests_oauthlib", "requests_toolbelt", "resend", "resolvelib", "responses", "rest_framework", "retry",
    "retrying", "rfc3339", "rfc3986", "rfc3987", "rich", "rollbar", "rpds", "rsa", "ruamel", "safetensors", "sanic",
    "schema", "scipy", "seaborn", "segno", "selectolax", "selenium", "semver", "sendgrid", "sentence_transformers",
    "sentencepiece", "sentry_sdk", "serverless_wsgi", "setproctitle", "setuptools", "shap", "shapely", "shortuuid",
    "simple_salesforce", "simplejson", "six", "skimage", "sklearn", "slack_bolt", "slack_sdk", "slugify",
    "smartystreets", "smbprotocol", "snappy", "sniffio", "sortedcontainers", "soundfile", "soupsieve", "spacy",
    "spectree", "sqlalchemy", "sqlalchemy_utils", "sqlglot", "sqlite_utils", "sqlmodel", "sqlparse", "sse_starlette",
    "starlette", "statsd", "statsmodels", "stomp", "strawberry", "streamlit", "stripe", "structlog", "supabase",
    "svix", "sympy", "tables", "tabula", "tabulate", "telegraf", "telegram", "temporalio", "tenacity", "termcolor",
    "text_unidecode", "textdistance", "thefuzz", "threadpoolctl", "thrift", "thriftpy2", "tiktoken", "time_machine",
    "timezonefinder", "tinycss2", "tldextract", "tokenizers", "toml", "tomli", "tomlkit", "toolz", "torch", "tornado",
    "tortoise", "tqdm", "trafilatura", "transformers", "transitions", "trino", "tweepy", "twilio", "typeguard",
    "typer", "typesense", "typing_extensions", "typing_inspection", "tzdata", "tzlocal", "ua_parser", "ujson",
    "unidecode", "uritemplate", "uritools", "url_normalize", "urllib3", "user_agents", "uuid6", "uuid_utils",
    "uvicorn", "uvloop", "validator_collection", "validators", "voluptuous", "watchdog", "watchfiles", "weasyprint",
    "weaviate", "webargs", "websocket", "websockets", "werkzeug", "whitenoise", "workalendar", "wrapt", "wsproto",
    "wtforms", "xgboost", "xhtml2pdf", "xlrd", "xlsxwriter", "xlwings", "xlwt", "xmltodict", "xxhash", "yaml", "yarl",
    "yfinance", "youtube_transcript_api", "yt_dlp", "zeep", "zopfli", "zstandard",
})  # fmt: skip

# These require boto3 or botocore, and send nothing by themselves with the program's credentials.
_SILENT = frozenset({
    "aws_error_utils",  # reads errors
    "dynamodb_json",  # uses boto3's types
    "moto",  # answers in the place of AWS
    "snowflake",  # moves staged files with credentials that Snowflake gives
})  # fmt: skip

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
_STUBS = ("mypy_boto3", "types_boto3", "types_aiobotocore", "types_aioboto3")
_TRANSPARENT_NAMES = frozenset({"inject_lambda_context", "capture_lambda_handler", "capture_method", "log_metrics"})


def is_harmless(path: str) -> bool:
    """Whether a package cannot reach AWS by itself."""
    head = path.split(".", maxsplit=1)[0].removesuffix("()")
    return head in HARMLESS or head in _SILENT or head.startswith(_STUBS)


def is_transparent(path: str) -> bool:
    """Whether a decorator calls what it wraps and changes nothing of it."""
    return path.startswith(_TRANSPARENT_PREFIXES) or path.rpartition(".")[2] in _TRANSPARENT_NAMES
