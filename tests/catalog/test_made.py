"""Which types a request makes, told from its name."""

from __future__ import annotations

import pytest

from iamgen.catalog.build.made import made_types


@pytest.mark.parametrize(
    ("operation", "taggable", "touched", "made"),
    [
        ("CreateGuardrail", {"guardrail", "policy"}, {"policy"}, ("guardrail",)),
        ("CreateDBClusterSnapshot", {"cluster", "cluster-snapshot", "snapshot"}, {"cluster"}, ("cluster-snapshot",)),
        ("RegisterStreamConsumer", {"stream", "consumer"}, {"stream"}, ("consumer",)),
        ("CreateLocationS3", {"agent", "location"}, {"agent"}, ("location",)),
        ("RestoreDBClusterFromSnapshot", {"cluster", "db", "snapshot"}, {"cluster", "snapshot"}, ("cluster",)),
        ("ConvertRecoveryPointToSnapshot", {"recoveryPoint", "snapshot"}, {"recoveryPoint"}, ("snapshot",)),
        ("CopyBackupToRegion", {"backup", "cluster"}, {"backup"}, ("backup",)),
        ("AssociateRuleGroup", {"rule-group", "rule-group-association", "rule"}, set(), ("rule-group-association",)),
        ("CreateEndpoint", {"a-endpoint", "b-endpoint", "flywheel"}, {"flywheel"}, ("a-endpoint", "b-endpoint")),
        ("RegisterJobDefinition", {"job-definition-revision", "job"}, {"job-definition"}, ("job-definition-revision",)),
        # A short type's name inside a longer one is chance; what the action is checked on is the answer then.
        ("CreateDBWidget", {"db", "es", "subgrp"}, {"subgrp"}, ("subgrp",)),
        # The same thing by two kinds of ARN.
        (
            "PutObject",
            {"object", "accesspointobject"},
            {"object", "accesspointobject"},
            ("accesspointobject", "object"),
        ),
        # It makes what the reference does not list for tags, so nothing tells.
        ("CreateInferenceExperiment", {"experiment", "model"}, {"inference-experiment"}, ()),
        ("CreateThing", {"a", "b", "c", "d"}, {"a", "b", "c"}, ()),
    ],
)
def test_what_is_made(operation, taggable, touched, made):
    assert made_types(operation, frozenset(taggable), frozenset(touched)) == made
