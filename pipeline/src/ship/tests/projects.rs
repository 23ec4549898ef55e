//! What waits of projects whose rules change.

use super::*;

fn of(seq: u64, project: u64, class: DataClass) -> Spooled {
    let label = Label::new(POLICY, ConsentId::new([1; 16]).as_str(), ProjectTag(project));
    let header = Header { class, label, lines: 1, bytes: 100 };
    Spooled::after_commit(Seq(seq), &Sealed::from_stored(header, KeyId(0), [0; 12], Vec::new()), NOON)
}

fn waiting(segments: impl IntoIterator<Item = Spooled>) -> World {
    let mut world = World::new(settings());
    world.input(Input::Appended(segments.into_iter().collect()));
    world.input(Input::Flush);
    world
}

fn answer(world: &mut World, answers: &[(u64, Option<Tier>)]) {
    world.input(Input::Projects(answers.iter().map(|(tag, ceiling)| (ProjectTag(*tag), *ceiling)).collect()));
}

#[test]
fn projects_are_asked_before_each_call_and_what_was_opted_out_is_dropped() {
    let mut world = waiting([of(8, 1, CLASS), of(16, 2, CLASS), of(24, 1, CLASS)]);
    assert_eq!(world.effect(), Some(Effect::AskProjects(vec![ProjectTag(1), ProjectTag(2)])));
    answer(&mut world, &[(1, None), (2, Some(Tier::Content))]);
    let seqs = vec![Seq(8), Seq(24)];
    assert_eq!(world.effect(), Some(Effect::Discard { class: CLASS, seqs, reason: SpoolDrop::OptedOut }));
    let (call, seqs) = world.sent().unwrap_or((CallId(0), Vec::new()));
    assert_eq!(seqs, [16]);
    world.accept(call, 1);
    // Opted in again: what comes then goes, once it was asked anew.
    world.pass(SECOND);
    world.input(Input::Appended(vec![of(32, 1, CLASS)]));
    world.input(Input::Flush);
    assert_eq!(world.effect(), Some(Effect::AskProjects(vec![ProjectTag(1)])));
    answer(&mut world, &[(1, Some(Tier::Metrics))]);
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![32]));
}

#[test]
fn what_the_store_could_not_drop_is_dropped_before_anything_goes_though_its_project_is_opted_in_again() {
    let mut world = waiting([of(8, 1, CLASS)]);
    assert_eq!(world.effect(), Some(Effect::AskProjects(vec![ProjectTag(1)])));
    answer(&mut world, &[(1, None)]);
    let (class, seqs, reason) = (CLASS, vec![Seq(8)], SpoolDrop::OptedOut);
    let drop = Effect::Discard { class, seqs: seqs.clone(), reason };
    assert_eq!(world.effect().as_ref(), Some(&drop));
    world.input(Input::NotDiscarded { class, seqs, reason });
    assert!(!world.shipper.is_empty());
    world.pass(SECOND);
    world.input(Input::Appended(vec![of(16, 1, CLASS)]));
    world.input(Input::Flush);
    assert_eq!(world.effect(), None);
    world.pass(5 * SECOND);
    assert_eq!(world.effect(), Some(drop));
    assert_eq!(world.effect(), Some(Effect::AskProjects(vec![ProjectTag(1)])));
    answer(&mut world, &[(1, Some(Tier::Content))]);
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![16]));
    assert_eq!(world.shipper.status().streams.iter().map(|stream| stream.segments_dropped).sum::<u64>(), 1);
}

#[test]
fn an_answer_holds_for_a_second() {
    let mut world = waiting([of(8, 1, CLASS)]);
    assert_eq!(world.effect(), Some(Effect::AskProjects(vec![ProjectTag(1)])));
    answer(&mut world, &[(1, Some(Tier::Content))]);
    world.pass(SECOND);
    assert_eq!(world.effect(), Some(Effect::AskProjects(vec![ProjectTag(1)])));
    answer(&mut world, &[(1, Some(Tier::Content))]);
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![8]));
}

#[test]
fn a_project_whose_tier_was_lowered_is_scrubbed_again() {
    let wide = of(8, 1, DataClass::Restricted);
    let mut world = waiting([wide.clone()]);
    assert_eq!(world.effect(), Some(Effect::AskProjects(vec![ProjectTag(1)])));
    answer(&mut world, &[(1, Some(Tier::Metrics))]);
    assert_eq!(world.effect(), Some(Effect::ScrubAgain(vec![wide])));
    world.input(Input::Replaced { old: vec![Seq(8)], new: vec![of(8, 1, CLASS)] });
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![8]));
}

#[test]
fn what_the_agent_tells_of_itself_is_of_no_project() {
    let mut world = waiting([of(8, ProjectTag::AGENT.0, CLASS)]);
    assert_eq!(world.sent().map(|(_, seqs)| seqs), Some(vec![8]));
}
