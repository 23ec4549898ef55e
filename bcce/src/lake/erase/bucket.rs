//! Erasing from the stack's buckets: every version of every object, also of those that were overwritten or deleted before.

use std::collections::BTreeSet;

use indicatif::ProgressBar;

use super::super::LakeError;
use super::super::folder::layout::CLASSES;
use super::super::stack::Stack;
use super::record::Record;
use super::{Counts, Hold, Left, Plan, Pseudonyms, Rewritten, add, held, rewrite};
use crate::aws::{Answer, CallError, Session};

/// Where events lie.
const PREFIXES: [&str; 3] = ["events/", "raw/", "errors/"];

/// The buckets of the three classes.
#[derive(Debug)]
pub struct Buckets {
    session: Session,
    names: [String; 3],
    identity: String,
    progress: ProgressBar,
}

/// One version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    key: String,
    id: String,
    is_latest: bool,
}

impl Buckets {
    /// The buckets of a stack, and who asks.
    ///
    /// # Errors
    /// When there is no such stack, or it cannot be asked who asks.
    pub async fn open(session: Session, stack: &str, progress: ProgressBar) -> Result<Self, LakeError> {
        let stack = Stack::of(&session, stack).await?;
        let told = session.query("sts", "2011-06-15", "GetCallerIdentity", &[]).await?;
        let text = |name: &str| told.text_at(&format!("GetCallerIdentityResult/{name}"));
        let account = text("Account");
        let names = CLASSES.map(|class| format!("{}-{class}-{account}-{}", stack.prefix, session.region()));
        Ok(Self { identity: text("Arn").to_owned(), names, session, progress })
    }

    pub(super) fn identity(&self) -> &str {
        &self.identity
    }

    pub(super) fn name(&self) -> String {
        format!("buckets {}", self.names.join(", "))
    }

    pub(super) async fn plan(&self, of: &Pseudonyms) -> Result<Plan, LakeError> {
        let mut plan = Plan::default();
        for (class, bucket) in CLASSES.iter().zip(&self.names) {
            for prefix in PREFIXES {
                let versions = self.versions(bucket, prefix).await?;
                self.progress.inc_length(versions.len() as u64);
                for version in versions {
                    self.look(&mut plan, (class, bucket), version, of).await?;
                    self.progress.inc(1);
                }
            }
        }
        self.progress.finish_and_clear();
        Ok(plan)
    }

    async fn look(
        &self,
        plan: &mut Plan,
        (class, bucket): (&str, &str),
        version: Version,
        of: &Pseudonyms,
    ) -> Result<(), LakeError> {
        let Some(answer) = self.get(bucket, &version, &mut plan.left).await? else { return Ok(()) };
        plan.looked_at += 1;
        match held(&answer.body, of) {
            Ok(0) => {}
            Ok(events) => plan.holds.push(Hold {
                class: class.to_owned(),
                bucket: bucket.to_owned(),
                place: version.key,
                version: version.id,
                is_latest: version.is_latest,
                events,
            }),
            Err(error) => {
                plan.left.push(Left { place: place(bucket, &version.key, &version.id), reason: error.to_string() });
            }
        }
        Ok(())
    }

    pub(super) async fn erase(&self, plan: &Plan, of: &Pseudonyms) -> Result<(Counts, Vec<Left>), LakeError> {
        let (mut counts, mut left) = (Counts::new(), Vec::new());
        self.progress.reset();
        self.progress.set_length(plan.holds.len() as u64);
        for hold in &plan.holds {
            if let Some(events) = self.erase_one(hold, of, &mut left).await? {
                add(&mut counts, hold, events);
            }
            self.progress.inc(1);
        }
        self.progress.finish_and_clear();
        let touched: BTreeSet<_> = plan.holds.iter().map(|hold| (&hold.class, &hold.bucket, &hold.place)).collect();
        for (class, bucket, key) in touched {
            let mut again = Plan::default();
            for version in self.versions(bucket, key).await?.into_iter().filter(|version| version.key == *key) {
                self.look(&mut again, (class, bucket), version, of).await?;
            }
            left.extend(again.holds.iter().map(|hold| Left {
                place: place(bucket, key, &hold.version),
                reason: "it still holds events of the user: run it again".to_owned(),
            }));
        }
        Ok((counts, left))
    }

