"""Each role of the fixture projects: what is deployed, and the events that take its functions through every line."""

from __future__ import annotations

import io
import json
import runpy
import unittest.mock
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import boto3

from .authorisation import ACCOUNT, REGION
from .stage import Do, Handle, Run, Verdict


@dataclass(frozen=True, eq=False)
class Scene:
    """The functions of one role. `path` is what Lambda puts on `sys.path`, relative to the project.

    `verdict` is what the run must come to; other than a pass, iamgen must have said that it is incomplete.
    """

    project: str
    units: tuple[str, ...]
    runs: Sequence[Run]
    path: Sequence[str] = (".",)
    inline: Mapping[str, str] | None = None
    verdict: Verdict = Verdict.PASS

    @property
    def name(self) -> str:
        return f"{self.project}:{'+'.join(self.units)}"


# --- what Lambda itself does with a function's role ---


def logs(function: str, group: str = "") -> Do:
    """The runtime writes its log."""
    group = group or f"/aws/lambda/{function}"

    def act() -> None:
        client = boto3.client("logs")
        client.create_log_group(logGroupName=group)
        client.create_log_stream(logGroupName=group, logStreamName="2026/11/24/[$LATEST]0")
        client.put_log_events(
            logGroupName=group,
            logStreamName="2026/11/24/[$LATEST]0",
            logEvents=[{"timestamp": 1_700_000_000_000, "message": "START"}],
        )

    return Do(act)


def polls(queue: str) -> Do:
    """The event source mapping takes messages off a queue."""

    def act() -> None:
        client, url = boto3.client("sqs"), url_of(queue)
        client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        for message in client.receive_message(QueueUrl=url)["Messages"]:
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    return Do(act)


def reads_stream(table: str) -> Do:
    """The event source mapping reads a table's stream."""

    def act() -> None:
        client = boto3.client("dynamodbstreams")
        arn = client.list_streams()["Streams"][0]["StreamArn"]
        assert f":table/{table}/stream/" in arn
        shard = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
        iterator = client.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        client.get_records(ShardIterator=iterator["ShardIterator"])

    return Do(act)


def traces() -> Do:
    """The X-Ray daemon sends what it gathered."""

    def act() -> None:
        client = boto3.client("xray")
        segment = {"name": "f", "id": "70de5b6f19ff9a0a", "start_time": 1.0, "end_time": 2.0}
        trace = {**segment, "trace_id": "1-581cf771-a006649127e371903a2de979"}
        client.put_trace_segments(TraceSegmentDocuments=[json.dumps(trace)])
        client.put_telemetry_records(TelemetryRecords=[{"Timestamp": 1}])

    return Do(act)


# --- state ---


