//! Erasing from the stack's buckets: every version of every object, also of those that were overwritten or deleted before.
//!
//! Objects are fetched a few ahead of the one that is looked at. Nothing is written before all were looked at, and then one object
//! comes after the other.

use std::collections::VecDeque;
use std::panic::resume_unwind;

use indicatif::ProgressBar;

use super::super::folder::layout::CLASSES;
use super::super::stack::Stack;
use super::record::Record;
use super::versions::{Version, versions};
use super::{Counts, EraseError, Form, Hold, Left, Plan, Pseudonyms, Rewritten, TEAMS_ROWS, add, held, rewrite};
use crate::aws::sts::{self, Identity};
use crate::aws::{Answer, CallError, Session, Xml};

/// Where events lie.
const PREFIXES: [&str; 3] = ["events/", "raw/", "errors/"];
/// Where files of teams lie, in the first bucket.
const TEAMS: &str = "reference/teams/";
/// Where records lie, in the second bucket: what it holds is kept as long as that of any class, so that a record outlives what it
/// speaks of.
const RECORDS: &str = "erasures/";
/// Objects that are fetched at the same time: they lie in memory whole, and Firehose closes one at 128 MiB.
const FETCHED_AHEAD: usize = 4;
/// How often an object is begun with that others change meanwhile.
const ROUNDS: u32 = 3;

/// The buckets of the three classes.
#[derive(Debug)]
pub struct Buckets {
    session: Session,
    names: [String; 3],
    notes: Vec<String>,
    identity: String,
    progress: ProgressBar,
}

/// What became of one version.
enum Ended {
    /// So many events are gone.
    Erased(u64),
    /// It holds none any more, or it was left and named.
    Not,
    /// Another has written the object meanwhile.
    Changed,
}

/// What became of a new object.
enum Put {
    /// It is there as it should be, under a version of its own.
    There,
    /// Another has written the object meanwhile.
    Changed,
    /// It is not as it should be.
    Odd(&'static str),
}

impl Buckets {
    /// The buckets of a stack, and who asks.
    ///
    /// # Errors
    /// When there is no such stack, it cannot be asked who asks, or a bucket does not keep versions: there what is written anew
    /// takes the place of the version that is to be deleted, and goes with it.
    pub async fn open(session: Session, stack: &str, progress: ProgressBar) -> Result<Self, EraseError> {
        let stack = Stack::of(&session, stack).await?;
        let Identity { account, arn: identity } = sts::caller(&session).await?;
        let names = CLASSES.map(|class| format!("{}-{class}-{account}-{}", stack.prefix, session.region()));
        for bucket in &names {
            keeps_versions(&session, bucket).await?;
        }
        Ok(Self { identity, names, notes: stack.notes, session, progress })
    }

    pub(super) fn identity(&self) -> &str {
        &self.identity
    }

    pub(super) fn notes(&self) -> &[String] {
        &self.notes
    }

    pub(super) fn name(&self) -> String {
        format!("buckets {}", self.names.join(", "))
    }

    pub(super) async fn plan(&self, of: &Pseudonyms) -> Result<Plan, EraseError> {
        let mut plan = Plan::default();
        let events =
            CLASSES.iter().zip(&self.names).flat_map(|(class, bucket)| PREFIXES.map(|prefix| (*class, bucket, prefix)));
        let teams = self.names.first().map(|internal| (TEAMS_ROWS, internal, TEAMS));
        for (class, bucket, prefix) in events.chain(teams) {
            let versions = versions(&self.session, bucket, prefix).await?;
            self.progress.inc_length(versions.len() as u64);
            self.look_at_all(&mut plan, (class, bucket), versions, of).await?;
        }
        self.progress.finish_and_clear();
        Ok(plan)
    }