    /// Erases from one version. The new object is read back before the old one goes.
    async fn erase_one(&self, hold: &Hold, of: &Pseudonyms, left: &mut Vec<Left>) -> Result<Option<u64>, LakeError> {
        let Hold { bucket, place: key, version: id, is_latest, .. } = hold;
        let version = Version { key: key.clone(), id: id.clone(), is_latest: *is_latest };
        let Some(old) = self.get(bucket, &version, left).await? else { return Ok(None) };
        let erased = match rewrite(&old.body, of) {
            Ok(Rewritten::Untouched) => return Ok(None),
            Ok(Rewritten::Without { bytes, erased, .. }) => {
                // What was overwritten before is not brought back.
                if *is_latest && !self.put(bucket, key, &old, bytes).await? {
                    let reason = "the new object could not be read back, and the old one stays".to_owned();
                    left.push(Left { place: place(bucket, key, id), reason });
                    return Ok(None);
                }
                erased
            }
            Ok(Rewritten::Nothing { erased }) => {
                if *is_latest {
                    // A marker goes on top, or the version below would come to light.
                    self.session.s3("DELETE", "DeleteObject", (bucket, key), &[], Vec::new(), Vec::new()).await?;
                }
                erased
            }
            Err(error) => {
                left.push(Left { place: place(bucket, key, id), reason: error.to_string() });
                return Ok(None);
            }
        };
        let query = [("versionId", id.as_str())];
        match self.session.s3("DELETE", "DeleteObject", (bucket, key), &query, Vec::new(), Vec::new()).await {
            Err(error) if !is_gone(&error) => Err(error.into()),
            Ok(_) | Err(_) => Ok(Some(erased)),
        }
    }

    /// Writes a new version and reads it back; whether it is there as it should be.
    async fn put(&self, bucket: &str, key: &str, old: &Answer, bytes: Vec<u8>) -> Result<bool, LakeError> {
        let kind = |name: &'static str| old.header(name).map(|value| (name, value.to_owned()));
        let headers = ["content-type", "content-encoding"].into_iter().filter_map(kind).collect();
        let put = self.session.s3("PUT", "PutObject", (bucket, key), &[], headers, bytes.clone()).await?;
        let id = put.header("x-amz-version-id").map(str::to_owned);
        // Without versions a put takes the place of the old object.
        let query: Vec<(&str, &str)> = id.iter().map(|id| ("versionId", id.as_str())).collect();
        let new = self.session.s3("GET", "GetObject", (bucket, key), &query, Vec::new(), Vec::new()).await?;
        Ok(new.body == bytes)
    }

    /// A version's content. What is gone by now is nothing; what cannot be read is left, and named.
    async fn get(&self, bucket: &str, version: &Version, left: &mut Vec<Left>) -> Result<Option<Answer>, LakeError> {
        let query = [("versionId", version.id.as_str())];
        let got = self.session.s3("GET", "GetObject", (bucket, &version.key), &query, Vec::new(), Vec::new()).await;
        match got {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if is_gone(&error) => Ok(None),
            Err(error @ CallError::Refused { .. }) => {
                left.push(Left { place: place(bucket, &version.key, &version.id), reason: error.to_string() });
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Every version of every object below a prefix; markers of deletion hold nothing.
    async fn versions(&self, bucket: &str, prefix: &str) -> Result<Vec<Version>, LakeError> {
        let mut versions = Vec::new();
        let mut after = (String::new(), String::new());
        loop {
            let mut query = vec![("versions", ""), ("prefix", prefix)];
            let (key, id) = &after;
            query.extend(
                [("key-marker", key.as_str()), ("version-id-marker", id.as_str())]
                    .iter()
                    .filter(|(_, value)| !value.is_empty()),
            );
            let answer =
                self.session.s3("GET", "ListObjectVersions", (bucket, ""), &query, Vec::new(), Vec::new()).await?;
            let told = crate::aws::Xml::parse(&answer.body).ok_or(LakeError::Odd)?;
            versions.extend(told.all("Version").map(|one| Version {
                key: one.text_at("Key").to_owned(),
                id: one.text_at("VersionId").to_owned(),
                is_latest: one.text_at("IsLatest") == "true",
            }));
            if told.text_at("IsTruncated") != "true" {
                return Ok(versions);
            }
            let next = (told.text_at("NextKeyMarker").to_owned(), told.text_at("NextVersionIdMarker").to_owned());
            if next == after {
                return Err(LakeError::Odd);
            }
            after = next;
        }
    }

    pub(super) async fn keep(&self, record: &Record) -> Result<String, LakeError> {
        let [internal, ..] = &self.names;
        let key = format!("erasures/{}", record.file_name());
        let headers = vec![("content-type", "application/json".to_owned())];
        let body = record.text().into_bytes();
        self.session.s3("PUT", "PutObject", (internal, &key), &[], headers, body).await?;
        Ok(format!("s3://{internal}/{key}"))
    }
}

fn is_gone(error: &CallError) -> bool {
    matches!(error.code(), Some("NoSuchKey" | "NoSuchVersion"))
}

fn place(bucket: &str, key: &str, version: &str) -> String {
    format!("s3://{bucket}/{key} (version {version})")
}
