//! Plants: secrets and personal data put into texts on purpose, in many forms and places, and look-alikes beside them.
//!
//! A [`Planter`] is asked about every text that is made. Now and then, by the chosen density, it puts a line with a
//! planted value into it and notes what it did. Kinds and forms come in turn, so that a few hundred texts hold all.

mod encode;
mod kinds;
mod lookalike;
mod personal;

pub use personal::Developer;

use crate::dice::Dice;
use crate::json::escaped;
use crate::ledger::{Form, LookAlike, Plant, PlantClass, Strength};
use encode::{base64, percent};
use kinds::{Bearing, KINDS, Kind, Value};
use lookalike::DECOYS;
use personal::TRAITS;

/// What a text is, which decides the forms that fit it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    /// Prompts and replies.
    Prose,
    /// Commands and their output.
    Output,
    /// Source code and configuration files.
    Code,
    /// One line: titles, names, descriptions.
    Line,
}

const SECRET_FORMS: &[Form] = &[
    Form::Plain,
    Form::Assigned,
    Form::JsonString,
    Form::Yaml,
    Form::DoublyEscaped,
    Form::Header,
    Form::Coloured,
    Form::Glued,
    Form::UrlEncoded,
    Form::Base64,
    Form::Quoted,
    Form::CutAtLineEnd,
];

/// Decides where plants go and keeps the record of them.
#[derive(Clone, Debug)]
pub(crate) struct Planter {
    dice: Dice,
    own: Developer,
    /// Plants in a thousand texts.
    per_mille: usize,
    turn: usize,
    secret: usize,
    shown: usize,
    personal: usize,
    decoy: usize,
    made: usize,
    /// What was planted since the last record was finished.
    pub(crate) plants: Vec<Plant>,
    /// Look-alikes put since the last record was finished.
    pub(crate) look_alikes: Vec<LookAlike>,
}

impl Planter {
    pub(crate) fn new(dice: Dice, own: Developer, per_mille: usize) -> Self {
        Self {
            dice,
            own,
            per_mille,
            turn: 0,
            secret: 0,
            shown: 0,
            personal: 0,
            decoy: 0,
            made: 0,
            plants: Vec::new(),
            look_alikes: Vec::new(),
        }
    }

    /// Puts a planted value into a text, or leaves it alone, as the density has it.
    pub(crate) fn salt(&mut self, text: &mut String, place: &'static str, surface: Surface) {
        if self.dice.per_mille(self.per_mille) {
            self.plant(text, place, surface);
        }
        if self.dice.per_mille(self.per_mille) {
            self.look_alike(text, place, surface);
        }
    }

    /// Puts a planted value into a text, whatever the density.
    pub(crate) fn plant(&mut self, text: &mut String, place: &'static str, surface: Surface) {
        self.turn += 1;
        if self.turn.is_multiple_of(3) {
            self.plant_personal(text, place, surface)
        } else {
            self.plant_secret(text, place, surface)
        }
    }

    /// A bare secret for a place that holds nothing else: a key, a part of a path, a field.
    pub(crate) fn bare(&mut self, place: &'static str, form: Form) -> Option<String> {
        if !self.dice.per_mille(self.per_mille) {
            return None;
        }
        let word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let shapes: Vec<&Kind> = KINDS.iter().filter(|kind| kind.bearing == Bearing::Shape).collect();
        loop {
            let kind = self.dice.pick(&shapes);
            let value = (kind.make)(&mut self.dice);
            if word(&value.text) {
                self.note(PlantClass::Secret, kind.id, place, form, Strength::Must, value.needles);
                return Some(value.text);
            }
        }
    }

    fn plant_personal(&mut self, text: &mut String, place: &'static str, surface: Surface) {
        let kind = &TRAITS[self.personal % TRAITS.len()];
        self.personal += 1;
        let value = (kind.make)(&mut self.dice, &self.own);
        let carrier = self.dice.pick(kind.carriers);
        let class = if kind.id.starts_with("own-") { PlantClass::Own } else { PlantClass::Personal };
        let mut needles = value.needles;
        let (form, line) = match self.dice.below(6) {
            0 if surface != Surface::Line => {
                let inner = format!("{{\"note\":\"{}\"}}", escaped(&carrier.replacen("{}", &value.text, 1)));
                (Form::DoublyEscaped, format!("{{\"payload\":\"{}\"}}", escaped(&inner)))
            }
            1 if kind.id == "email" => {
                let encoded = percent(&value.text);
                needles.push(encoded.clone());
                (Form::UrlEncoded, format!("GET /users?mail={encoded}&page=2"))
            }
            _ => (Form::Plain, carrier.replacen("{}", &value.text, 1)),
        };
        let strength =
            if form == Form::Plain || form == Form::UrlEncoded || class == PlantClass::Own || kind.id == "email" {
                Strength::Must
            } else {
                Strength::BestEffort
            };
        // Paths with backslashes change their spelling when they are escaped again; the needles are bare names.
        self.insert(text, &line, surface);
        self.note(class, kind.id, place, form, strength, needles);
    }