    /// Looks at versions in their order.
    async fn look_at_all(
        &self,
        plan: &mut Plan,
        (class, bucket): (&str, &str),
        versions: Vec<Version>,
        of: &Pseudonyms,
    ) -> Result<(), EraseError> {
        let mut rest = versions.into_iter();
        let mut ahead = VecDeque::new();
        loop {
            while ahead.len() < FETCHED_AHEAD
                && let Some(version) = rest.next()
            {
                let (session, bucket, wanted) = (self.session.clone(), bucket.to_owned(), version.clone());
                let fetched = tokio::spawn(async move { fetch(&session, &bucket, &wanted).await });
                ahead.push_back((version, fetched));
            }
            let Some((version, fetched)) = ahead.pop_front() else { return Ok(()) };
            let got = match fetched.await {
                Ok(got) => got,
                Err(error) => resume_unwind(error.into_panic()),
            };
            let answer = self.got(bucket, &version, got, &mut plan.left).await?;
            judge(plan, (class, bucket), version, answer, of);
            self.progress.inc(1);
        }
    }

    async fn look(
        &self,
        plan: &mut Plan,
        (class, bucket): (&str, &str),
        version: Version,
        of: &Pseudonyms,
    ) -> Result<(), EraseError> {
        let answer = self.get(bucket, &version, &mut plan.left).await?;
        judge(plan, (class, bucket), version, answer, of);
        Ok(())
    }

    pub(super) async fn erase(&self, plan: &Plan, of: &Pseudonyms) -> Result<(Counts, Vec<Left>), EraseError> {
        let (mut counts, mut left) = (Counts::new(), Vec::new());
        self.progress.reset();
        self.progress.set_length(plan.holds.len() as u64);
        // Versions of one object follow each other.
        for holds in plan.holds.chunk_by(|one, next| (&one.bucket, &one.place) == (&next.bucket, &next.place)) {
            self.erase_object(holds, of, &mut counts, &mut left).await?;
            self.progress.inc(holds.len() as u64);
        }
        self.progress.finish_and_clear();
        Ok((counts, left))
    }

    /// Erases from the versions of one object, and looks at it again.
    async fn erase_object(
        &self,
        holds: &[Hold],
        of: &Pseudonyms,
        counts: &mut Counts,
        left: &mut Vec<Left>,
    ) -> Result<(), EraseError> {
        let Some(Hold { class, bucket, place: key, .. }) = holds.first() else { return Ok(()) };
        let mut holds = holds.to_vec();
        for _ in 0..ROUNDS {
            // Which is the latest may be another than when it was planned.
            let listed = self.versions_of(bucket, key).await?;
            let mut is_changed = false;
            for mut hold in holds {
                let Some(now) = listed.iter().find(|version| version.id == hold.version) else { continue };
                hold.is_latest = now.is_latest;
                match self.erase_one(&hold, of, left).await? {
                    Ended::Erased(events) => add(counts, &hold, events),
                    Ended::Not => {}
                    Ended::Changed => is_changed = true,
                }
            }
            let mut again = Plan::default();
            for version in self.versions_of(bucket, key).await? {
                self.look(&mut again, (class, bucket), version, of).await?;
            }
            left.extend(again.left);
            if !is_changed || again.holds.is_empty() {
                left.extend(again.holds.iter().map(still_there));
                return Ok(());
            }
            holds = again.holds;
        }
        left.extend(holds.iter().map(still_there));
        Ok(())
    }

    /// Erases from one version. The new object is read back before the old one goes.
    async fn erase_one(&self, hold: &Hold, of: &Pseudonyms, left: &mut Vec<Left>) -> Result<Ended, EraseError> {
        let Hold { bucket, place: key, version: id, is_latest, .. } = hold;
        let place = place(bucket, key, id);
        if id.is_empty() {
            left.push(Left::of(&place, "S3 names no version of it, and what has none is not deleted"));
            return Ok(Ended::Not);
        }
        let version = Version { key: key.clone(), id: id.clone(), is_latest: *is_latest };
        let Some(old) = self.get(bucket, &version, left).await? else { return Ok(Ended::Not) };
        let (erased, new) = match rewrite(&old.body, Form::of(&hold.class), of) {
            Ok(Rewritten::Untouched) => return Ok(Ended::Not),
            // What was overwritten before is not brought back.
            Ok(Rewritten::Without { erased, .. } | Rewritten::Nothing { erased }) if !is_latest => (erased, Put::There),
            Ok(Rewritten::Without { bytes, erased, .. }) => (erased, self.put(hold, &old, bytes).await?),
            Ok(Rewritten::Nothing { erased }) => (erased, self.mark(hold).await?),
            Err(error) => {
                left.push(Left::of(&place, error));
                return Ok(Ended::Not);
            }
        };
        match new {
            Put::There => {}
            Put::Changed => return Ok(Ended::Changed),
            Put::Odd(reason) => {
                left.push(Left::of(&place, reason));
                return Ok(Ended::Not);
            }
        }
        let query = [("versionId", id.as_str())];
        match self.session.s3("DELETE", "DeleteObject", (bucket, key), &query, Vec::new(), Vec::new()).await {
            Err(error) if !is_gone(&error) => Err(error.into()),
            Ok(_) | Err(_) => Ok(Ended::Erased(erased)),
        }
    }

