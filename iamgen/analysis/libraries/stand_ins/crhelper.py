"""crhelper, as of 2.0: custom resources. With a polling function it schedules its own invocations.

Source: crhelper/resource_helper.py
"""

from _stand_in import Quiet, call_later, client, data

SUCCESS = "SUCCESS"
FAILED = "FAILED"


class CfnResource(Quiet):
    def __init__(self, *args, **options):
        self.Data = {}
        self.PhysicalResourceId = data()
        self._polls = False

    def create(self, function):
        return call_later(function)

    update = delete = create

    def poll_create(self, function):
        self._polls = True
        return call_later(function)

    poll_update = poll_delete = poll_create

    def __call__(self, event, context):
        if self._polls:
            self._schedule(context)

    def _schedule(self, context):
        name = event_name() + data()
        events = client("events")
        functions = client("lambda")
        events.put_rule(Name=name, ScheduleExpression=data(), State="ENABLED")
        functions.add_permission(
            FunctionName=context.function_name,
            StatementId=data(),
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=data(),
        )
        events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": data()}])
        events.remove_targets(Rule=name, Ids=["1"])
        functions.remove_permission(FunctionName=context.function_name, StatementId=data())
        events.delete_rule(Name=name)


def event_name():
    """A rule is named for the logical id of the resource, which the event tells."""
    return data()


def __getattr__(name):
    return data()
