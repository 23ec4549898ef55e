//! The daemon: rounds of work, each under the settings, policy and consent that held when it began.
//!
//! Promises: a change of settings or policy, or of a file that they name, holds within a minute, without a restart. A policy, a
//! settings file or a file named there that can no longer be used ends the round: nothing is read or sent until it can be used
//! again, which is noticed by itself. At the very beginning it is an error, unless consent is waited for as well. A program that
//! was replaced ends so that whoever started it starts the new one; one that was removed ends for good. Who was not asked yet, or
//! whose yes no longer covers what would be done, is told so once, not one who said no.

use super::{Context, Exit, consent, finish, gate, missing, round};
use crate::config::Config;
use crate::driver::control::Control;
use crate::driver::named::NamedFiles;
use crate::driver::program::{Now, Program};
use crate::driver::run::{Done, Job, RunError};
use crate::driver::ship::Ended;
use crate::driver::signals::Signals;
use crate::driver::status;
use crate::edge::clock;
use crate::edge::key::KeyFile;
use crate::edge::lock::InstanceLock;
use crate::edge::notice::Notice;
use crate::edge::priority;
use pipeline::consent::OffReason;
use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// Reads settings and policy as they are now.
pub(super) type Load<'a> = dyn Fn() -> anyhow::Result<Context> + Sync + 'a;

/// What missing consent means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    EndsIt,
    IsWaitedFor,
}

/// Tells the person that a yes is waited for, where that is not seen on a terminal. Never blocks.
pub(super) type Notify<'a> = dyn Fn(Notice) + Sync + 'a;

/// How often the world is looked at.
pub(super) struct Pace {
    /// Between two looks at the settings during a round. Default 20 s, so that a change holds well within a minute.
    pub(super) settings: Duration,
    /// Between two looks at the same change: editors write files in parts. Default 1 s.
    pub(super) settle: Duration,
    /// Between two looks while waiting. Default 5 s.
    pub(super) waiting: Duration,
    /// Between two looks at the age of the spool's key. Default an hour.
    pub(super) key: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { settings: seconds(20), settle: seconds(1), waiting: seconds(5), key: seconds(60 * 60) }
    }
}

/// How a round ended.
struct Round {
    done: Done,
    news: News,
}

/// What else is so than at the round's beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    Nothing,
    Settings,
    /// The spool's key has sealed for long enough.
    Key,
    Program(Now),
}

/// What was told last of why nothing is done, so that it is told once.
#[derive(Default)]
struct Told(String);

impl Told {
    fn is_news(&mut self, words: &str) -> bool {
        let news = self.0 != words;
        words.clone_into(&mut self.0);
        news
    }

    fn trouble(&mut self, words: &str) {
        if self.is_news(words) {
            tracing::error!(why = words, "nothing is read or sent until it can be: it is tried again by itself");
        }
    }
}

/// Works in rounds until it is asked to end.
///
/// # Errors
/// When settings cannot be used, consent is missing or work cannot begin at the beginning, and none of it is waited for; when
/// another instance runs.
pub(super) fn run(
    load: &Load<'_>,
    signals: &Signals,
    absent: Absent,
    pace: &Pace,
    notify: &Notify<'_>,
) -> anyhow::Result<Exit> {
    priority::lower();
    let (program, lock, told) = (Program::here(), None, Told::default());
    let mut rounds =
        Rounds { load, signals, absent, pace, notify, program, lock, worked: false, notified: false, told };
    loop {
        if let Some(exit) = rounds.next()? {
            return Ok(exit);
        }
    }
}

/// What one round leaves to the next.
struct Rounds<'a> {
    load: &'a Load<'a>,
    signals: &'a Signals,
    absent: Absent,
    pace: &'a Pace,
    notify: &'a Notify<'a>,
    program: Option<Program>,
    lock: Option<InstanceLock>,
    /// Work has begun once: from then on everything that is missing is waited for.
    worked: bool,
    notified: bool,
    told: Told,
}