def table(
    name: str, key: str, items: Sequence[Mapping[str, object]] = (), index: str = "", stream: bool = False
) -> None:
    attributes = [key, *([index] if index else [])]
    boto3.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": a, "AttributeType": "S"} for a in attributes],
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        **(
            {
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": "by-customer",
                        "KeySchema": [{"AttributeName": index, "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                ]
            }
            if index
            else {}
        ),
        **({"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}} if stream else {}),
    )
    made = boto3.resource("dynamodb").Table(name)
    for item in items:
        made.put_item(Item=item)


def queue(name: str, *messages: str) -> None:
    client = boto3.client("sqs")
    url = client.create_queue(QueueName=name)["QueueUrl"]
    for message in messages:
        client.send_message(QueueUrl=url, MessageBody=message)


def url_of(name: str) -> str:
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def bucket(name: str, objects: Mapping[str, str] | None = None) -> None:
    client = boto3.client("s3")
    client.create_bucket(Bucket=name)
    for key, body in (objects or {}).items():
        client.put_object(Bucket=name, Key=key, Body=body.encode())


def function(name: str) -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "")
    boto3.client("lambda").create_function(
        FunctionName=name, Runtime="python3.12", Role=role, Handler="app.handler", Code={"ZipFile": code.getvalue()}
    )


def several(*makers: Callable[[], object]) -> Callable[[], None]:
    def make() -> None:
        for maker in makers:
            maker()

    return make


# --- events ---


def http(body: object = None, **parameters: str) -> dict[str, object]:
    return {"body": json.dumps(body), "pathParameters": parameters}


def records(*bodies: str) -> dict[str, object]:
    return {"Records": [{"messageId": str(n), "eventID": str(n), "body": body} for n, body in enumerate(bodies)]}


def uploads(*keys: str) -> dict[str, object]:
    return {"Records": [{"s3": {"object": {"key": key}}} for key in keys]}


# --- the shop ---

ORDER = {"order_id": "1", "customer_id": "c", "status": "new", "total": "5"}
SHOP = ("src", "layers/ordering/python")


def orders(*items: Mapping[str, object]) -> Callable[[], None]:
    return lambda: table("shop-OrdersTable-1A", "order_id", items or (ORDER,), index="customer_id")


def shop(unit: str, *steps: Handle | Do, state: Callable[[], object], breaks: Sequence[str] = (), **more: str) -> Run:
    """A run of one of the shop's functions; `more` are its environment, or symbols with a dot or a capital."""
    environment = {key: value for key, value in more.items() if key.isupper()}
    symbols = {key.replace("__", "."): value for key, value in more.items() if not key.isupper()}
    return Run(
        (*steps, logs(f"shop-{unit}")),
        {unit: f"shop-{unit}", "OrdersTable": "shop-OrdersTable-1A", "Stage": "dev", **symbols},
        {"ORDERS_TABLE": "shop-OrdersTable-1A", **environment},
        state,
        breaks,
    )


SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:"


def secret_with(arn: str, value: object) -> Callable[[], None]:
    """A secret under a chosen ARN: moto, asked for an ARN that it did not make, looks for its last part."""
    name, text = arn.removeprefix(SECRET), json.dumps(value)
    return lambda: boto3.client("secretsmanager").create_secret(Name=name, SecretString=text)


def report(steps: Sequence[Handle], items: Sequence[Mapping[str, object]], breaks: Sequence[str] = ()) -> Run:
    return shop(
        "DailyReportFunction",
        *steps,
        state=several(
            orders(*items),
            lambda: bucket("shop-reportsbucket-1a"),
            lambda: boto3.client("sns").create_topic(Name="shop-TeamTopic-1A"),
        ),
        breaks=breaks,
        REPORTS_BUCKET="shop-reportsbucket-1a",
        TEAM_TOPIC=f"arn:aws:sns:{REGION}:{ACCOUNT}:shop-TeamTopic-1A",
        ReportsBucket="shop-reportsbucket-1a",
        TeamTopic__TopicName="shop-TeamTopic-1A",
    )


# Past 8 MB s3transfer uploads in parts and in threads; when a part fails it ends the upload.
LARGE = [{"order_id": str(n), "customer_id": "c", "status": "x" * 390_000} for n in range(24)]
MORNING = "workers.daily_report:handler"

ORDERS = (
    Scene(
        "orders",
        ("CreateOrderFunction",),
        (
            shop(
                "CreateOrderFunction",
                Handle("api.create_order:handler", http({"total": "5"})),
                state=several(orders(), lambda: queue("shop-FulfilmentQueue-1A")),
                FULFILMENT_QUEUE_URL=url_of("shop-FulfilmentQueue-1A"),
                FulfilmentQueue__QueueName="shop-FulfilmentQueue-1A",
            ),
        ),
        SHOP,
    ),
    Scene(
        "orders",
        ("GetOrderFunction",),
        (
            shop(
                "GetOrderFunction",
                Handle("api.get_order:handler", http(order_id="1")),
                Handle("api.get_order:handler", http(order_id="none")),
                Handle("api.get_order:handler", http(customer_id="c")),
                state=several(orders(), lambda: bucket("shop-invoicesbucket-1a")),
                INVOICES_BUCKET="shop-invoicesbucket-1a",
                InvoicesBucket="shop-invoicesbucket-1a",
            ),
        ),
        SHOP,
    ),
    Scene(
        "orders",
        ("RefundOrderFunction",),
        (
            shop(
                "RefundOrderFunction",
                Handle("api.refund_order:handler", http(order_id="1")),
                Handle("api.refund_order:handler", http(order_id="none")),
                state=several(orders(), lambda: function("shop-ChargePaymentFunction")),
                PAYMENT_FUNCTION="shop-ChargePaymentFunction",
                ChargePaymentFunction="shop-ChargePaymentFunction",
            ),
        ),
        SHOP,
    ),
    Scene(
        "orders",
        ("FulfilOrdersFunction",),
        (
            shop(
                "FulfilOrdersFunction",
                Handle("workers.fulfil_orders:handler", records('{"order_id": "1"}', "{}")),
                polls("shop-FulfilmentQueue-1A"),
                state=several(
                    orders(),
                    lambda: queue("shop-FulfilmentQueue-1A", "{}"),
                    lambda: boto3.client("events").create_event_bus(Name="dev-shop"),
                    secret_with(f"{SECRET}warehouse-Ab12Cd", {"name": "north"}),
                ),
                EVENT_BUS="dev-shop",
                WAREHOUSE_SECRET=f"{SECRET}warehouse-Ab12Cd",
                WarehouseSecret=f"{SECRET}warehouse-Ab12Cd",
                FulfilmentQueue__QueueName="shop-FulfilmentQueue-1A",
            ),
        ),
        SHOP,
    ),
    Scene(
        "orders",
        ("ImportProductsFunction",),
        (
            shop(
                "ImportProductsFunction",
                Handle("workers.import_products:handler", uploads("products/a%2Bb.csv")),
                state=several(
                    lambda: table("shop-ProductsTable-1A", "sku"),
                    lambda: bucket(f"dev-shop-uploads-{ACCOUNT}", {"products/a+b.csv": "sku,price\n1,2\n"}),
                ),
                PRODUCTS_TABLE="shop-ProductsTable-1A",
                UPLOADS_BUCKET=f"dev-shop-uploads-{ACCOUNT}",
                ProductsTable="shop-ProductsTable-1A",
            ),
        ),
        SHOP,
    ),
    Scene(
        "orders",
        ("DailyReportFunction",),
        (
            report([Handle(MORNING)], [ORDER]),
            report([Handle(MORNING, raises="S3UploadFailedError")], LARGE, ("s3.UploadPart",)),
        ),
        SHOP,
    ),
    Scene(
        "orders",
        ("ChargePaymentFunction",),
        (
            shop(
                "ChargePaymentFunction",
                Handle("workers.charge_payment:handler", {"order_id": "1"}),
                state=several(
                    secret_with(f"{SECRET}payment-Ab12Cd", {"api_key": "k"}),
                    lambda: boto3.client("ssm").put_parameter(Name="/shop/payment/endpoint", Value="e", Type="String"),
                ),
                PAYMENT_SECRET=f"{SECRET}payment-Ab12Cd",
                PaymentSecret=f"{SECRET}payment-Ab12Cd",
            ),
        ),
        SHOP,
    ),
    # An operator names the operation: iamgen says that it cannot tell, and the policy lacks it.
    Scene(
        "orders",
        ("RunTaskFunction",),
        (
            shop(
                "RunTaskFunction",
                Handle("workers.run_task:handler", {"operation": "purge_queue"}),
                state=lambda: queue("shop-DeadLetterQueue-1A"),
                DEAD_LETTER_QUEUE_URL=url_of("shop-DeadLetterQueue-1A"),
            ),
        ),
        SHOP,
        verdict=Verdict.REFUSED,
    ),
)


# --- the other projects ---


def links(stage: str, name: str) -> Run:
    """Chalice gives every function of an app one role."""

    def request(method: str, path: str, parameters: object, body: str = "") -> dict[str, object]:
        return {
            "requestContext": {"resourcePath": path, "httpMethod": method},
            "pathParameters": parameters,
            "headers": {"content-type": "application/json"},
            "multiValueQueryStringParameters": None,
            "body": body,
            "stageVariables": None,
            "isBase64Encoded": False,
        }

    schedule = dict.fromkeys(("version", "account", "region", "detail", "detail-type", "source", "time", "id"), "")
    return Run(
        (
            Handle("app:app", request("GET", "/{name}", {"name": "here"})),
            Handle("app:app", request("POST", "/", {}, '{"name": "there"}')),
            Handle("app:sweep", {**schedule, "resources": []}),
            logs(f"links-{stage}"),
            logs(f"links-{stage}-sweep"),
        ),
        {"stage": stage},
        {"LINKS_TABLE": name},
        lambda: table(name, "name", [{"name": "here"}]),
    )


def visit() -> None:
    """What Zappa's handler does with a request of the API."""
    from blog import app  # the fixture's: only on the stage

    answer = app.test_client().get("/images/a.png")
    assert answer.status_code == 200, answer


def nightly() -> None:
    """What the container of the night runs."""
    with unittest.mock.patch("sys.argv", ["reports.nightly", "--all"]):
        runpy.run_module("reports.nightly", run_name="__main__")


def export() -> None:
    """What the container beside it runs."""
    import reports  # the fixture's: only on the stage

    runpy.run_path(str(Path(reports.__file__).parents[1] / "jobs" / "export-day.py"), run_name="__main__")


def page() -> None:
    """A request to the web container."""
    from reports.web import app  # the fixture's: only on the stage

    answer = app.test_client().get("/2026-11-24")
    assert answer.status_code == 200, answer


def container(act: Callable[[], None]) -> Run:
    bucket_name, topic = "dev-reportsbucket-1a", "dev-ReadyTopic-1A"
    return Run(
        (Do(act),),
        {"Stage": "dev", "ReportsBucket": bucket_name, "ReadyTopic.TopicName": topic},
        {
            "SALES_TABLE": "dev-sales",
            "REPORTS_BUCKET": bucket_name,
            "READY_TOPIC": f"arn:aws:sns:{REGION}:{ACCOUNT}:{topic}",
        },
        several(
            lambda: table("dev-sales", "day", [{"day": "2026-11-23", "text": "1"}]),
            lambda: bucket(bucket_name, {"daily/2026-11-24.csv": "1"}),
            lambda: boto3.client("sns").create_topic(Name=topic),
        ),
    )


def notes(*steps: Handle | Do, unit: str, **more: str) -> Run:
    return Run(
        (*steps, logs(f"notes-dev-{unit}"), traces()),
        {"stage": "dev"},
        more,
        several(
            lambda: table("notes-dev", "id", [{"id": "0"}], stream=True), lambda: queue("notes-index-dev", "a message")
        ),
    )


THUMBNAILS = f"thumbnails-dev-{ACCOUNT}"


def thumbnails(*steps: Handle | Do, **more: str) -> Run:
    return Run(
        steps,
        {"var.stage": "dev"},
        {"BUCKET": THUMBNAILS, **more},
        several(
            lambda: bucket(THUMBNAILS, {"a.png": "x"}),
            lambda: queue("thumbnails-dev-done"),
            lambda: queue("thumbnails-dev-jobs", "a.png"),
        ),
    )


RESIZE = Handle("resize:handler", records("a.png"))
DONE = url_of("thumbnails-dev-done")

SCENES = (
    *ORDERS,
    Scene(
        "cdk-inventory",
        ("Bare04",),
        (Run((Handle("bare:handler"), logs("stock-Bare")), {"Bare04": "stock-Bare"}),),
        ("cdk.out/asset.9b2e",),
    ),
    Scene(
        "cdk-inventory",
        ("Count03",),
        (
            Run(
                (Handle("count:handler", {"sku": "1"}), logs("stock-Count")),
                {"Count03": "stock-Count", "Stock7A1F": "stock"},
                {"STOCK_TABLE": "stock"},
                lambda: table("stock", "sku"),
            ),
        ),
        ("cdk.out/asset.3f1c",),
    ),
    Scene("chalice-links", ("create", "follow", "sweep"), (links("dev", "links"), links("prod", "links-prod"))),
    Scene(
        "nested-billing",
        ("Ping",),
        (Run((Handle("index:handler"), logs("billing-Ping")), {"Ping": "billing-Ping"}),),
        inline={"index.py": 'def handler(event, context):\n    return "pong"\n'},
    ),
    Scene(
        "nested-billing",
        ("SendInvoices",),
        (
            Run(
                (Handle("send:handler", {"key": "a"}), logs("billing-Send")),
                {"SendInvoices": "billing-Send", "Stage": "dev"},
                {"INVOICES": "dev-invoices"},
                lambda: bucket("dev-invoices", {"a": "x"}),
            ),
        ),
        ("invoices",),
    ),
    Scene(
        "pulumi-sensors",
        ("collector.collect:handler",),
        (
            Run(
                (Handle("collector.collect:handler", {"id": "1"}),),
                {},
                {"READINGS_TABLE": "readings"},
                lambda: table("readings", "id"),
            ),
        ),
    ),
    Scene(
        "serverless-notes",
        ("drain",),
        (notes(Handle("notes.drain:handler", records("a")), polls("notes-index-dev"), unit="drain"),),
    ),
    Scene(
        "serverless-notes",
        ("index",),
        (
            notes(
                Handle("notes.index:handler", records("a")),
                reads_stream("notes-dev"),
                unit="index",
                INDEX_QUEUE=url_of("notes-index-dev"),
            ),
        ),
    ),
    Scene(
        "serverless-notes",
        ("write-note",),
        (notes(Handle("notes.write:handler", http({"id": "1"})), unit="write-note", NOTES_TABLE="notes-dev"),),
    ),
    Scene(
        "terraform-thumbnails",
        ("report",),
        (thumbnails(Handle("report:handler"), logs("thumbnails-dev-report")),),
        ("src",),
    ),
    Scene(
        "terraform-thumbnails",
        ("resize-large",),
        (thumbnails(RESIZE, logs("thumbnails-dev-large"), traces(), QUEUE=DONE),),
        ("src",),
    ),
    Scene(
        "terraform-thumbnails",
        ("resize-small",),
        (thumbnails(RESIZE, polls("thumbnails-dev-jobs"), logs("thumbnails-dev-small"), traces(), QUEUE=DONE),),
        ("src",),
    ),
    Scene("ecs-reports", ("NightlyTask-nightly",), (container(nightly),)),
    Scene("ecs-reports", ("NightlyTask-export",), (container(export),)),
    Scene("ecs-reports", ("WebTask",), (container(page),)),
    Scene(
        "zappa-blog",
        ("dev",),
        (
            Run(
                (Do(visit), logs("blog-dev")),
                {},
                {"IMAGES_BUCKET": "blog-images-dev"},
                lambda: bucket("blog-images-dev", {"a.png": "x"}),
            ),
        ),
    ),
    Scene(
        "zappa-blog",
        ("dev-jobs.clean",),
        (
            Run(
                (Handle("jobs:clean"), logs("blog-dev")),
                {},
                {"IMAGES_BUCKET": "blog-images-dev"},
                lambda: bucket("blog-images-dev", {"tmp": "x"}),
            ),
        ),
    ),
)
