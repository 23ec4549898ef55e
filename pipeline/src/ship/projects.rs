//! What projects say of themselves now, as far as it was asked.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use scrubber::{DataClass, ProjectTag, Tier};

use crate::pack::Spooled;
use crate::planted::{Bug, is_planted};
use crate::time::Mono;

/// How long an answer holds: long enough for the call that it was asked for.
const ANSWER_AGE_MAX: Duration = Duration::from_secs(1);

/// The answers that hold at a moment.
#[derive(Debug, Default)]
pub(super) struct Projects(HashMap<ProjectTag, (Option<Tier>, Mono)>);

impl Projects {
    /// Takes in answers, and forgets those that hold no more.
    pub(super) fn heard(&mut self, answers: Vec<(ProjectTag, Option<Tier>)>, now: Mono) {
        self.0.retain(|_, (_, at)| at.until(now) < ANSWER_AGE_MAX);
        self.0.extend(answers.into_iter().map(|(project, ceiling)| (project, (ceiling, now))));
    }

    /// The project's answer, if one holds.
    fn answer(&self, project: ProjectTag, now: Mono) -> Option<Option<Tier>> {
        if project == ProjectTag::AGENT || is_planted(Bug::IgnoresProjects) {
            return Some(Some(Tier::Content));
        }
        let (ceiling, at) = self.0.get(&project)?;
        (at.until(now) < ANSWER_AGE_MAX).then_some(*ceiling)
    }

    /// Whether an answer holds by which anything may not leave as it is.
    pub(super) fn restrict(&self, now: Mono) -> bool {
        self.0.keys().any(|project| self.answer(*project, now).is_some_and(|ceiling| ceiling != Some(Tier::Content)))
    }

    /// Whether nothing of the project may leave, by an answer that holds.
    pub(super) fn deny(&self, project: ProjectTag, now: Mono) -> bool {
        self.answer(project, now) == Some(None)
    }

    /// Whether events of the class may leave as they are, by all that is known; what was not asked yet is asked before they
    /// do.
    pub(super) fn allow(&self, project: ProjectTag, class: DataClass, now: Mono) -> bool {
        self.answer(project, now).is_none_or(|ceiling| ceiling >= Some(class.tier()))
    }

    /// The projects of these segments of which no answer holds.
    pub(super) fn unasked<'a>(&self, segments: impl Iterator<Item = &'a Spooled>, now: Mono) -> Vec<ProjectTag> {
        let projects: BTreeSet<ProjectTag> = segments.map(|segment| segment.label().project()).collect();
        projects.into_iter().filter(|project| self.answer(*project, now).is_none()).collect()
    }
}
