//! A report as one page of HTML: no script, no network, light or dark, printable.

use std::fmt::Write as _;

use super::render::{check, words};
use super::{Report, Verdict};

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--good:#1a7f37;--bad:#cf222e;--dim:#777}\
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}\
table{border-collapse:collapse;width:100%}td,th{border:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top}\
h2{margin-top:2rem}.evidence,.ok{color:var(--good)}.problem{color:var(--bad);font-weight:600}.none,.partial{color:var(--dim)}\
@media print{h2{break-after:avoid}table{break-inside:avoid}}\
@media(prefers-color-scheme:dark){:root{--good:#3fb950;--bad:#f85149;--dim:#999}}";

impl Report {
    /// As one page of HTML.
    pub fn html(&self) -> String {
        let title = escaped(&format!("Evidence for {}", self.framework));
        let mut page = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
             <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body><h1>{title}</h1><table>"
        );
        for (name, value) in self.head() {
            let _ = write!(page, "<tr><th>{name}</th><td>{}</td></tr>", escaped(&value));
        }
        page.push_str("</table>");
        for control in &self.controls {
            let class = match control.verdict {
                Verdict::Evidence => "evidence",
                Verdict::Partial => "partial",
                Verdict::Problem => "problem",
                Verdict::NoEvidence => "none",
            };
            let _ = write!(
                page,
                "<h2>{} {}: <span class=\"{class}\">{}</span></h2><p>{}</p>\
                 <table><tr><th>Check</th><th>Outcome</th><th>Found</th><th>What helps</th></tr>",
                escaped(&control.id),
                escaped(&control.title),
                control.verdict.words(),
                escaped(&control.asks)
            );
            for finding in &control.findings {
                let outcome = words(finding.outcome);
                let class = outcome.split(' ').next_back().unwrap_or_default();
                let _ = write!(
                    page,
                    "<tr><td>{}</td><td class=\"{}\">{outcome}</td><td>{}</td><td>{}</td></tr>",
                    check(finding),
                    if class == "evidence" { "none" } else { class },
                    escaped(&finding.found),
                    escaped(&finding.remedy)
                );
            }
            page.push_str("</table>");
        }
        page.push_str("</body></html>\n");
        page
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
