//! A change set, as people see it.

use agent::cli::output::printable;

use crate::aws::cloudformation::Change;

/// What holds data or lets it in: another in its place begins empty.
const HOLDS_DATA: [&str; 3] = ["AWS::S3::Bucket", "AWS::KMS::Key", "AWS::KinesisFirehose::DeliveryStream"];

/// The changes as a table.
pub(super) fn table(changes: &[Change]) -> String {
    let heading = ["action", "resource", "type", "replaces"].map(str::to_owned);
    let row = |change: &Change| {
        [&change.action, &change.logical_id, &change.resource_type, &replaces(change).to_owned()]
            .map(|text| printable(text))
    };
    let rows: Vec<[String; 4]> = std::iter::once(heading).chain(changes.iter().map(row)).collect();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths = [0, 1, 2].map(|column| width(column).unwrap_or(0));
    let line = |[action, resource, of, replaces]: &[String; 4]| {
        let [first, second, third] = widths;
        format!("{action:first$}  {resource:second$}  {of:third$}  {replaces}").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn replaces(change: &Change) -> &'static str {
    match change.replacement.as_str() {
        "True" => "yes",
        "Conditional" => "perhaps",
        _ => "",
    }
}

/// What must not be overlooked: data would stay behind, or its key or way in would go.
pub(super) fn warnings(changes: &[Change]) -> Vec<String> {
    let warning = |change: &Change| {
        let what = match (change.action.as_str(), change.replacement.as_str()) {
            ("Remove", _) => "goes out of the stack",
            (_, "True") => "is replaced by an empty one",
            (_, "Conditional") => "may be replaced by an empty one",
            _ => return None,
        };
        let holds = HOLDS_DATA.contains(&change.resource_type.as_str());
        holds.then(|| format!("{} ({}) {what}", printable(&change.logical_id), printable(&change.resource_type)))
    };
    changes.iter().filter_map(warning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(action: &str, logical_id: &str, resource_type: &str, replacement: &str) -> Change {
        let text = str::to_owned;
        Change {
            action: text(action),
            logical_id: text(logical_id),
            resource_type: text(resource_type),
            replacement: text(replacement),
        }
    }

    #[test]
    fn changes_stand_in_columns_and_lost_data_is_warned_of() {
        let changes = [
            change("Add", "Topic", "AWS::SNS::Topic", ""),
            change("Modify", "InternalBucket", "AWS::S3::Bucket", "True"),
            change("Modify", "InternalKey", "AWS::KMS::Key", "Conditional"),
            change("Modify", "InternalStream", "AWS::KinesisFirehose::DeliveryStream", "False"),
            change("Remove", "RestrictedStream", "AWS::KinesisFirehose::DeliveryStream", ""),
            change("Modify", "Role", "AWS::IAM::Role", "True"),
        ];
        let expected = "\
action  resource          type                                  replaces
Add     Topic             AWS::SNS::Topic
Modify  InternalBucket    AWS::S3::Bucket                       yes
Modify  InternalKey       AWS::KMS::Key                         perhaps
Modify  InternalStream    AWS::KinesisFirehose::DeliveryStream
Remove  RestrictedStream  AWS::KinesisFirehose::DeliveryStream
Modify  Role              AWS::IAM::Role                        yes";
        assert_eq!(table(&changes), expected);
        assert_eq!(
            warnings(&changes),
            [
                "InternalBucket (AWS::S3::Bucket) is replaced by an empty one",
                "InternalKey (AWS::KMS::Key) may be replaced by an empty one",
                "RestrictedStream (AWS::KinesisFirehose::DeliveryStream) goes out of the stack",
            ]
        );
    }
}
