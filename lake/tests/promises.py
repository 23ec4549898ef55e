"""What lake/template.yaml promises. Each function yields what breaks its promise in a parsed template."""

import json

import glue_columns
from stack import listed, of_type

DATA = {"Internal": 3, "Confidential": 7, "Restricted": 7}
HUMANS = ("AdminRole", "UserRole", "CostAnalystRole", "AuditorRole", "SiemReaderRole")


def statements(role):
    for policy in role["Properties"].get("Policies", []):
        yield from policy["PolicyDocument"]["Statement"]


def actions(role):
    return [action for statement in statements(role) for action in listed(statement["Action"])]


def mentions(value, name):
    return name in json.dumps(value)


def laptop_writer_has_one_action_on_the_streams_of_its_tier(stack):
    role = stack["Resources"]["LaptopWriterRole"]
    if actions(role) != ["firehose:PutRecordBatch"]:
        yield f"the laptop writer may {actions(role)}"
    if role["Properties"].get("ManagedPolicyArns"):
        yield "the laptop writer has managed policies"
    [statement] = statements(role)
    if statement != put_on("Internal"):
        yield "the laptop writer's action is not held to the internal stream"
    for name, policy in of_type(stack, "AWS::IAM::Policy").items():
        condition, data_class = {
            "LaptopWriterConfidentialPolicy": ("TakesActivity", "Confidential"),
            "LaptopWriterRestrictedPolicy": ("TakesContent", "Restricted"),
        }[name]
        if policy.get("Condition") != condition or policy["Properties"]["PolicyDocument"]["Statement"] != [put_on(data_class)]:
            yield f"{name} gives more than its tier needs"
    if stack["Parameters"]["LaptopMaxTier"]["Default"] != "metrics":
        yield "laptops may send more than metrics where nobody says so"


def put_on(data_class):
    return {"Effect": "Allow", "Action": "firehose:PutRecordBatch", "Resource": {"Fn::GetAtt": [f"{data_class}Stream", "Arn"]}}


