//! The viewer on the real terminal.

use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::io;

use super::draw::draw;
use super::load::Loader;
use super::state::{Key, Miss, Viewer, Wish};

/// Keeps a note of a miss; says what to tell the user.
pub type KeepNote<'a> = dyn FnMut(&Miss) -> String + 'a;

/// Shows the viewer until its user leaves it. The terminal is put back as it was, also after a panic.
///
/// # Errors
/// When the terminal cannot be used.
pub fn run(
    viewer: &mut Viewer,
    first: Wish,
    loader: &mut Loader<'_>,
    note: &mut KeepNote<'_>,
    colour: bool,
) -> io::Result<()> {
    let mut terminal = ratatui::try_init()?;
    let ended = (|| {
        let mut wish = Some(first);
        while fulfil(viewer, wish, loader, note) {
            terminal.draw(|frame| draw(frame, viewer, colour))?;
            // A new size is drawn by the next round; the rest is nothing to us.
            let Event::Key(key) = event::read()? else {
                wish = None;
                continue;
            };
            wish = match meaning(key) {
                Some(Meaning::End) => return Ok(()),
                Some(Meaning::Key(key)) => viewer.key(key),
                None => None,
            };
        }
        Ok(())
    })();
    ratatui::try_restore()?;
    ended
}

/// Fulfils a wish and those that come of it; `false` when the user wants to leave.
pub(super) fn fulfil(
    viewer: &mut Viewer,
    mut wish: Option<Wish>,
    loader: &mut Loader<'_>,
    note: &mut KeepNote<'_>,
) -> bool {
    while let Some(present) = wish.take() {
        match present {
            Wish::Quit => return false,
            Wish::Note(miss) => viewer.tell(note(&miss)),
            Wish::Load { session, page, tier } => match loader.load(session, page, tier) {
                Ok(page) => wish = viewer.take(page),
                Err(error) => viewer.tell(format!("cannot be read: {}", error.kind())),
            },
        }
    }
    true
}

enum Meaning {
    Key(Key),
    End,
}

#[expect(clippy::wildcard_enum_match_arm, reason = "keys that we know nothing of do nothing")]
fn meaning(key: KeyEvent) -> Option<Meaning> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let known = match key.code {
        KeyCode::Char('c' | 'd') if control => return Some(Meaning::End),
        KeyCode::Char(character) if !control => Key::Char(character),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Tab | KeyCode::BackTab => Key::Tab,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Backspace,
        _ => return None,
    };
    Some(Meaning::Key(known))
}
