use super::*;
use crate::evidence::{Kind, well};
use jiff::civil::date;

fn report(facts: &Facts, framework: Framework) -> Result<Report, Box<dyn std::error::Error>> {
    let days = (date(2026, 10, 1), date(2026, 10, 31));
    Ok(Report::new(framework, facts, days, "2026-11-02T08:00:00Z".parse()?)?)
}

#[test]
fn every_control_rests_on_checks_and_every_check_bears_witness() -> Result<(), Box<dyn std::error::Error>> {
    let all: Vec<CheckId> = checks(&well()).iter().map(|finding| finding.check).collect();
    let mut used = Vec::new();
    for framework in [Framework::Soc2, Framework::Hipaa] {
        let report = report(&well(), framework)?;
        for control in &report.controls {
            assert!(!control.findings.is_empty(), "{}", control.id);
            assert_eq!(control.verdict, Verdict::Evidence, "{}", control.id);
            used.extend(control.findings.iter().map(|finding| finding.check));
        }
        assert!(report.summary().contains(", 0 problem, 0 no evidence"), "{}", report.summary());
    }
    let witness_of_nothing: Vec<_> =
        all.iter().filter(|id| !used.contains(id) && !matches!(id, CheckId::Tables | CheckId::Views)).collect();
    assert!(witness_of_nothing.is_empty(), "{witness_of_nothing:?}");
    Ok(())
}

#[test]
fn a_control_says_no_evidence_where_nothing_was_seen() -> Result<(), Box<dyn std::error::Error>> {
    let nothing = report(
        &Facts::unknown(Kind::Folder, date(2026, 11, 26), "folder lake".to_owned(), "a folder has no such thing"),
        Framework::Soc2,
    )?;
    assert_eq!(nothing.count(Verdict::NoEvidence), nothing.controls.len());
    let mut facts = well();
    facts.erasures = Found::Unknown("no".into());
    let partial = report(&facts, Framework::Soc2)?;
    let verdict = partial.controls.iter().find(|control| control.id == "P4.3").map(|control| control.verdict);
    assert_eq!(verdict, Some(Verdict::Partial));
    Ok(())
}

#[test]
fn the_report_says_the_same_in_every_format() -> Result<(), Box<dyn std::error::Error>> {
    let mut facts = well();
    facts.place = "bcce<lake> in eu-central-1".to_owned();
    let report = report(&facts, Framework::Hipaa)?;
    insta::assert_snapshot!(report.markdown());
    let (html, csv) = (report.html(), report.csv());
    assert!(!html.contains("bcce<lake>") && html.contains("bcce&lt;lake&gt;"));
    for control in &report.controls {
        assert!(html.contains(&control.id) && csv.contains(&control.id));
    }
    let rows: usize = report.controls.iter().map(|control| control.findings.len()).sum();
    assert_eq!(csv.matches("\r\n").count(), rows + 1);
    let json: serde_json::Value = serde_json::from_str(&serde_json::to_string(&report)?)?;
    assert_eq!(json["controls"].as_array().map(Vec::len), Some(report.controls.len()));
    assert_eq!(json["controls"][0]["verdict"], "evidence");
    Ok(())
}