    /// Writes a new version in place of what was read, if it still is the object, and reads it back.
    async fn put(&self, hold: &Hold, old: &Answer, bytes: Vec<u8>) -> Result<Put, EraseError> {
        let object = (hold.bucket.as_str(), hold.place.as_str());
        let kind = |name: &'static str| old.header(name).map(|value| (name, value.to_owned()));
        let Some(etag) = old.header("etag") else { return Ok(Put::Odd("S3 gave no ETag of it, and it stays")) };
        let mut headers: Vec<_> = ["content-type", "content-encoding"].into_iter().filter_map(kind).collect();
        headers.push(("if-match", etag.to_owned()));
        let put = match self.session.s3("PUT", "PutObject", object, &[], headers, bytes.clone()).await {
            Ok(put) => put,
            Err(error) if is_changed(&error) => return Ok(Put::Changed),
            Err(error) => return Err(error.into()),
        };
        let Some(id) = put.header("x-amz-version-id").filter(|id| is_new(id, &hold.version)) else {
            return Ok(Put::Odd(
                "the new object has no version of its own, so no version was deleted: is the bucket's versioning on?",
            ));
        };
        let new = self.session.s3("GET", "GetObject", object, &[("versionId", id)], Vec::new(), Vec::new()).await?;
        let is_whole = new.body == bytes;
        Ok(if is_whole { Put::There } else { Put::Odd("the new object could not be read back, and the old one stays") })
    }

    /// Puts a marker of deletion on top, or the version below would come to light.
    async fn mark(&self, hold: &Hold) -> Result<Put, EraseError> {
        let object = (hold.bucket.as_str(), hold.place.as_str());
        let put = self.session.s3("DELETE", "DeleteObject", object, &[], Vec::new(), Vec::new()).await?;
        let is_marked = put.header("x-amz-version-id").is_some_and(|id| is_new(id, &hold.version));
        let reason = "the marker of deletion has no version of its own, so no version was deleted: is the bucket's versioning on?";
        Ok(if is_marked { Put::There } else { Put::Odd(reason) })
    }

    /// A version's content. What is gone by now is nothing; what cannot be read is left, and named.
    async fn get(&self, bucket: &str, version: &Version, left: &mut Vec<Left>) -> Result<Option<Answer>, EraseError> {
        self.got(bucket, version, fetch(&self.session, bucket, version).await, left).await
    }

    /// What became of fetching a version, as [`Self::get`] says it.
    async fn got(
        &self,
        bucket: &str,
        version: &Version,
        got: Result<Answer, CallError>,
        left: &mut Vec<Left>,
    ) -> Result<Option<Answer>, EraseError> {
        let error = match got {
            Ok(answer) => return Ok(Some(answer)),
            Err(error) => error,
        };
        let is_expired = error.code().is_some_and(|code| code.starts_with("ExpiredToken"));
        if is_expired || matches!(error, CallError::NoCredentials(_)) {
            return Err(error.into());
        }
        let is_listed = !is_gone(&error)
            || self.versions_of(bucket, &version.key).await?.iter().any(|listed| listed.id == version.id);
        if is_listed {
            left.push(Left::of(&place(bucket, &version.key, &version.id), &error));
        }
        Ok(None)
    }

    async fn versions_of(&self, bucket: &str, key: &str) -> Result<Vec<Version>, EraseError> {
        let mut below = versions(&self.session, bucket, key).await?;
        below.retain(|version| version.key == key);
        Ok(below)
    }

