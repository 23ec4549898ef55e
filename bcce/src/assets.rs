//! What the command carries with it: the files of `lake/` as they were when it was built.

mod superset;

pub use superset::SUPERSET;

/// The lake's CloudFormation template.
pub const TEMPLATE: &str = include_str!("../../lake/template.yaml");

/// The dashboards for Grafana.
pub const GRAFANA: [(&str, &str); 5] = [
    ("cost.json", include_str!("../../lake/dashboards/grafana/cost.json")),
    ("engineering.json", include_str!("../../lake/dashboards/grafana/engineering.json")),
    ("executive.json", include_str!("../../lake/dashboards/grafana/executive.json")),
    ("fleet.json", include_str!("../../lake/dashboards/grafana/fleet.json")),
    ("privacy.json", include_str!("../../lake/dashboards/grafana/privacy.json")),
];

/// The files of views, in the order in which they must be made.
pub const VIEWS: [(&str, &str); 12] = [
    ("01_events.sql", include_str!("../../lake/sql/01_events.sql")),
    ("02_prices.sql", include_str!("../../lake/sql/02_prices.sql")),
    ("03_message_usage.sql", include_str!("../../lake/sql/03_message_usage.sql")),
    ("04_message_cost.sql", include_str!("../../lake/sql/04_message_cost.sql")),
    ("05_cost.sql", include_str!("../../lake/sql/05_cost.sql")),
    ("06_tools.sql", include_str!("../../lake/sql/06_tools.sql")),
    ("07_cache.sql", include_str!("../../lake/sql/07_cache.sql")),
    ("08_adoption.sql", include_str!("../../lake/sql/08_adoption.sql")),
    ("09_privacy.sql", include_str!("../../lake/sql/09_privacy.sql")),
    ("10_health.sql", include_str!("../../lake/sql/10_health.sql")),
    ("11_retention.sql", include_str!("../../lake/sql/11_retention.sql")),
    ("12_siem.sql", include_str!("../../lake/sql/12_siem.sql")),
];

/// The statements of a file of views: each ends with `;` at the end of a line, and comments before it belong to it.
pub fn statements(text: &str) -> impl Iterator<Item = &str> {
    text.split(";\n").map(str::trim).filter(|statement| {
        statement.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with("--"))
    })
}

/// The names of all views.
pub fn views() -> impl Iterator<Item = &'static str> {
    let all = VIEWS.iter().flat_map(|(_, text)| text.split("CREATE OR REPLACE VIEW ").skip(1));
    all.filter_map(|rest| rest.split_whitespace().next())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn files(folder: &Path, below: &str) -> std::io::Result<Vec<String>> {
        let mut found = Vec::new();
        for file in std::fs::read_dir(folder.join(below))? {
            let file = file?;
            let name = [below, &file.file_name().to_string_lossy()].join("/");
            let name = name.trim_start_matches('/');
            if file.file_type()?.is_dir() { found.extend(files(folder, name)?) } else { found.push(name.to_owned()) }
        }
        found.sort();
        Ok(found)
    }

    #[test]
    fn every_dashboard_is_carried() -> std::io::Result<()> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lake/dashboards");
        assert_eq!(files(&folder.join("grafana"), "")?, GRAFANA.map(|(name, _)| name));
        assert_eq!(files(&folder.join("superset"), "")?, SUPERSET.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        Ok(())
    }

    #[test]
    fn every_file_of_views_is_carried_and_holds_only_views() -> std::io::Result<()> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../lake/sql");
        let mut names: Vec<_> =
            std::fs::read_dir(folder)?.map(|file| file.map(|file| file.file_name())).collect::<Result<_, _>>()?;
        names.sort();
        assert_eq!(names, VIEWS.map(|(name, _)| std::ffi::OsString::from(name)));
        let all: Vec<&str> = VIEWS.iter().flat_map(|(_, text)| statements(text)).collect();
        for statement in &all {
            assert_eq!(statement.matches("CREATE OR REPLACE VIEW").count(), 1, "{statement}");
        }
        assert_eq!(all.len(), views().count());
        assert_eq!(views().next(), Some("events"));
        Ok(())
    }
}
