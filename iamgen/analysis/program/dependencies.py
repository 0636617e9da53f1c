"""Packages that are not read: which cannot reach AWS, and which decorators only wrap.

A package is *harmless* when neither it nor what it requires (its extras left out) requires botocore,
and it speaks to AWS in no other way: one that signs requests or stores objects there when it is asked to is
none (gql, requests_cache, O365). The names are what programs import of PyPI's most used packages.
Any other package that is not in the project is a gap, unless a folder of installed packages tells by
its metadata what it requires (`distributions`) or a stand-in what it sends.
"""

from __future__ import annotations

import sys
from typing import Final

# Those of other Pythons too, but for names that a program may well have itself. None of them reaches AWS.
# Sources: PEP 594 and the "what's new" pages of 3.8 to 3.14; the porting guide for those of Python 2.
STANDARD: Final = sys.stdlib_module_names | frozenset({
    "aifc", "annotationlib", "asynchat", "asyncore", "audioop", "binhex", "cgi", "cgitb",
    "crypt", "distutils", "dummy_threading", "imghdr", "imp", "lib2to3", "macpath", "mailcap", "msilib",
    "nis", "nntplib", "ossaudiodev", "smtpd", "sndhdr", "spwd", "sunau",
    "telnetlib", "uu", "xdrlib",
    "BaseHTTPServer", "CGIHTTPServer", "ConfigParser", "Cookie", "HTMLParser", "Queue", "SimpleHTTPServer",
    "SimpleXMLRPCServer", "SocketServer", "StringIO", "Tkinter", "UserDict", "UserList", "UserString", "__builtin__",
    "_winreg", "cPickle", "cStringIO", "cookielib", "copy_reg", "dummy_thread",
    "future_builtins", "htmlentitydefs", "httplib", "rfc822", "robotparser", "urllib2",
    "urlparse", "xmlrpclib",
})  # fmt: skip

