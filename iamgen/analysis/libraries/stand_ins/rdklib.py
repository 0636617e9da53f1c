"""rdklib 0.3: rules of AWS Config. Their clients have the role that the event names, or, if the rule's parameters say
so, the function's own.
"""

from _stand_in import Quiet, client, data, event, maybe


class InvalidParametersError(Exception):
    pass


class MissingTriggerHandlerError(Exception):
    pass


class ComplianceType:
    COMPLIANT = "COMPLIANT"
    NON_COMPLIANT = "NON_COMPLIANT"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class Evaluation(Quiet):
    pass


class ClientFactory:
    def __init__(self, role_arn, region=None, assume_role_mode=True):
        self.role, self.region, self.assumes = role_arn, region, assume_role_mode

    def build_client(self, service, region=None, assume_role_mode=True):
        import boto3

        region = region or self.region
        if not assume_role_mode or not self.assumes:
            return boto3.client(service, region_name=region)
        made = client("sts").assume_role(RoleArn=self.role, RoleSessionName="configLambdaExecution")["Credentials"]
        return boto3.client(
            service,
            region_name=region,
            aws_access_key_id=made["AccessKeyId"],
            aws_secret_access_key=made["SecretAccessKey"],
            aws_session_token=made["SessionToken"],
        )


class ConfigRule:
    def __init__(self):
        pass

    def evaluate_parameters(self, rule_parameters):
        return rule_parameters

    def evaluate_change(self, event, client_factory, configuration_item, valid_rule_parameters):
        return []

    def evaluate_periodic(self, event, client_factory, valid_rule_parameters):
        return []

    def get_execution_role_arn(self, event):
        return event["executionRoleArn"]

    def get_assume_role_region(self, event):
        return None

    def get_assume_role_mode(self, event):
        return maybe()


class Evaluator:
    def __init__(self, config_rule, expected_resource_types=None, is_applicable_status=False):
        self.rule = config_rule

    def handle(self, event, context):
        rule = self.rule
        factory = ClientFactory(
            rule.get_execution_role_arn(event), rule.get_assume_role_region(event), rule.get_assume_role_mode(event)
        )
        config = factory.build_client("config")
        config.get_resource_config_history(resourceType=data(), resourceId=data())
        given = rule.evaluate_parameters(_parameters())
        if maybe():
            rule.evaluate_periodic(event, factory, given)
            config.get_compliance_details_by_config_rule(ConfigRuleName=data())
        else:
            rule.evaluate_change(event, factory, _parameters(), given)
        config.put_evaluations(Evaluations=data(), ResultToken=data())
        return data()


def _parameters():
    return event()
