"""The template passes every rule of lake/guard/promises.guard, and each rule is seen to fail on a broken copy."""

import json
import pathlib
import re

import guardpycfn
import pytest

import stack

RULES = (pathlib.Path(__file__).resolve().parents[1] / "guard" / "promises.guard").read_text(encoding="utf-8")


def statement(resource, which):
    return resource["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][which]


def s3(resource):
    return resource["Properties"]["ExtendedS3DestinationConfiguration"]


# For each rule ways to break it; each must be noticed by that rule.
BREAKS = {
    "each_class_has_a_key_that_rotates": [
        lambda r: r["OperationsKey"]["Properties"].update(EnableKeyRotation=False),
        lambda r: r["OperationsKey"]["Properties"].pop("EnableKeyRotation"),
        lambda r: r.pop("RestrictedKey"),
    ],
    "keys_and_buckets_outlive_the_stack": [
        lambda r: r["InternalKey"].pop("DeletionPolicy"),
        lambda r: r["TrailBucket"].update(DeletionPolicy="Delete"),
    ],
    "buckets_block_public_access": [
        lambda r: r["ResultsBucket"]["Properties"]["PublicAccessBlockConfiguration"].update(BlockPublicAcls=False),
        lambda r: r["InternalBucket"]["Properties"].pop("PublicAccessBlockConfiguration"),
    ],
    "buckets_are_versioned_and_encrypted": [
        lambda r: r["RestrictedBucket"]["Properties"].pop("VersioningConfiguration"),
        lambda r: r["InternalBucket"]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"].update(SSEAlgorithm="AES256"),
    ],
    "each_bucket_has_a_policy_for_tls_12_and_the_organisation": [
        lambda r: r["ResultsBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"].pop(1),
        lambda r: r["InternalBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"].pop(2),
        lambda r: r.pop("ConfidentialBucketPolicy"),
    ],
    "data_is_kept_three_or_seven_years": [
        lambda r: r["InternalBucket"]["Properties"]["LifecycleConfiguration"]["Rules"][0].update(ExpirationInDays=1095),
        lambda r: r["RestrictedBucket"]["Properties"]["LifecycleConfiguration"]["Rules"][1].update(ExpirationInDays=30),
        lambda r: r["ConfidentialBucket"]["Properties"]["LifecycleConfiguration"]["Rules"].pop(0),
        lambda r: r["ConfidentialBucket"]["Properties"]["LifecycleConfiguration"]["Rules"][2].update(Prefix="erasures/"),
    ],
    "three_streams_under_keys_of_ours": [
        lambda r: r["ConfidentialStream"]["Properties"]["DeliveryStreamEncryptionConfigurationInput"].update(KeyType="AWS_OWNED_CMK"),
        lambda r: r.pop("RestrictedStream"),
    ],
    "streams_convert_to_parquet_by_their_table": [
        lambda r: s3(r["InternalStream"])["DataFormatConversionConfiguration"].update(Enabled=False),
    ],
    "streams_buffer_300_s_and_keep_what_fails": [
        lambda r: s3(r["InternalStream"])["BufferingHints"].update(IntervalInSeconds=60),
        lambda r: s3(r["RestrictedStream"]).pop("ErrorOutputPrefix"),
    ],
    "streams_keep_raw_lines_for_a_siem": [
        lambda r: s3(r["ConfidentialStream"]).update(S3BackupMode="Disabled"),
    ],
    "days_are_projected_without_an_end": [
        lambda r: r["InternalTable"]["Properties"]["TableInput"]["Parameters"].update({"projection.dt.range": "2026-01-01,2030-12-31"}),
    ],
    "workgroups_end_queries_that_scan_too_much": [
        lambda r: r["UserWorkgroup"]["Properties"]["WorkGroupConfiguration"].pop("BytesScannedCutoffPerQuery"),
        lambda r: r["CostWorkgroup"]["Properties"]["WorkGroupConfiguration"].update(EnforceWorkGroupConfiguration=False),
    ],
    "the_laptop_writer_may_one_thing": [
        lambda r: statement(r["LaptopWriterRole"], 0).update(Action=["firehose:PutRecordBatch", "s3:GetObject"]),
        lambda r: statement(r["LaptopWriterRole"], 0).update(Resource="*"),
        lambda r: statement(r["LaptopWriterRole"], 0).update(Resource={"Fn::GetAtt": ["RestrictedStream", "Arn"]}),
        lambda r: r["LaptopWriterConfidentialPolicy"]["Properties"]["PolicyDocument"]["Statement"][0].update(Resource={"Fn::GetAtt": ["RestrictedStream", "Arn"]}),
        lambda r: r["LaptopWriterConfidentialPolicy"].pop("Condition"),
        lambda r: r["LaptopWriterRestrictedPolicy"]["Properties"]["PolicyDocument"]["Statement"][0].update(Resource="*"),
        lambda r: r["LaptopWriterRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]["StringEquals"].pop("sts:ExternalId"),
        lambda r: r["LaptopWriterRole"]["Properties"].update(ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
    ],
    "people_are_of_the_organisation": [
        lambda r: r["AuditorRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0].pop("Condition"),
    ],
    "no_role_has_wildcard_actions": [
        lambda r: statement(r["UserRole"], 0).update(Action="athena:*"),
        lambda r: statement(r["AdminRole"], 0).update(Action=["athena:GetWorkGroup", "kms:*"]),
    ],
    "alarms_tell_somebody": [
        lambda r: r["InternalKmsAlarm"]["Properties"].pop("AlarmActions"),
    ],
    "stale_events_raise_an_alarm_after_15_minutes": [
        lambda r: r["RestrictedFreshnessAlarm"]["Properties"].update(Threshold=3600),
        lambda r: r.pop("ConfidentialFreshnessAlarm"),
    ],
    "failures_and_silence_raise_alarms": [
        lambda r: r["SilentAgentsAlarm"]["Properties"].update(TreatMissingData="notBreaching"),
        lambda r: r.pop("InternalKmsAlarm"),
        lambda r: r.pop("Budget"),
    ],
    "the_trail_records_reads_and_writes_of_objects": [
        lambda r: r["Trail"]["Properties"]["AdvancedEventSelectors"].pop(),
        lambda r: r["Trail"]["Properties"].update(EnableLogFileValidation=False),
    ],
    "endpoints_let_only_the_organisation_through": [
        lambda r: r["FirehoseEndpoint"]["Properties"]["PolicyDocument"]["Statement"][0].pop("Condition"),
    ],
}


def alone(rule):
    """The file with this one rule."""
    head, *rules = RULES.split("\nrule ")
    return "\nrule ".join([head, *(one for one in rules if one.startswith(rule + " "))])


def verdict(template, rules=RULES):
    """What Guard says: names of rules by PASS, FAIL and SKIP."""
    # The short form of the answer comes cut off where a value that it quotes is long.
    answer = guardpycfn.validate_with_guard(json.dumps(template), rules, verbose=True)
    assert answer["success"], answer.get("error")
    said = {"PASS": set(), "FAIL": set(), "SKIP": set()}
    for check in (rule["container"]["RuleCheck"] for rule in answer["result"]["children"]):
        said[check["status"]].add(check["name"])
    return said


def test_template_passes_every_rule_and_none_is_passed_over():
    said = verdict(stack.template())
    assert (said["FAIL"], said["SKIP"]) == (set(), set())
    assert said["PASS"] == set(re.findall(r"^rule (\w+)", RULES, re.MULTILINE))


def test_every_rule_is_broken_by_something():
    assert set(BREAKS) == verdict(stack.template())["PASS"]


@pytest.mark.parametrize(("rule", "way"), [(rule, way) for rule, ways in BREAKS.items() for way in range(len(ways))])
def test_a_broken_copy_fails(rule, way):
    broken = stack.template()
    BREAKS[rule][way](broken["Resources"])
    assert verdict(broken, alone(rule))["FAIL"] == {rule}
