//! What answers of the services say: pure, so that each form of them can be tested.

use jiff::Timestamp;
use jiff::civil::Date;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::facts::Alarm;
use crate::aws::Xml;

/// A time as JSON of the services has it: seconds since 1970, or text.
pub(super) fn time(value: &Value) -> Option<Timestamp> {
    match value.as_f64() {
        Some(seconds) => Timestamp::from_microsecond((seconds * 1e6) as i64).ok(),
        None => value.as_str().and_then(|text| text.parse().ok()),
    }
}

/// The day of `events/dt=2026-11-26/`.
pub(super) fn day(folder: &str) -> Option<Date> {
    folder.trim_end_matches('/').rsplit_once("dt=")?.1.parse().ok()
}

/// An alarm of this name among those that the service knows; without a state where it knows none.
pub(super) fn alarm(told: &Xml, name: &str) -> Alarm {
    let alarms = ["MetricAlarms", "CompositeAlarms"].map(|kind| told.list(&format!("DescribeAlarmsResult/{kind}")));
    let found = alarms.into_iter().flatten().find(|one| one.text_at("AlarmName") == name);
    Alarm {
        name: name.to_owned(),
        state: found.map(|one| one.text_at("StateValue").to_owned()).unwrap_or_default(),
        has_actions: found
            .is_some_and(|one| !one.list("AlarmActions").is_empty() && one.text_at("ActionsEnabled") != "false"),
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A policy document as IAM answers it: JSON, escaped as in an address.
pub(super) fn document(escaped: &str) -> Value {
    let text = percent_decode_str(escaped).decode_utf8_lossy();
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// After how many days whatever lies in a bucket goes, and old versions. Rules for a part of it say nothing of all.
pub(super) fn lifecycle(told: &Xml) -> (Option<u32>, Option<u32>) {
    let is_whole = |rule: &&Xml| {
        let filter = rule.at("Filter").map_or(&[][..], Xml::members);
        let is_narrow = filter.iter().any(|member| member.name() != "Prefix" || !member.text().is_empty());
        rule.text_at("Status") == "Enabled" && rule.text_at("Prefix").is_empty() && !is_narrow
    };
    let days = |rule: &Xml, path: &str| rule.text_at(path).parse::<u32>().ok();
    told.all("Rule").filter(is_whole).fold((None, None), |(objects, versions), rule| {
        let least = |known: Option<u32>, new: Option<u32>| known.into_iter().chain(new).min();
        (
            least(objects, days(rule, "Expiration/Days")),
            least(versions, days(rule, "NoncurrentVersionExpiration/NoncurrentDays")),
        )
    })
}

/// The buckets of which a trail watches every access to every object, by either kind of selectors.
pub(super) fn watched(selectors: &Value) -> Vec<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut arns = Vec::new();
    for selector in list(&selectors["AdvancedEventSelectors"]) {
        let fields = list(&selector["FieldSelectors"]);
        // A further field, such as readOnly, leaves something out.
        let known = ["eventCategory", "resources.type", "resources.ARN"];
        if fields.iter().all(|field| known.iter().any(|name| field["Field"] == *name) && is_including(field)) {
            let of = fields.iter().filter(|field| field["Field"] == "resources.ARN");
            arns.extend(of.flat_map(|field| [list(&field["StartsWith"]), list(&field["Equals"])].concat()));
        }
    }
    for selector in list(&selectors["EventSelectors"]) {
        if selector.get("ReadWriteType").is_none_or(|of| of == "All") {
            let resources = list(&selector["DataResources"]);
            let objects = resources.iter().filter(|resource| resource["Type"] == "AWS::S3::Object");
            arns.extend(objects.flat_map(|resource| list(&resource["Values"])));
        }
    }
    let whole = arns.iter().filter_map(Value::as_str).filter_map(|arn| arn.rsplit(":::").next());
    whole.filter_map(|rest| rest.strip_suffix('/')).filter(|name| !name.contains('/')).map(str::to_owned).collect()
}

/// Whether a field of a selector only lets in.
fn is_including(field: &Value) -> bool {
    field
        .as_object()
        .is_some_and(|field| field.keys().all(|key| ["Field", "Equals", "StartsWith"].contains(&key.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_rules_for_the_whole_bucket_say_how_long_it_keeps_things() -> Result<(), &'static str> {
        let text = b"<L><Rule><Status>Enabled</Status><Filter><Prefix>raw/</Prefix></Filter><Expiration><Days>90</Days></Expiration></Rule>\
            <Rule><Status>Enabled</Status><Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter><Expiration><Days>2</Days></Expiration></Rule>\
            <Rule><Status>Disabled</Status><Expiration><Days>1</Days></Expiration></Rule>\
            <Rule><Status>Enabled</Status><Filter/><Expiration><Days>1096</Days></Expiration>\
            <NoncurrentVersionExpiration><NoncurrentDays>30</NoncurrentDays></NoncurrentVersionExpiration></Rule></L>";
        let told = Xml::parse(text).ok_or("not read")?;
        assert_eq!(lifecycle(&told), (Some(1096), Some(30)));
        Ok(())
    }

    #[test]
    fn buckets_are_watched_by_either_kind_of_selectors() {
        let advanced = |more: &[Value]| {
            let fields = [
                json!({"Field": "eventCategory", "Equals": ["Data"]}),
                json!({"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::one/", "arn:aws:s3:::two/", "arn:aws:s3:::three/raw/"]}),
            ];
            let fields = [fields.as_slice(), more].concat();
            watched(&json!({"AdvancedEventSelectors": [{ "FieldSelectors": fields }]}))
        };
        assert_eq!(advanced(&[]), ["one", "two"]);
        assert!(advanced(&[json!({"Field": "readOnly", "Equals": ["false"]})]).is_empty());
        assert!(advanced(&[json!({"Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::one/raw/"]})]).is_empty());
        let basic = |of: &str| {
            let objects = json!([{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::one/"]}]);
            watched(&json!({"EventSelectors": [{"ReadWriteType": of, "DataResources": objects}]}))
        };
        assert_eq!(basic("All"), ["one"]);
        assert!(basic("WriteOnly").is_empty());
        assert_eq!(document("%7B%22a%22%3A%201%7D"), json!({"a": 1}));
    }

    #[test]
    fn times_and_days_are_read_as_the_services_write_them() {
        assert_eq!(time(&json!(1764172800.5)).map(|time| time.to_string()), Some("2025-11-26T16:00:00.5Z".to_owned()));
        assert!(time(&json!("2025-11-26T16:00:00Z")).is_some());
        assert_eq!(day("events/dt=2026-11-26/").map(|day| day.to_string()), Some("2026-11-26".to_owned()));
        assert_eq!(day("events/other/"), None);
    }

    #[test]
    fn an_alarm_that_is_gone_has_no_state() -> Result<(), &'static str> {
        let told = Xml::parse(
            b"<R><DescribeAlarmsResult><MetricAlarms><member><AlarmName>a</AlarmName><StateValue>OK</StateValue>\
              <AlarmActions><member>arn</member></AlarmActions></member></MetricAlarms></DescribeAlarmsResult></R>",
        )
        .ok_or("not read")?;
        assert_eq!((alarm(&told, "a").state.as_str(), alarm(&told, "a").has_actions), ("OK", true));
        assert_eq!((alarm(&told, "b").state.as_str(), alarm(&told, "b").has_actions), ("", false));
        Ok(())
    }
}