def records_of_erasures_are_read_where_they_live_seven_years(stack):
    if not mentions(stack["Resources"]["AuditorRole"], "${ConfidentialBucket.Arn}/erasures/*"):
        yield "the auditor cannot read the records of erasures"
    rules = stack["Resources"]["ConfidentialBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    if any("erasures/".startswith(rule["Prefix"]) and "ExpirationInDays" in rule for rule in rules if "Prefix" in rule):
        yield "records of erasures go early"


def laptop_writer_needs_external_id_and_organisation(stack):
    for statement in stack["Resources"]["LaptopWriterRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]:
        equals = statement.get("Condition", {}).get("StringEquals", {})
        if equals.get("sts:ExternalId") != {"Ref": "ExternalId"} or equals.get("aws:PrincipalOrgID") != {"Ref": "OrganizationId"}:
            yield "the laptop writer's trust lacks external id or organisation"
    if "Default" in stack["Parameters"]["ExternalId"] or "Default" in stack["Parameters"]["OrganizationId"]:
        yield "external id or organisation has a default"


def people_are_of_the_organisation(stack):
    for name in HUMANS:
        for statement in stack["Resources"][name]["Properties"]["AssumeRolePolicyDocument"]["Statement"]:
            if statement.get("Condition", {}).get("StringEquals", {}).get("aws:PrincipalOrgID") != {"Ref": "OrganizationId"}:
                yield f"{name} can be assumed from outside the organisation"


def buckets_block_public_access(stack):
    wanted = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
    for name, bucket in of_type(stack, "AWS::S3::Bucket").items():
        if bucket["Properties"].get("PublicAccessBlockConfiguration") != wanted:
            yield f"{name} does not block public access"


def buckets_are_versioned_encrypted_logged_and_kept(stack):
    for name, bucket in of_type(stack, "AWS::S3::Bucket").items():
        properties = bucket["Properties"]
        if properties.get("VersioningConfiguration") != {"Status": "Enabled"}:
            yield f"{name} is not versioned"
        if bucket.get("DeletionPolicy") != "Retain" or bucket.get("UpdateReplacePolicy") != "Retain":
            yield f"{name} goes with its stack"
        rule = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"]
        # S3 delivers access logs only to buckets that use its own keys.
        wanted = "AES256" if name == "AccessLogBucket" else "aws:kms"
        if rule["SSEAlgorithm"] != wanted:
            yield f"{name} is not encrypted with {wanted}"
        if name != "AccessLogBucket" and properties.get("LoggingConfiguration", {}).get("DestinationBucketName") != {"Ref": "AccessLogBucket"}:
            yield f"{name} has no access log"
    for name in DATA:
        rule = stack["Resources"][f"{name}Bucket"]["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
        if rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] != {"Fn::GetAtt": [f"{name}Key", "Arn"]}:
            yield f"{name}Bucket is not under its own key"


def buckets_deny_what_is_not_tls_12(stack):
    policies = {one["Properties"]["Bucket"]["Ref"]: one for one in of_type(stack, "AWS::S3::BucketPolicy").values()}
    for name in of_type(stack, "AWS::S3::Bucket"):
        denials = [one for one in policies.get(name, {"Properties": {"PolicyDocument": {"Statement": []}}})["Properties"]["PolicyDocument"]["Statement"]
                   if one["Effect"] == "Deny" and one["Principal"] == "*" and one["Action"] == "s3:*"]
        conditions = [one.get("Condition") for one in denials if len(one["Resource"]) == 2]
        if {"Bool": {"aws:SecureTransport": "false"}} not in conditions:
            yield f"{name} does not deny plain HTTP"
        if {"NumericLessThan": {"s3:TlsVersion": "1.2"}} not in conditions:
            yield f"{name} does not deny TLS before 1.2"
        if not any(mentions(condition, "aws:PrincipalOrgID") for condition in conditions):
            yield f"{name} does not deny other organisations"


def keys_rotate_and_stay(stack):
    keys = of_type(stack, "AWS::KMS::Key")
    for name, key in keys.items():
        if key["Properties"].get("EnableKeyRotation") is not True:
            yield f"{name} does not rotate"
        if key.get("DeletionPolicy") != "Retain":
            yield f"{name} goes with its stack, and with it what it encrypts"
    for name in DATA:
        if f"{name}Key" not in keys:
            yield f"class {name} has no key"


def days_of_retention_cover_the_years(stack):
    for name, years in DATA.items():
        rules = stack["Resources"][f"{name}Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
        whole = [rule for rule in rules if "Prefix" not in rule and rule["Status"] == "Enabled"]
        # Whole years with every leap day that can fall into them, and not a day more.
        wanted = years * 365 + (years + 3) // 4
        if [rule.get("ExpirationInDays") for rule in whole] != [wanted]:
            yield f"{name}Bucket does not keep {years} years"
        if any("ExpirationInDays" in rule for rule in rules if rule.get("Prefix", "").startswith("events")):
            yield f"{name}Bucket loses events early"
        if not any(rule.get("Transitions") for rule in rules):
            yield f"{name}Bucket has no tiering"


def projection_has_no_end_year(stack):
    for name in DATA:
        parameters = stack["Resources"][f"{name}Table"]["Properties"]["TableInput"]["Parameters"]
        if parameters.get("projection.enabled") != "true" or not str(parameters.get("projection.dt.range")).endswith(",NOW"):
            yield f"{name}Table projects days to an end"


def tables_hold_the_columns_of_their_class(stack):
    for name in DATA:
        held = {one["Name"]: one["Type"] for one in stack["Resources"][f"{name}Table"]["Properties"]["TableInput"]["StorageDescriptor"]["Columns"]}
        wanted = glue_columns.columns(name.lower())
        if held != wanted:
            yield f"{name}Table differs from the schema: {sorted(set(held.items()) ^ set(wanted.items()))}"


def streams_are_encrypted_converted_and_buffered(stack):
    for name in DATA:
        properties = stack["Resources"][f"{name}Stream"]["Properties"]
        key = {"Fn::GetAtt": [f"{name}Key", "Arn"]}
        if properties.get("DeliveryStreamEncryptionConfigurationInput") != {"KeyType": "CUSTOMER_MANAGED_CMK", "KeyARN": key}:
            yield f"{name}Stream is not encrypted with the key of its class"
        to = properties["ExtendedS3DestinationConfiguration"]
        conversion = to["DataFormatConversionConfiguration"]
        if not conversion["Enabled"] or conversion["SchemaConfiguration"]["TableName"] != {"Ref": f"{name}Table"}:
            yield f"{name}Stream does not convert by its table"
        for what, one in (("events/", to), ("raw/", to.get("S3BackupConfiguration", {}))):
            if one.get("BufferingHints", {}).get("IntervalInSeconds") != 300:
                yield f"{name}Stream does not buffer 300 s"
            if not one.get("Prefix", "").startswith(what + "dt=") or not one.get("ErrorOutputPrefix", "").startswith("errors/"):
                yield f"{name}Stream's {what} or its errors go elsewhere"
            if one.get("EncryptionConfiguration", {}).get("KMSEncryptionConfig", {}).get("AWSKMSKeyARN") != key:
                yield f"{name}Stream writes {what} under another key"
        if to["BufferingHints"]["SizeInMBs"] < 64:
            yield f"{name}Stream buffers less than format conversion takes"


def classes_stay_apart(stack):
    for name in DATA:
        role = stack["Resources"][f"{name}DeliveryRole"]
        for other in set(DATA) - {name}:
            if mentions(role, f"{other}Bucket") or mentions(role, f"{other}Key"):
                yield f"{name}DeliveryRole reaches {other}"
    for role in ("UserRole", "CostAnalystRole"):
        for other in ("Confidential", "Restricted"):
            if mentions(stack["Resources"][role], f"{other}Bucket") or mentions(stack["Resources"][role], f"{other}Key"):
                yield f"{role} reaches {other}"
    for role in ("AuditorRole", "SiemReaderRole"):
        for statement in statements(stack["Resources"][role]):
            if mentions(statement["Resource"], "RestrictedBucket") and "s3:GetObject" in listed(statement["Action"]):
                yield f"{role} reads restricted objects"
            if mentions(statement["Resource"], "RestrictedKey") and "kms:Decrypt" in listed(statement["Action"]):
                yield f"{role} decrypts the restricted class"


def no_policy_of_a_role_has_wildcard_actions(stack):
    for name, role in of_type(stack, "AWS::IAM::Role").items():
        for action in actions(role):
            if "*" in action:
                yield f"{name} may {action}"


def only_humans_without_write_access_to_settings(stack):
    for name in HUMANS:
        for action in actions(stack["Resources"][name]):
            if action.startswith(("iam:Put", "iam:Create", "iam:Attach", "kms:Put", "kms:Schedule", "kms:Disable", "s3:PutBucket", "s3:PutLifecycle", "cloudtrail:Stop", "cloudtrail:Delete")):
                yield f"{name} may {action}"


def workgroups_enforce_limits(stack):
    groups = of_type(stack, "AWS::Athena::WorkGroup")
    if len(groups) < 4:
        yield "a role has no workgroup"
    for name, group in groups.items():
        settings = group["Properties"]["WorkGroupConfiguration"]
        if settings.get("EnforceWorkGroupConfiguration") is not True or not settings.get("BytesScannedCutoffPerQuery"):
            yield f"{name} does not enforce a limit"
        if settings["ResultConfiguration"]["EncryptionConfiguration"]["EncryptionOption"] != "SSE_KMS":
            yield f"{name} does not encrypt results"


def alarms_cover_what_can_go_wrong(stack):
    alarms = of_type(stack, "AWS::CloudWatch::Alarm")
    for name in DATA:
        fresh = alarms.get(f"{name}FreshnessAlarm", {}).get("Properties", {})
        if (fresh.get("MetricName"), fresh.get("Threshold"), fresh.get("ComparisonOperator")) != ("DeliveryToS3.DataFreshness", 900, "GreaterThanThreshold"):
            yield f"{name} has no alarm on events older than 15 minutes"
        for metric in ("DeliveryToS3.Success", "FailedConversion.Records", "KMSKeyAccessDenied", "KMSKeyDisabled", "KMSKeyInvalidState", "KMSKeyNotFound"):
            if not any(mentions(one, metric) and mentions(one, f"{name}Stream") for one in alarms.values()):
                yield f"{name} has no alarm on {metric}"
    if alarms.get("SilentAgentsAlarm", {}).get("Properties", {}).get("TreatMissingData") != "breaching":
        yield "silence is not alarming"
    for name, alarm in alarms.items():
        if alarm["Properties"].get("AlarmActions") != [{"Ref": "AlarmTopic"}]:
            yield f"{name} tells nobody"
    if not of_type(stack, "AWS::Budgets::Budget"):
        yield "there is no budget"


def trail_records_data_events(stack):
    for trail in of_type(stack, "AWS::CloudTrail::Trail").values():
        properties = trail["Properties"]
        if not properties.get("EnableLogFileValidation") or not properties.get("KMSKeyId"):
            yield "the trail is not sealed"
        for name in DATA:
            if not mentions(properties.get("AdvancedEventSelectors"), f"{name}Bucket.Arn"):
                yield f"the trail does not see {name}"


PROMISES = [one for name, one in sorted(globals().items()) if callable(one) and getattr(one, "__module__", "") == __name__ and one.__code__.co_varnames[:1] == ("stack",)]
