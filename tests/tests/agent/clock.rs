//! A calendar that jumps, forwards and backwards, while the agent runs.
//!
//! The product has no option for this: a small library that is preloaded moves the clock that the standard library asks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use firehose_double::{Double, Received, Script};
use serde_json::Value;

use crate::binary::Agent;
use crate::running::{Running, until};
use crate::small::{Root, dropped, grant, record};

const DAY_S: i64 = 24 * 60 * 60;

/// A calendar that the test moves.
struct Calendar {
    library: PathBuf,
    shift: PathBuf,
}

impl Calendar {
    /// Needs a C compiler, as the build does; `None` where there is none that makes libraries.
    fn of(agent: &Agent) -> Option<Self> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agent/clock.c");
        let library = agent.home().join("clock.so");
        let built = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).output();
        let calendar = Self { library, shift: agent.home().join("shift") };
        calendar.jump(0);
        built.is_ok_and(|output| output.status.success()).then_some(calendar)
    }

    /// Sets the calendar to so many days from the true date.
    fn jump(&self, days: i64) {
        let temporary = self.shift.with_extension("new");
        fs::write(&temporary, (days * DAY_S).to_string()).unwrap();
        fs::rename(temporary, &self.shift).unwrap();
    }

    fn start(&self, agent: &Agent, root: &Path) -> Running {
        Running::start_with(agent, root, &[("LD_PRELOAD", &self.library), ("CLOCK_SHIFT_FILE", &self.shift)])
    }
}

#[test]
fn a_calendar_that_jumps_loses_doubles_and_expires_nothing() {
    let root = Root::new(&record(0));
    let double = Double::start(Script::default()).unwrap();
    let agent = Agent::new(&format!(
        "[tail]\nrescan_interval = \"1s\"\n[limits]\nstart_jitter = \"0s\"\n[sink]\nkind = \"firehose\"\n[sink.firehose]\n\
         region = \"eu-central-1\"\nendpoint_url = \"{}\"\nflush_interval = \"100ms\"\n",
        double.url()
    ));
    let Some(calendar) = Calendar::of(&agent) else {
        println!("SKIPPED: a calendar that jumps, because no library can be built here with cc");
        return;
    };
    grant(&agent, root.path());
    let events = || double.look(Received::distinct_events);
    let mut running = calendar.start(&agent, root.path());
    until("the first record arrives", || events() == 1);
    // It runs ahead for years, is set right, falls back to before the consent and before the spool's oldest row, and is
    // set right again; the service refuses signatures that are minutes off.
    let mut written = 1;
    for days in [400, 0, -1, -4000, 8000, 0] {
        calendar.jump(days);
        root.append(&record(written));
        written += 1;
        until("a record arrives after a jump", || events() == written);
    }
    // And from one start to the next, while something waits.
    let waiting = || {
        let status: Value = serde_json::from_slice(&agent.run(root.path(), &["status", "--json"]).stdout).unwrap();
        status["spool"]["events"].as_u64()
    };
    for days in [3000, -3000] {
        // Killed before it noted the receipt it would send again, as it must.
        until("the receipt is noted", || waiting() == Some(0));
        running.kill();
        agent.run(root.path(), &["pause"]);
        root.append(&record(written));
        written += 1;
        running = calendar.start(&agent, root.path());
        until("a record waits", || waiting() == Some(1));
        running.kill();
        calendar.jump(days);
        agent.run(root.path(), &["resume"]);
        running = calendar.start(&agent, root.path());
        until("what waited arrives", || events() == written);
    }
    assert!(running.runs() && !running.said().contains("panicked"));
    assert_eq!(dropped(&agent, root.path()), Value::Null);
    let received = double.finish().unwrap();
    // A kill may come between an answer and its note.
    assert!(received.duplicates() <= 2 && received.altered().is_empty());
}