impl Rounds<'_> {
    /// One round, or one wait for what it needs; then how the process ends, where it does.
    fn next(&mut self) -> anyhow::Result<Option<Exit>> {
        if let Some(exit) = ended_by_program(look(self.program.as_ref())) {
            return Ok(Some(exit));
        }
        let context = match (self.load)() {
            Ok(context) => context,
            Err(error) if !self.is_patient() => return Err(error),
            Err(_) => {
                self.told.trouble("the settings cannot be used");
                return self.wait(self.pace.waiting);
            }
        };
        let reason = match gate(&context) {
            Ok(mut gate) => gate.terms().err(),
            Err(error) if !self.is_patient() => return Err(error),
            Err(_) => Some(OffReason::LedgerUnreadable),
        };
        match reason {
            None => self.work(&context),
            Some(reason) => self.wait_for_consent(&context, reason),
        }
    }

    fn is_patient(&self) -> bool {
        self.worked || self.absent == Absent::IsWaitedFor
    }

    fn wait(&self, time: Duration) -> anyhow::Result<Option<Exit>> {
        Ok(self.signals.wait(time)?.then_some(Exit::Done))
    }

    fn work(&mut self, context: &Context) -> anyhow::Result<Option<Exit>> {
        let folder = &context.paths.state_dir;
        if self.lock.as_ref().is_none_or(|lock| !lock.is_in_place(folder)) {
            drop(self.lock.take());
            context.paths.prepare_state_dir()?;
            self.lock = Some(InstanceLock::take(folder)?);
        }
        match work(context, self.load, self.signals, self.pace, self.program.as_ref()) {
            Ok(round) => {
                (self.worked, self.told) = (true, Told::default());
                ended_by_round(context, &round, self.signals, self.pace)
            }
            Err(error) if !self.is_patient() => Err(error),
            Err(error) => {
                // Of these errors the outermost words are constant.
                let words = error
                    .downcast_ref::<RunError>()
                    .map_or_else(|| "work cannot begin".to_owned(), ToString::to_string);
                self.told.trouble(&words);
                Control::of(folder).leave_status(&status::waiting(&words, clock::wall()));
                self.wait(self.pace.settings)
            }
        }
    }

    fn wait_for_consent(&mut self, context: &Context, reason: OffReason) -> anyhow::Result<Option<Exit>> {
        if self.absent == Absent::EndsIt && reason != OffReason::PolicyBroken {
            return ended_by(context, reason, self.lock.is_some()).map(Some);
        }
        if self.absent == Absent::EndsIt && self.lock.is_none() {
            return Err(missing(context, reason));
        }
        if self.told.is_news(&reason.to_string()) {
            context.output.note(format_args!("waiting, and reading nothing: {reason}"));
        }
        if let Some(notice) = notice(reason).filter(|_| !self.notified && context.config.disclosure.notify) {
            self.notified = true;
            (self.notify)(notice);
        }
        self.wait(self.pace.waiting)
    }
}

/// How the process ends after a round; `None` where another one follows.
fn ended_by_round(
    context: &Context,
    Round { done, news }: &Round,
    signals: &Signals,
    pace: &Pace,
) -> anyhow::Result<Option<Exit>> {
    match (done.ended, news) {
        (Ended::Stopped, News::Program(_)) | (Ended::Off(_), _) => {}
        (Ended::Stopped, News::Settings) => {
            tracing::info!("settings or policy have changed: starting anew under them");
        }
        (Ended::Stopped, News::Key) => tracing::info!("the spool's key is old: starting anew under a new one"),
        (
            Ended::Stopped
            | Ended::Delivered
            | Ended::GaveUp(_)
            | Ended::StoreFails
            | Ended::SealFails
            | Ended::DayUsedUp,
            _,
        ) => {
            return finish(context, Job::Daemon, done).map(Some);
        }
        // Should the fresh one be damaged as well, it is the disk that fails.
        (Ended::SpoolDamaged, _) => return Ok(signals.wait(pace.waiting)?.then_some(Exit::Done)),
        (Ended::TermsChanged, _) => {
            tracing::info!("consent has changed, or what was read last is to be read again: starting anew");
        }
    }
    Ok(None)
}

