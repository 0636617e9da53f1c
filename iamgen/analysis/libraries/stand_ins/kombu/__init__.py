"""Kombu, as of 5.7: with a broker URL `sqs://` its queues are SQS's. Source: kombu/transport/SQS/__init__.py"""

from _stand_in import Quiet, client, data


def sqs_of(url, options=None):
    """The client of an `sqs://` URL, None for any other broker."""
    if url is not None and url.startswith("sqs"):
        return client("sqs", region_name=(options or {}).get("region"))
    return None


def declare(sqs, name):
    sqs.list_queues(QueueNamePrefix="")
    sqs.get_queue_url(QueueName=name)
    sqs.create_queue(QueueName=name)
    sqs.get_queue_attributes(QueueUrl=_url(name))


def send(sqs, name):
    declare(sqs, name)
    sqs.send_message(QueueUrl=_url(name), MessageBody=data())


def receive(sqs, name):
    declare(sqs, name)
    sqs.receive_message(QueueUrl=_url(name))
    sqs.delete_message(QueueUrl=_url(name), ReceiptHandle=data())
    sqs.change_message_visibility(QueueUrl=_url(name), ReceiptHandle=data(), VisibilityTimeout=0)


def _url(name):
    return f"https://sqs.{data()}.amazonaws.com/{data()}/{name}"


class Connection(Quiet):
    def __init__(self, hostname=None, *args, transport_options=None, **options):
        self.sqs = sqs_of(hostname, transport_options)

    def SimpleQueue(self, name, *args, **options):
        return SimpleQueue(self.sqs, name)

    def Producer(self, *args, **options):
        return Producer(self)

    def Consumer(self, queues, *args, callbacks=None, **options):
        return Consumer(self, queues, callbacks=callbacks)

    def channel(self):
        return self


BrokerConnection = Connection


class SimpleQueue(Quiet):
    def __init__(self, sqs, name):
        self.sqs, self.name = sqs, name

    def put(self, message, *args, **options):
        if self.sqs is not None:
            send(self.sqs, self.name)

    def get(self, *args, **options):
        if self.sqs is not None:
            receive(self.sqs, self.name)
        return data()


class Producer(Quiet):
    def __init__(self, channel=None, *args, **options):
        self.channel = channel

    def publish(self, body, routing_key=None, *args, **options):
        if self.channel is not None and self.channel.sqs is not None:
            send(self.channel.sqs, data() if routing_key is None else routing_key)


class Consumer(Quiet):
    def __init__(self, channel, queues=None, *args, callbacks=None, **options):
        from _stand_in import call_later

        call_later(callbacks)
        if channel.sqs is not None:
            receive(channel.sqs, data())


class Queue(Quiet):
    pass


Exchange = Queue


def __getattr__(name):
    return Quiet
