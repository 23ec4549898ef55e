//! Asks the services what there is. One call after the other: some sixty, a few seconds.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::facts::{Alarm, Bucket, Class, Facts, Found, Key, Kind, Role, Stack, Stream, Trail, Workgroup};
use super::policy;
use super::read::{self, document, lifecycle, text, time, watched};
use crate::assets;
use crate::aws::athena::{self, Table};
use crate::aws::{Answer, CallError, Session, Xml, cloudformation, sts};

/// Keys of the stack, by logical id.
const KEYS: [&str; 4] = ["InternalKey", "ConfidentialKey", "RestrictedKey", "OperationsKey"];
/// Buckets of the stack.
const BUCKETS: [&str; 6] =
    ["InternalBucket", "ConfidentialBucket", "RestrictedBucket", "ResultsBucket", "TrailBucket", "AccessLogBucket"];
/// Work groups of the stack.
const WORKGROUPS: [&str; 5] =
    ["AdminWorkgroup", "UserWorkgroup", "CostWorkgroup", "AuditorWorkgroup", "NarrowingWorkgroup"];
/// Roles that people and laptops become.
const ROLES: [&str; 6] =
    ["LaptopWriterRole", "AdminRole", "UserRole", "CostAnalystRole", "AuditorRole", "SiemReaderRole"];

/// Collects facts of the stack and what belongs to it. `looked` is told what is looked at.
///
/// # Errors
/// When there are no credentials or nobody answers. What this identity may not see is no error but unknown.
pub async fn collect(session: &Session, stack: &str, today: Date, looked: &dyn Fn(&str)) -> Result<Facts, CallError> {
    let mut facts = Facts::unknown(Kind::Stack, today, format!("{stack} in {}", session.region()), "was not looked at");
    looked("identity");
    facts.identity = found(sts::caller(session).await)?.map(|caller| (caller.account, caller.arn));
    looked("stack");
    facts.stack = self::stack(session, stack).await?;
    let Found::Is(stack) = facts.stack.clone() else { return Ok(facts) };
    let collector = Collector { session, stack: &stack };
    looked("keys");
    for id in KEYS {
        facts.keys.insert(id, collector.key(id).await?);
    }
    looked("buckets");
    for id in BUCKETS {
        facts.buckets.insert(id, collector.bucket(id).await?);
    }
    looked("streams");
    for class in Class::ALL {
        facts.streams.insert(class, collector.stream(class).await?);
    }
    looked("tables");
    facts.tables = collector.tables().await?;
    looked("work groups");
    for id in WORKGROUPS {
        facts.workgroups.insert(id, collector.workgroup(id).await?);
    }
    looked("roles");
    for id in ROLES {
        facts.roles.insert(id, collector.role(id).await?);
    }
    looked("trail");
    facts.trail = collector.trail().await?;
    looked("alarms");
    facts.alarms = collector.alarms().await?;
    facts.subscriptions = collector.subscriptions().await?;
    facts.erasures = collector.erasures().await?;
    if let Some(bucket) = collector.physical("RestrictedBucket") {
        facts.restricted_days = collector.days(bucket).await?;
    }
    Ok(facts)
}

/// Tells apart what is there, what is not, what may not be seen, and what is an error.
fn found<T>(answer: Result<T, CallError>) -> Result<Found<T>, CallError> {
    match answer {
        Ok(value) => Ok(Found::Is(value)),
        Err(error) if error.is_missing() => Ok(Found::Missing),
        Err(error) if error.is_denied() => Ok(Found::Unknown("this identity may not look at it".into())),
        Err(CallError::Refused { service, action, code, .. }) => {
            Ok(Found::Unknown(format!("{service} {action} answered {code}").into()))
        }
        Err(error) => Err(error),
    }
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

async fn stack(session: &Session, name: &str) -> Result<Found<Stack>, CallError> {
    const VERSION: &str = "2010-05-15";
    let named = [pair("StackName", name)];
    let told = match found(cloudformation::stack(session, name).await)?.known() {
        Ok(Some(told)) => told,
        Ok(None) => return Ok(Found::Missing),
        Err(none) => return Ok(none),
    };
    let template = session.query("cloudformation", VERSION, "GetTemplate", &named).await;
    let is_own_template =
        found(template)?.map(|answer| answer.text_at("GetTemplateResult/TemplateBody") == assets::TEMPLATE.trim());
    let mut resources = BTreeMap::new();
    let mut next = String::new();
    loop {
        let mut parameters = vec![pair("StackName", name)];
        if !next.is_empty() {
            parameters.push(pair("NextToken", &next));
        }
        let page = session.query("cloudformation", VERSION, "ListStackResources", &parameters).await;
        let page = match found(page)?.known() {
            Ok(page) => page,
            Err(none) => return Ok(none),
        };
        for one in page.list("ListStackResourcesResult/StackResourceSummaries") {
            resources.insert(one.text_at("LogicalResourceId").to_owned(), one.text_at("PhysicalResourceId").to_owned());
        }
        page.text_at("ListStackResourcesResult/NextToken").clone_into(&mut next);
        if next.is_empty() {
            break;
        }
    }
    Ok(Found::Is(Stack {
        status: told.status,
        is_own_template,
        resources,
        parameters: told.parameters.into_iter().collect(),
        outputs: told.outputs.into_iter().collect(),
    }))
}

struct Collector<'a> {
    session: &'a Session,
    stack: &'a Stack,
}

