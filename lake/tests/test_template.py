"""lake/template.yaml is valid, agrees with the event schema, and keeps its promises; each promise is seen to fail on a broken copy."""

import copy
import pathlib
import subprocess
import sys

import pytest

import glue_columns
import price_table
import promises
import stack

# What is broken, and how; the promise that must notice.
BREAKS = {
    "laptop_writer_has_one_action_on_the_streams_of_its_tier": lambda r: r["LaptopWriterRestrictedPolicy"].update(Condition="TakesActivity"),
    "records_of_erasures_are_read_where_they_live_seven_years": lambda r: r["ConfidentialBucket"]["Properties"]["LifecycleConfiguration"]["Rules"].append({"Id": "x", "Status": "Enabled", "Prefix": "erasures/", "ExpirationInDays": 30}),
    "laptop_writer_needs_external_id_and_organisation": lambda r: r["LaptopWriterRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]["StringEquals"].pop("sts:ExternalId"),
    "people_are_of_the_organisation": lambda r: r["AuditorRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0].pop("Condition"),
    "buckets_block_public_access": lambda r: r["TrailBucket"]["Properties"]["PublicAccessBlockConfiguration"].update(BlockPublicPolicy=False),
    "buckets_are_versioned_encrypted_logged_and_kept": lambda r: r["RestrictedBucket"]["Properties"].pop("VersioningConfiguration"),
    "buckets_deny_what_is_not_tls_12": lambda r: r["ResultsBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"].pop(1),
    "keys_rotate_and_stay": lambda r: r["OperationsKey"]["Properties"].update(EnableKeyRotation=False),
    "days_of_retention_cover_the_years": lambda r: r["InternalBucket"]["Properties"]["LifecycleConfiguration"]["Rules"][0].update(ExpirationInDays=1095),
    "projection_has_no_end_year": lambda r: r["InternalTable"]["Properties"]["TableInput"]["Parameters"].update({"projection.dt.range": "2026-01-01,2030-12-31"}),
    "tables_hold_the_columns_of_their_class": lambda r: r["InternalTable"]["Properties"]["TableInput"]["StorageDescriptor"]["Columns"].append({"Name": "text", "Type": "string"}),
    "streams_are_encrypted_converted_and_buffered": lambda r: r["ConfidentialStream"]["Properties"]["DeliveryStreamEncryptionConfigurationInput"].update(KeyType="AWS_OWNED_CMK"),
    "classes_stay_apart": lambda r: r["AuditorRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].append({"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": {"Fn::GetAtt": ["RestrictedKey", "Arn"]}}),
    "no_policy_of_a_role_has_wildcard_actions": lambda r: r["UserRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0].update(Action="athena:*"),
    "only_humans_without_write_access_to_settings": lambda r: r["AdminRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0].update(Action="kms:ScheduleKeyDeletion"),
    "workgroups_enforce_limits": lambda r: r["UserWorkgroup"]["Properties"]["WorkGroupConfiguration"].update(EnforceWorkGroupConfiguration=False),
    "alarms_cover_what_can_go_wrong": lambda r: r["InternalFreshnessAlarm"]["Properties"].update(Threshold=3600),
    "trail_records_data_events": lambda r: r["Trail"]["Properties"]["AdvancedEventSelectors"].pop(),
}


def test_cfn_lint_finds_nothing_not_even_warnings():
    lint = pathlib.Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([lint, "--regions", "eu-central-1", "us-east-1", "--", stack.TEMPLATE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_template_agrees_with_the_event_schema():
    text = stack.TEMPLATE.read_text(encoding="utf-8")
    assert text.count("# made by glue_columns.py: ") == 5
    assert glue_columns.rendered(text) == text, "run python3 lake/tools/glue_columns.py"


def test_a_changed_schema_is_noticed(monkeypatch):
    changed = glue_columns.schema()
    changed["properties"]["new_field"] = {"type": "string", "description": "x (from tier metrics)"}
    monkeypatch.setattr(glue_columns, "schema", lambda: changed)
    text = stack.TEMPLATE.read_text(encoding="utf-8")
    assert glue_columns.rendered(text) != text


def test_price_view_agrees_with_the_price_list():
    assert price_table.TARGET.read_text(encoding="utf-8") == price_table.rendered(), "run python3 lake/tools/price_table.py"


def test_template_fits_what_cloudformation_takes_from_s3():
    # 1 MB: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    assert stack.TEMPLATE.stat().st_size < 1_000_000
    assert len(stack.template()["Resources"]) < 500


@pytest.mark.parametrize("promise", promises.PROMISES, ids=lambda one: one.__name__)
def test_template_keeps(promise):
    assert list(promise(stack.template())) == []


@pytest.mark.parametrize("promise", promises.PROMISES, ids=lambda one: one.__name__)
def test_a_broken_copy_is_noticed_by(promise):
    broken = copy.deepcopy(stack.template())
    BREAKS[promise.__name__](broken["Resources"])
    assert list(promise(broken)), "the promise holds nothing"