HARMLESS = frozenset({
    "a2wsgi", "absl", "addict", "aenum", "aio_pika", "aiocache", "aiofiles", "aiohappyeyeballs", "aiohttp",
    "aioitertools", "aiokafka", "aiolimiter", "aiomysql", "aioredis", "aiosignal", "aiosqlite", "aiostream",
    "alembic", "algoliasearch", "algosdk", "alive_progress", "alpaca", "alpha_vantage", "altair", "amqp",
    "annotated_types", "ansible_runner", "anyio", "apig_wsgi", "apispec", "appdirs", "apscheduler", "argcomplete",
    "argon2", "arrow", "arxiv", "asgiref", "asn1crypto", "astunparse", "async_timeout", "asyncclick",
    "asyncio_mqtt", "asyncpg", "asyncssh", "atlassian", "atoma", "attr", "attrs", "authlib", "authzed", "avro",
    "aws_cdk", "aws_embedded_metrics", "aws_lambda_context", "aws_lambda_env_modeler", "aws_lambda_typing", "awsgi",
    "babel", "babel_core", "backoff", "backtrader", "barcode", "bcrypt", "beartype", "beautifulsoup4", "bidict",
    "billiard", "bitarray", "bitcoinlib", "blake3", "bleach", "blinker", "boltons", "bottle", "bottleneck", "box",
    "braintree", "brotli", "bs4", "bson", "bugsnag", "cachetools", "cairosvg", "camelot", "cassandra", "catboost",
    "cattr", "cattrs", "cbor2", "ccxt", "cdk_nag", "cerberus", "certifi", "cffi", "chameleon", "chardet",
    "charset_normalizer", "chevron", "chromadb", "ciso8601", "click", "clickhouse_connect", "clickhouse_driver",
    "cloudevents", "cloudpickle", "cloudscraper", "colorama", "coloredlogs", "colorlog", "commonmark",
    "confluent_kafka", "confuse", "connexion", "constructs", "contextlib2", "contourpy", "cookiecutter",
    "corsheaders", "coverage", "cramjam", "croniter", "Crypto", "Cryptodome", "cryptography", "cssselect",
    "cssutils", "curl_cffi", "cv2", "cvxpy", "cycler", "dacite", "databases", "dataclasses_json", "datadog",
    "dataset", "dateparser", "dateutil", "ddtrace", "decouple", "deepdiff", "deepl", "deepmerge", "defusedxml",
    "deprecated", "deprecation", "diskcache", "distro", "django", "dns", "docopt", "docutils", "docx", "docxtpl",
    "dotenv", "dotmap", "dramatiq", "drf_spectacular", "durationpy", "dynaconf", "ecdsa", "editdistance", "einops",
    "elastic_transport", "elasticapm", "email_validator", "emoji", "environs", "et_xmlfile", "eth_account",
    "eventlet", "exceptiongroup", "exchangelib", "exifread", "eyed3", "faiss", "faker", "fakeredis", "falcon",
    "fastapi", "fastavro", "fastjsonschema", "fastmcp", "faust", "feedgen", "feedparser", "ffmpeg", "filelock",
    "filetype", "fire", "firebase_admin", "fitz", "flask", "flask_caching", "flask_cors", "flask_login",
    "flask_restful", "flask_sqlalchemy", "flatten_dict", "flatten_json", "folium", "forex_python", "fpdf",
    "fredapi", "freetype", "freezegun", "frozendict", "frozenlist", "ftfy", "funcy", "future", "fuzzywuzzy",
    "geoip2", "geojson", "geopy", "gevent", "ghapi", "git", "github", "gitlab", "glom", "gmqtt", "gnupg", "google",
    "googleapiclient", "googlemaps", "googletrans", "graphene", "graphql", "graphviz", "greenlet", "groq", "grpc",
    "gspread", "gtts", "gunicorn", "h11", "h2", "h3", "hashids", "haversine", "hiredis", "hjson", "holidays",
    "html2text", "html5lib", "httpcore", "httplib2", "httpx", "hubspot", "huey", "huggingface_hub", "humanize",
    "hvac", "hydra", "hypercorn", "hyperlink", "hypothesis", "icalendar", "idna", "igraph", "ijson", "imagehash",
    "imageio", "imap_tools", "importlib_metadata", "importlib_resources", "inflect", "inflection",
    "influxdb_client", "injector", "intervaltree", "IPython", "iso3166", "iso8601", "isodate",
    "iteration_utilities", "itsdangerous", "janus", "jellyfish", "jinja2", "jira", "jiter", "jmespath", "joblib",
    "jose", "jq", "jsii", "json5", "json_repair", "jsonlines", "jsonmerge", "jsonpatch", "jsonpath_ng",
    "jsonpickle", "jsonpointer", "jsonref", "jsonschema", "jsonschema_specifications", "jwcrypto", "jwt", "kafka",
    "kazoo", "keyring", "kiteconnect", "kiwisolver", "kubernetes", "lambda_decorators", "langchain_core",
    "langchain_openai", "langchain_text_splitters", "langdetect", "langgraph", "langgraph_sdk", "langsmith", "lark",
    "lazy_object_proxy", "ldap3", "ldclient", "Levenshtein", "librosa", "lightgbm", "limits", "linebot", "litestar",
    "llama_index", "llama_parse", "llvmlite", "logfire", "loguru", "logzero", "looker_sdk", "lxml", "lz4", "mailchimp3",
    "mailjet_rest", "mailparser", "mako", "mangum", "markdown", "markdown2", "markdown_it", "markdownify",
    "markupsafe", "marshmallow", "mashumaro", "matplotlib", "maxminddb", "mcp", "meilisearch", "meraki", "mimesis",
    "minijinja", "mistralai", "mistune", "mixpanel", "ml_dtypes", "mmh3", "mock", "money", "mongoengine",
    "monotonic", "more_itertools", "motor", "moviepy", "mpmath", "msal", "msgpack", "msgspec", "multidict", "munch",
    "mutagen", "mypy", "mypy_extensions", "mysql", "MySQLdb", "nacl", "nameparser", "narwhals", "nats", "natsort",
    "neo4j", "netaddr", "netmiko", "networkx", "newrelic", "newsapi", "newspaper", "nh3", "nltk", "notion_client",
    "numba", "numexpr", "numpy", "numpy_financial", "oauth2client", "oauthlib", "odf", "ollama", "omegaconf",
    "onelogin", "openai", "openapi_core", "openapi_spec_validator", "openpyxl", "OpenSSL", "opentelemetry",
    "optuna", "oracledb", "ordered_set", "ordereddict", "orjson", "ortools", "packaging", "paho",
    "pandas_datareader", "pandera", "paramiko", "parse", "parsedatetime", "parsel", "passlib", "past", "pathspec",
    "pathvalidate", "patsy", "pdf2image", "pdfkit", "pdfminer", "pdfplumber", "peewee", "pendulum", "pexpect",
    "pg8000", "pgpy", "pgvector", "phonenumber_field", "phonenumbers", "phpserialize", "pika", "PIL", "pinecone",
    "pip", "pkg_resources", "platformdirs", "playwright", "plotly", "pluggy", "ply", "podgen", "pony", "postgrest",
    "posthog", "pptx", "praw", "premailer", "prettytable", "progressbar", "prometheus_client", "prompt_toolkit",
    "propcache", "prophet", "psutil", "psycopg", "psycopg2", "psycopg_binary", "psycopg_pool", "pulp", "pusher",
    "py7zr", "pyaes", "pyairtable", "pyasn1", "pybase64", "pycares", "pycountry", "pycparser", "pycurl", "pydal",
    "pydantic", "pydantic_core", "pydantic_settings", "pydash", "pydub", "pyexcel", "pygments", "pyhocon",
    "pyjson5", "pykakasi", "pymemcache", "pymongo", "pymssql", "pymupdf", "pymysql", "pynput", "pyodbc", "pyotp",
    "pypandoc", "pyparsing", "pypdf", "PyPDF2", "pypdfium2", "pypika", "pyproj", "pyramid", "pyrebase",
    "pyrsistent", "pysftp", "pysnmp", "pystac", "pystache", "pytesseract", "pytest", "python_http_client",
    "python_multipart", "pythonjsonlogger", "pythonping", "pytrends", "pyttsx3", "pytube", "pytz", "pyVim",
    "pyvips", "pywintypes", "pyzbar", "pyzipper", "qdrant_client", "qrcode", "quandl", "quart", "rapidfuzz",
    "rapidjson", "ratelimit", "rdflib", "readability", "redis", "referencing", "regex", "reportlab", "requests",
    "requests_futures", "requests_html", "requests_mock", "requests_ntlm", "requests_oauthlib", "requests_toolbelt",
    "resend", "resolvelib", "responses", "rest_framework", "retry", "retrying", "rfc3339", "rfc3986", "rfc3987",
    "rich", "robin_stocks", "rollbar", "rpds", "rq", "rsa", "ruamel", "safetensors", "sanic", "schema",
    "schematics", "scipy", "seaborn", "segno", "selectolax", "selenium", "semantic_version", "semver", "sendgrid",
    "sentence_transformers", "sentencepiece", "sentry_sdk", "serpapi", "serverless_wsgi", "setproctitle",
    "setuptools", "sh", "shap", "shapefile", "shapely", "shortuuid", "simple_salesforce", "simpleeval",
    "simplejson", "six", "skimage", "sklearn", "slack_bolt", "slack_sdk", "slugify", "smartystreets", "smbprotocol",
    "snappy", "sniffio", "snowballstemmer", "socks", "sodapy", "sortedcontainers", "soundfile", "soupsieve",
    "spacy", "spectree", "speech_recognition", "spotipy", "sqlalchemy", "sqlalchemy_utils", "sqlfluff", "sqlglot",
    "sqlite_utils", "sqlmodel", "sqlparse", "sse_starlette", "sshtunnel", "starlette", "statsd", "statsmodels",
    "stellar_sdk", "stomp", "strawberry", "streamlit", "stringcase", "stripe", "structlog", "supabase", "svix",
    "sympy", "tableauserverclient", "tables", "tabula", "tabulate", "taskiq", "tavily", "telebot", "telegraf",
    "telegram", "temporalio", "tenacity", "termcolor", "text_unidecode", "textblob", "textdistance", "textstat",
    "thefuzz", "threadpoolctl", "thrift", "thriftpy2", "tiktoken", "time_machine", "timezonefinder", "tinycss2",
    "tinydb", "tinytag", "tldextract", "todoist_api_python", "tokenizers", "toml", "tomli", "tomlkit", "toolz",
    "torch", "tornado", "tortoise", "tqdm", "trafilatura", "transformers", "transitions", "treelib", "trino",
    "troposphere", "tweepy", "twilio", "typeguard", "typer", "typesense", "typing_extensions", "typing_inspection",
    "tzdata", "tzlocal", "ua_parser", "ujson", "unicodecsv", "unidecode", "untangle", "uritemplate", "uritools",
    "url_normalize", "urllib3", "user_agents", "uuid6", "uuid_utils", "uvicorn", "uvloop", "vaderSentiment",
    "validator_collection", "validators", "vcr", "voluptuous", "w3lib", "wand", "watchdog", "watchfiles", "wcwidth",
    "weasyprint", "weaviate", "web3", "webargs", "webob", "websocket", "websockets", "werkzeug", "wheel",
    "whitenoise", "wikipedia", "wikipediaapi", "wordcloud", "workalendar", "wrapt", "wsproto", "wtforms", "xgboost",
    "xhtml2pdf", "xlrd", "xlsxwriter", "xlwings", "xlwt", "xmljson", "xmlschema", "xmlsec", "xmltodict", "xrpl",
    "xxhash", "yahoo_fin", "yaml", "yarl", "yattag", "yfinance", "youtube_transcript_api", "yt_dlp", "zeep", "zipp",
    "zmq", "zopfli", "zstandard", "zulip",
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