/// What a person should be told of why a yes is waited for; nothing where one was refused or would not help.
const fn notice(reason: OffReason) -> Option<Notice> {
    match reason {
        OffReason::NeverGranted => Some(Notice::AsksForConsent),
        OffReason::TextOutdated | OffReason::DestinationChanged | OffReason::ScopeWidened => Some(Notice::AsksAgain),
        OffReason::Revoked
        | OffReason::Refused
        | OffReason::LedgerBroken
        | OffReason::LedgerTorn
        | OffReason::LedgerUnreadable
        | OffReason::PolicyBroken
        | OffReason::PolicyForbids
        | OffReason::Setting
        | OffReason::DoNotTrack
        | OffReason::ContinuousIntegration
        | OffReason::Superuser => None,
    }
}

/// Without consent at the beginning it fails; when consent ends later, so does it.
fn ended_by(context: &Context, reason: OffReason, begun: bool) -> anyhow::Result<Exit> {
    if !begun {
        return Err(missing(context, reason));
    }
    context.output.note(format_args!("stopped: {reason}"));
    context.output.note(consent::remedy(reason));
    Ok(Exit::Done)
}

fn look(program: Option<&Program>) -> Now {
    program.map_or(Now::Same, |program| program.look(clock::mono()))
}

/// How a process ends whose program was replaced or removed.
fn ended_by_program(now: Now) -> Option<Exit> {
    match now {
        Now::Same => None,
        Now::Replaced => {
            tracing::warn!("the program was replaced: this one ends, and the new one is to be started");
            Some(Exit::Replaced)
        }
        Now::Gone => {
            tracing::warn!("the program was removed: this one ends");
            Some(Exit::Done)
        }
    }
}

/// One round, which ends when other settings hold than at its beginning, or the program is another.
fn work(
    context: &Context,
    load: &Load<'_>,
    signals: &Signals,
    pace: &Pace,
    program: Option<&Program>,
) -> anyhow::Result<Round> {
    let stop = signals.stop_of_a_run();
    // Before they are read, so that no change is missed.
    let files = NamedFiles::of(&context.config, &context.paths.home);
    let keys = KeyFile::new(&context.paths.state_dir);
    let (running, over) = channel::<()>();
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            // By value: the channel's other end is closed when the round is over, however it ends.
            let over = over;
            let mut key_look = clock::mono().after(pace.key);
            while over.recv_timeout(pace.settings) == Err(RecvTimeoutError::Timeout) {
                let program = look(program);
                let looks_at_key = clock::mono() >= key_look;
                if looks_at_key {
                    key_look = clock::mono().after(pace.key);
                }
                let news = match program {
                    Now::Same if has_changed(context, &files, load, pace) => News::Settings,
                    Now::Same if looks_at_key && is_due(&keys) => News::Key,
                    Now::Same => continue,
                    Now::Replaced | Now::Gone => News::Program(program),
                };
                stop.set();
                return news;
            }
            News::Nothing
        });
        let done = round(context, Job::Daemon, &stop);
        drop(running);
        let news = watch.join().unwrap_or_else(|fault| resume_unwind(fault));
        Ok(Round { done: done?, news })
    })
}

/// A key file that cannot be read is for the next round to deal with.
fn is_due(keys: &KeyFile) -> bool {
    keys.load().ok().flatten().is_some_and(|keys| keys.is_due(clock::wall()))
}

/// Settings that cannot be used count as others. A file that is just being written differs between two looks.
fn has_changed(context: &Context, files: &NamedFiles, load: &Load<'_>, pace: &Pace) -> bool {
    let look = || {
        let context = load().ok()?;
        let files = files.again(&context.config, &context.paths.home);
        Some((context.config, files))
    };
    let is_same = |now: &(Config, NamedFiles)| now.0 == context.config && now.1 == *files;
    let first = look();
    if first.as_ref().is_some_and(is_same) {
        return false;
    }
    std::thread::sleep(pace.settle);
    let second = look();
    second == first && !second.as_ref().is_some_and(is_same)
}

#[cfg(test)]
#[path = "daemon_tests.rs"]
#[expect(clippy::unwrap_used, reason = "a failed test should panic")]
mod tests;