    fn plant_secret(&mut self, text: &mut String, place: &'static str, surface: Surface) {
        // Two counters over lists of different lengths: in time, all pairs of kind and form meet.
        self.secret += 1;
        let index = self.secret % KINDS.len();
        let fits = |kind: &&Kind| surface != Surface::Line || kind.bearing != Bearing::Document;
        let kind = KINDS.iter().cycle().skip(index).find(fits).unwrap_or(&KINDS[index]);
        let value = (kind.make)(&mut self.dice);
        let form = if kind.bearing == Bearing::Document {
            Form::Document
        } else if surface == Surface::Line && kind.bearing == Bearing::Shape {
            Form::Plain
        } else {
            self.shown += 1;
            SECRET_FORMS[self.shown % SECRET_FORMS.len()]
        };
        let (form, line, needles) = self.carry(kind, value, form);
        let strength = if form == Form::CutAtLineEnd { Strength::BestEffort } else { Strength::Must };
        self.insert(text, &line, surface);
        self.note(PlantClass::Secret, kind.id, place, form, strength, needles);
    }

    /// The line that carries a secret. A kind that shows itself by its name only is always assigned to that name.
    fn carry(&mut self, kind: &Kind, value: Value, form: Form) -> (Form, String, Vec<String>) {
        let (name, text) = (kind.name, &value.text);
        let by_name = kind.bearing == Bearing::Name;
        let mut needles = value.needles.clone();
        let assigned = |before: &str, quote: &str| format!("{before}{name}={quote}{text}{quote}");
        let line = match form {
            Form::Document => text.clone(),
            Form::Plain if !by_name => {
                let carrier =
                    self.dice.pick(&["use {} for now", "{}", "the key is {} (rotate later)", "found {} in the log"]);
                carrier.replacen("{}", text, 1)
            }
            Form::Header if !by_name => {
                format!("curl -sS -H '{}: {text}' https://api.internal.test/v1/ping", "X-Api-Key")
            }
            Form::Coloured if !by_name => format!("\u{1b}[1;31m{text}\u{1b}[0m"),
            Form::Glued if !by_name => format!("done\\n{text}\\nnext"),
            Form::JsonString => format!("{{\"{name}\": \"{}\"}}", escaped(text)),
            Form::Yaml => format!("  {}: {text}", name.to_lowercase()),
            Form::Quoted => format!("const {name} = '{text}';"),
            Form::DoublyEscaped => {
                let inner = format!("{{\"{name}\":\"{}\",\"ok\":true}}", escaped(text));
                format!("{{\"body\":\"{}\",\"status\":200}}", escaped(&inner))
            }
            Form::UrlEncoded => {
                let encoded = percent(text);
                if encoded != *text {
                    needles.push(encoded.clone());
                }
                format!("GET /callback?state=1&{}={encoded}", name.to_lowercase())
            }
            Form::Base64 => {
                let encoded = base64(format!("{name}={text}").as_bytes());
                needles.push(encoded.clone());
                format!("payload: {encoded}")
            }
            Form::CutAtLineEnd if !by_name && text.is_ascii() && text.len() > 24 => {
                let head = text.get(..text.len() * 2 / 3).unwrap_or(text).to_owned();
                needles = vec![head.clone()];
                format!("{name}={head}")
            }
            Form::Plain
            | Form::Header
            | Form::Coloured
            | Form::Glued
            | Form::CutAtLineEnd
            | Form::Assigned
            | Form::Key
            | Form::FileName => {
                let (before, quote) = self.dice.pick(&[("export ", ""), ("", "\""), ("", ""), ("ENV ", "")]);
                return (Form::Assigned, assigned(before, quote), needles);
            }
        };
        (form, line, needles)
    }

    fn look_alike(&mut self, text: &mut String, place: &'static str, surface: Surface) {
        let kind = &DECOYS[self.decoy % DECOYS.len()];
        self.decoy += 1;
        let value = (kind.make)(&mut self.dice);
        let line = self.dice.pick(kind.carriers).replacen("{}", &value, 1);
        self.insert(text, &line, surface);
        self.look_alikes.push(LookAlike { kind: kind.id, place, value, record: 0 });
    }

    /// Puts a line at a line boundary of the text; a text of one line gets it at its end.
    fn insert(&mut self, text: &mut String, line: &str, surface: Surface) {
        if surface == Surface::Line || text.is_empty() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(line);
            return;
        }
        let breaks = text.bytes().filter(|byte| *byte == b'\n').count();
        let wanted = self.dice.below(breaks + 1);
        let at = text.match_indices('\n').nth(wanted).map_or(text.len(), |(at, _)| at);
        let whole =
            if at == text.len() || surface != Surface::Prose { format!("\n{line}") } else { format!("\n\n{line}\n") };
        text.insert_str(at, &whole);
    }

    fn note(
        &mut self,
        class: PlantClass,
        kind: &'static str,
        place: &'static str,
        form: Form,
        strength: Strength,
        needles: Vec<String>,
    ) {
        self.made += 1;
        self.plants.push(Plant { id: self.made, class, kind, place, form, strength, needles, record: 0 });
    }
}

/// The number of kinds of secrets that can be planted.
#[must_use]
pub fn secret_kinds() -> usize {
    KINDS.len()
}
