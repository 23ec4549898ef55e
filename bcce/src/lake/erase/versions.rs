//! Lists of the versions of objects.

use percent_encoding::percent_decode_str;

use super::EraseError;
use crate::aws::{Session, Xml};

/// One version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) key: String,
    pub(super) id: String,
    pub(super) is_latest: bool,
}

/// Every version of every object below a prefix; markers of deletion hold nothing.
pub(super) async fn versions(session: &Session, bucket: &str, prefix: &str) -> Result<Vec<Version>, EraseError> {
    let odd = || EraseError::Listing { bucket: bucket.to_owned() };
    let mut versions = Vec::new();
    let mut after = (String::new(), String::new());
    loop {
        // Keys may hold what XML cannot, and blanks at their ends.
        let mut query = vec![("versions", ""), ("encoding-type", "url"), ("prefix", prefix)];
        let (key, id) = &after;
        let markers = [("key-marker", key.as_str()), ("version-id-marker", id.as_str())];
        query.extend(markers.iter().filter(|(_, value)| !value.is_empty()));
        let answer = session.s3("GET", "ListObjectVersions", (bucket, ""), &query, Vec::new(), Vec::new()).await?;
        let told = Xml::parse(&answer.body).ok_or_else(odd)?;
        let next = page(&told, &mut versions);
        match next {
            None => return Ok(versions),
            Some(next) if next == after => return Err(odd()),
            Some(next) => after = next,
        }
    }
}

/// Adds the versions of one page, and gives after which key and version the next one begins.
fn page(told: &Xml, versions: &mut Vec<Version>) -> Option<(String, String)> {
    // A service that does not know the encoding does not name it.
    let is_encoded = told.text_at("EncodingType") == "url";
    let key = |of: &Xml, name: &str| decoded(of.text_at(name), is_encoded);
    versions.extend(told.all("Version").map(|one| Version {
        key: key(one, "Key"),
        id: one.text_at("VersionId").to_owned(),
        is_latest: one.text_at("IsLatest") == "true",
    }));
    let is_more = told.text_at("IsTruncated") == "true";
    is_more.then(|| (key(told, "NextKeyMarker"), told.text_at("NextVersionIdMarker").to_owned()))
}

/// A key as S3 writes it for `encoding-type=url`: as in a form, a blank is a plus.
fn decoded(key: &str, is_encoded: bool) -> String {
    if !is_encoded {
        return key.to_owned();
    }
    percent_decode_str(&key.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_taken_as_they_are() -> Result<(), &'static str> {
        let version =
            |key: &str| format!("<Version><Key>{key}</Key><VersionId>1</VersionId><IsLatest>true</IsLatest></Version>");
        let list = |encoding: &str, key: &str| {
            let more = format!("<IsTruncated>true</IsTruncated><NextKeyMarker>{key}</NextKeyMarker>");
            Xml::parse(format!("<R>{encoding}{more}{}</R>", version(key)).as_bytes()).ok_or("not read")
        };
        let check = |told: &Xml, wanted: &str| {
            let mut versions = Vec::new();
            let next = page(told, &mut versions);
            assert_eq!(versions, [Version { key: wanted.to_owned(), id: "1".to_owned(), is_latest: true }]);
            assert_eq!(next, Some((wanted.to_owned(), String::new())), "the next page begins after the key as it is");
        };
        check(&list("<EncodingType>url</EncodingType>", "+raw/a+b%2B%25%01%C3%BC%20")?, " raw/a b+%\u{1}ü ");
        check(&list("", "raw/a+b%20")?, "raw/a+b%20");
        Ok(())
    }
}