    pub(super) async fn keep(&self, record: &Record) -> Result<String, EraseError> {
        self.keep_text(&format!("{RECORDS}{}", record.file_name()), record.text()).await
    }

    async fn keep_text(&self, key: &str, text: String) -> Result<String, EraseError> {
        let [_, confidential, _] = &self.names;
        let headers = vec![("content-type", "application/json".to_owned())];
        self.session.s3("PUT", "PutObject", (confidential, key), &[], headers, text.into_bytes()).await?;
        Ok(format!("s3://{confidential}/{key}"))
    }

    /// Closes the records of interrupted erasures that this one has finished.
    pub(super) async fn close(&self, record: &Record) -> Result<(), EraseError> {
        let [_, confidential, _] = &self.names;
        for Version { key, id, .. } in
            versions(&self.session, confidential, RECORDS).await?.iter().filter(|one| one.is_latest)
        {
            let query = [("versionId", id.as_str())];
            let kept = self.session.s3("GET", "GetObject", (confidential, key), &query, Vec::new(), Vec::new()).await?;
            if let Some(closed) = record.closed(&kept.body) {
                self.keep_text(key, closed).await?;
            }
        }
        Ok(())
    }
}

async fn fetch(session: &Session, bucket: &str, version: &Version) -> Result<Answer, CallError> {
    let query = [("versionId", version.id.as_str())];
    session.s3("GET", "GetObject", (bucket, &version.key), &query, Vec::new(), Vec::new()).await
}

/// Plans what becomes of a version by its content.
fn judge(plan: &mut Plan, (class, bucket): (&str, &str), version: Version, answer: Option<Answer>, of: &Pseudonyms) {
    let Some(answer) = answer else { return };
    plan.looked_at += 1;
    match held(&answer.body, Form::of(class), of) {
        Ok(0) => {}
        Ok(events) => plan.holds.push(Hold {
            class: class.to_owned(),
            bucket: bucket.to_owned(),
            place: version.key,
            version: version.id,
            is_latest: version.is_latest,
            events,
        }),
        Err(error) => plan.left.push(Left::of(&place(bucket, &version.key, &version.id), error)),
    }
}

/// Fails unless a bucket keeps versions.
async fn keeps_versions(session: &Session, bucket: &str) -> Result<(), EraseError> {
    let query = [("versioning", "")];
    let told = match session.s3("GET", "GetBucketVersioning", (bucket, ""), &query, Vec::new(), Vec::new()).await {
        Ok(told) => Xml::parse(&told.body),
        Err(source) if source.is_denied() => return Err(EraseError::Unasked { bucket: bucket.to_owned(), source }),
        Err(error) => return Err(error.into()),
    };
    let status = match told.as_ref().map(|told| told.text_at("Status")) {
        Some("Enabled") => return Ok(()),
        Some("Suspended") => "suspended",
        Some(_) | None => "off",
    };
    Err(EraseError::Versioning { bucket: bucket.to_owned(), status: status.to_owned() })
}

/// Whether what was written lies beside the old version, and not in its place.
fn is_new(id: &str, old: &str) -> bool {
    !id.is_empty() && id != "null" && id != old
}

fn is_gone(error: &CallError) -> bool {
    matches!(error.code(), Some("NoSuchKey" | "NoSuchVersion"))
}

/// Whether an object is not the one any more that was read.
fn is_changed(error: &CallError) -> bool {
    is_gone(error) || matches!(error.code(), Some("PreconditionFailed" | "ConditionalRequestConflict"))
}

fn still_there(hold: &Hold) -> Left {
    Left::of(&place(&hold.bucket, &hold.place, &hold.version), "it still holds events of the user: run it again")
}

fn place(bucket: &str, key: &str, version: &str) -> String {
    format!("s3://{bucket}/{key} (version {version})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_new_only_with_an_id_of_its_own() {
        let check = |id: &str, old: &str, wanted: bool| assert_eq!(is_new(id, old), wanted, "{id} {old}");
        check("b", "a", true);
        check("b", "null", true);
        check("null", "null", false);
        check("null", "a", false);
        check("a", "a", false);
        check("", "a", false);
    }
}