impl Collector<'_> {
    /// The physical id of one of the stack's resources.
    fn physical(&self, logical: &str) -> Option<&str> {
        self.stack.resources.get(logical).map(String::as_str).filter(|id| !id.is_empty())
    }

    /// The organisation that the stack is for.
    fn organisation(&self) -> Option<&str> {
        self.stack.parameters.get("OrganizationId").map(String::as_str)
    }

    async fn key(&self, logical: &str) -> Result<Found<Key>, CallError> {
        let Some(id) = self.physical(logical) else { return Ok(Found::Missing) };
        let asked = json!({ "KeyId": id });
        let told = found(self.session.json("kms", "TrentService.DescribeKey", &asked).await)?;
        let rotation =
            found(self.session.json("kms", "TrentService.GetKeyRotationStatus", &asked).await)?.map(|told| {
                let days = told.get("RotationPeriodInDays").and_then(Value::as_u64);
                (told["KeyRotationEnabled"] == true, days.and_then(|days| u32::try_from(days).ok()))
            });
        Ok(told.map(|told| Key {
            arn: text(&told["KeyMetadata"]["Arn"]),
            is_enabled: told["KeyMetadata"]["KeyState"] == "Enabled",
            rotation,
        }))
    }

    async fn bucket(&self, logical: &str) -> Result<Found<Bucket>, CallError> {
        let Some(name) = self.physical(logical) else { return Ok(Found::Missing) };
        let is_versioned = self.of_bucket(name, "versioning", |told| told.text_at("Status") == "Enabled").await?;
        if is_versioned == Found::Missing {
            return Ok(Found::Missing);
        }
        let key = self.of_bucket(name, "encryption", |told| {
            told.text_at("Rule/ApplyServerSideEncryptionByDefault/KMSMasterKeyID").to_owned()
        });
        let key = key.await?;
        let is_public_blocked = self.of_bucket(name, "publicAccessBlock", |told| {
            let blocks = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
            blocks.iter().all(|block| told.text_at(block) == "true")
        });
        let is_public_blocked = is_public_blocked.await?;
        let lifecycle = self.of_bucket(name, "lifecycle", lifecycle).await?;
        let is_logged = self.of_bucket(name, "logging", |told| told.at("LoggingEnabled").is_some()).await?;
        let document =
            found(self.session.s3("GET", "GetBucketPolicy", (name, ""), &[("policy", "")], vec![], vec![]).await)?;
        let policy = document.and_then(|Answer { body, .. }| match serde_json::from_slice(&body) {
            Ok(document) => Found::Is(policy::refusals(&document, name, self.organisation())),
            Err(_) => Found::Unknown("its policy is not JSON".into()),
        });
        let name = name.to_owned();
        Ok(Found::Is(Bucket { name, is_versioned, key, is_public_blocked, policy, lifecycle, is_logged }))
    }

    async fn of_bucket<T>(
        &self,
        bucket: &str,
        setting: &'static str,
        read: impl FnOnce(&Xml) -> T,
    ) -> Result<Found<T>, CallError> {
        let action = format!("GetBucket ?{setting}");
        let answer = found(self.session.s3("GET", &action, (bucket, ""), &[(setting, "")], vec![], vec![]).await)?;
        Ok(answer.and_then(|answer| match Xml::parse(&answer.body) {
            Some(told) => Found::Is(read(&told)),
            None => Found::Unknown("the answer is no XML".into()),
        }))
    }

    async fn stream(&self, class: Class) -> Result<Found<Stream>, CallError> {
        let Some(name) = self.physical(&format!("{}Stream", class.logical())) else { return Ok(Found::Missing) };
        let asked = json!({ "DeliveryStreamName": name });
        let told = found(self.session.json("firehose", "Firehose_20150804.DescribeDeliveryStream", &asked).await)?;
        Ok(told.map(|told| {
            let told = &told["DeliveryStreamDescription"];
            let encryption = &told["DeliveryStreamEncryptionConfiguration"];
            let to = &told["Destinations"][0]["ExtendedS3DestinationDescription"];
            Stream {
                name: name.to_owned(),
                status: text(&told["DeliveryStreamStatus"]),
                key: (encryption["Status"] == "ENABLED").then(|| text(&encryption["KeyARN"])),
                is_parquet: to["DataFormatConversionConfiguration"]["Enabled"] == true,
                has_errors: to["ErrorOutputPrefix"].as_str().is_some_and(|prefix| !prefix.is_empty()),
            }
        }))
    }

    async fn tables(&self) -> Result<Found<(Vec<String>, Vec<String>)>, CallError> {
        let Some(database) = self.stack.outputs.get("DatabaseName") else { return Ok(Found::Missing) };
        let all = found(athena::tables(self.session, database).await)?;
        Ok(all.map(|all| {
            let (views, tables): (Vec<_>, Vec<_>) = all.into_iter().partition(|table| table.is_view);
            let names = |of: Vec<Table>| of.into_iter().map(|table| table.name).collect();
            (names(tables), names(views))
        }))
    }

    async fn workgroup(&self, logical: &str) -> Result<Found<Workgroup>, CallError> {
        let Some(name) = self.physical(logical) else { return Ok(Found::Missing) };
        let told = self.session.json("athena", "AmazonAthena.GetWorkGroup", &json!({ "WorkGroup": name })).await;
        let told = match told {
            // Athena's word for a work group that is not there.
            Err(CallError::Refused { code, message, .. })
                if code == "InvalidRequestException" && message.contains("not found") =>
            {
                return Ok(Found::Missing);
            }
            told => found(told)?,
        };
        Ok(told.map(|told| {
            let told = &told["WorkGroup"]["Configuration"];
            Workgroup {
                name: name.to_owned(),
                is_enforced: told["EnforceWorkGroupConfiguration"] == true,
                bytes_max: told["BytesScannedCutoffPerQuery"].as_u64(),
                is_encrypted: told["ResultConfiguration"]["EncryptionConfiguration"]["KmsKey"].is_string(),
            }
        }))
    }

    async fn role(&self, logical: &str) -> Result<Found<Role>, CallError> {
        const VERSION: &str = "2010-05-08";
        let Some(name) = self.physical(logical) else { return Ok(Found::Missing) };
        let iam = |action: &'static str, more: Vec<(String, String)>| {
            let parameters: Vec<_> = [pair("RoleName", name)].into_iter().chain(more).collect();
            async move { self.session.query("iam", VERSION, action, &parameters).await }
        };
        let told = match found(iam("GetRole", vec![]).await)?.known() {
            Ok(told) => told,
            Err(none) => return Ok(none),
        };
        let trust = document(told.text_at("GetRoleResult/Role/AssumeRolePolicyDocument"));
        let (asks_organisation, asks_external_id) = policy::trust(&trust, self.organisation());
        let Found::Is(own) = found(iam("ListRolePolicies", vec![]).await)? else {
            return Ok(Found::Unknown("its policies may not be looked at".into()));
        };
        let (mut actions, mut resources) = (Vec::new(), Vec::new());
        for one in own.list("ListRolePoliciesResult/PolicyNames") {
            let told = match found(iam("GetRolePolicy", vec![pair("PolicyName", one.text())]).await)?.known() {
                Ok(told) => told,
                Err(none) => return Ok(none),
            };
            let document = document(told.text_at("GetRolePolicyResult/PolicyDocument"));
            actions.extend(policy::allowed(&document));
            resources.extend(policy::resources(&document));
        }
        actions.sort();
        actions.dedup();
        let Found::Is(attached) = found(iam("ListAttachedRolePolicies", vec![]).await)? else {
            return Ok(Found::Unknown("its policies may not be looked at".into()));
        };
        let attached = attached.list("ListAttachedRolePoliciesResult/AttachedPolicies");
        let attached = attached.iter().map(|one| one.text_at("PolicyName").to_owned()).collect();
        let name = name.to_owned();
        Ok(Found::Is(Role { name, asks_organisation, asks_external_id, actions, resources, attached }))
    }

    async fn trail(&self) -> Result<Found<Trail>, CallError> {
        let Some(name) = self.physical("Trail") else { return Ok(Found::Missing) };
        let trail = |action: &'static str, asked: Value| async move {
            let target = format!("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.{action}");
            found(self.session.json("cloudtrail", &target, &asked).await)
        };
        let status = trail("GetTrailStatus", json!({ "Name": name })).await?;
        let described = trail("DescribeTrails", json!({ "trailNameList": [name] })).await?;
        let selectors = trail("GetEventSelectors", json!({ "TrailName": name })).await?;
        Ok(match (status, described, selectors) {
            (Found::Is(status), Found::Is(described), Found::Is(selectors)) => Found::Is(Trail {
                is_logging: status["IsLogging"] == true,
                is_validated: described["trailList"][0]["LogFileValidationEnabled"] == true,
                buckets: watched(&selectors),
                last_error: status.get("LatestDeliveryError").and_then(Value::as_str).map(str::to_owned),
                last_delivery: status.get("LatestDeliveryTime").and_then(time),
            }),
            (Found::Unknown(why), _, _) | (_, Found::Unknown(why), _) | (_, _, Found::Unknown(why)) => {
                Found::Unknown(why)
            }
            (Found::Missing, _, _) | (_, Found::Missing, _) | (_, _, Found::Missing) => Found::Missing,
        })
    }

    async fn alarms(&self) -> Result<Found<Vec<Alarm>>, CallError> {
        let names = self.stack.resources.iter().filter(|(logical, _)| logical.ends_with("Alarm")).map(|(_, name)| name);
        let names: Vec<&String> = names.filter(|name| !name.is_empty()).collect();
        let mut parameters = vec![pair("MaxRecords", "100")];
        for (place, name) in names.iter().enumerate() {
            parameters.push((format!("AlarmNames.member.{}", place + 1), (*name).clone()));
        }
        if names.is_empty() {
            return Ok(Found::Missing);
        }
        let told = found(self.session.query("monitoring", "2010-08-01", "DescribeAlarms", &parameters).await)?;
        // The service leaves out what is gone.
        Ok(told.map(|told| names.iter().map(|name| read::alarm(&told, name)).collect()))
    }

    async fn subscriptions(&self) -> Result<Found<(u32, u32)>, CallError> {
        let Some(topic) = self.physical("AlarmTopic") else { return Ok(Found::Missing) };
        let asked = [pair("TopicArn", topic)];
        let told = found(self.session.query("sns", "2010-03-31", "ListSubscriptionsByTopic", &asked).await)?;
        Ok(told.map(|told| {
            let all = told.list("ListSubscriptionsByTopicResult/Subscriptions");
            let confirmed = all.iter().filter(|one| one.text_at("SubscriptionArn").starts_with("arn:")).count();
            let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            (count(confirmed), count(all.len() - confirmed))
        }))
    }

    /// Records of erasures, which `bcce erase` leaves in the bucket of the confidential class: all, and those that came to their end.
    async fn erasures(&self) -> Result<Found<(u32, u32)>, CallError> {
        let Some(bucket) = self.physical("ConfidentialBucket") else { return Ok(Found::Missing) };
        let listed = match self.listed(bucket, "erasures/", "Contents/Key").await?.known() {
            Ok(keys) => keys,
            Err(none) => return Ok(none),
        };
        let mut done = 0;
        for key in &listed {
            let record = self.session.s3("GET", "GetObject", (bucket, key), &[], vec![], vec![]).await;
            let record = match found(record)?.known() {
                Ok(answer) => serde_json::from_slice::<Value>(&answer.body).unwrap_or_default(),
                Err(none) => return Ok(none),
            };
            done += u32::from(record["state"] == "done");
        }
        Ok(Found::Is((u32::try_from(listed.len()).unwrap_or(u32::MAX), done)))
    }

    /// Days of arrival of which a bucket holds events. Names of folders are enough, so that who may not read events can tell.
    pub(super) async fn days(&self, bucket: &str) -> Result<Found<Vec<Date>>, CallError> {
        let folders = self.listed(bucket, "events/", "CommonPrefixes/Prefix").await?;
        Ok(folders.map(|folders| folders.iter().filter_map(|folder| read::day(folder)).collect()))
    }

    /// What lies below a prefix of a bucket, by all pages.
    async fn listed(&self, bucket: &str, prefix: &str, of: &str) -> Result<Found<Vec<String>>, CallError> {
        let (list, name) = of.split_once('/').unwrap_or((of, ""));
        let mut listed = Vec::new();
        let mut next = String::new();
        loop {
            let mut query = vec![("list-type", "2"), ("prefix", prefix)];
            if list == "CommonPrefixes" {
                query.push(("delimiter", "/"));
            }
            if !next.is_empty() {
                query.push(("continuation-token", &next));
            }
            let page = self.session.s3("GET", "ListObjectsV2", (bucket, ""), &query, vec![], vec![]).await;
            let page = match found(page)?.known() {
                Ok(answer) => Xml::parse(&answer.body).unwrap_or_default(),
                Err(none) => return Ok(none),
            };
            listed.extend(page.all(list).map(|one| one.text_at(name).to_owned()));
            page.text_at("NextContinuationToken").clone_into(&mut next);
            if next.is_empty() {
                return Ok(Found::Is(listed));
            }
        }
    }
}
