//! Messages and what they cost: the views `message_usage`, `message_cost` and `cost_by_…`.

use std::collections::{BTreeMap, HashMap};

use agent::stats::{Prices, Speed, Tokens};
use jiff::civil::Date;

use super::super::rows::{CostRow, Dimension};
use super::super::teams::Teams;
use super::event::Event;
use super::scan::{Gather, Names, key, renumbered};
use super::{day_number, day_of};

/// Takes what a model used tokens for.
pub(super) struct Usage;

/// The model of what Claude Code wrote itself: it costs nothing, and nobody was active by it.
const NO_MODEL: &str = "<synthetic>";

/// One record of a message, or what several of them come to.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    message: u128,
    at_us: i64,
    user: u32,
    org: u32,
    project: u32,
    model: u32,
    speed: Speed,
    tokens: Tokens,
}

impl Gather for Usage {
    type Item = Counted;

    fn take(&self, event: &Event<'_>, names: &mut Names) -> Option<Counted> {
        let tokens = event.tokens()?;
        if event.model.as_ref().is_some_and(|model| model.0 == NO_MODEL) {
            return None;
        }
        let mut number = |text: &Option<super::event::Text<'_>>| text.as_ref().map_or(0, |text| names.number(&text.0));
        let (org, project, model) = (number(&event.org), number(&event.project), number(&event.model));
        let user = names.number(&event.user.0);
        let (message, at_us, speed) = (key(event.message_key()), event.at_us, event.speed());
        Some(Counted { message, at_us, user, org, project, model, speed, tokens })
    }

    fn renumber(item: &mut Counted, numbers: &[u32]) {
        for number in [&mut item.user, &mut item.org, &mut item.project, &mut item.model] {
            *number = renumbered(*number, numbers);
        }
    }
}

/// Each message once: the largest count of each kind, the speed that counts before the others, and the rest as its earliest record has it.
#[derive(Debug, Default)]
pub(super) struct Messages(HashMap<u128, Counted>);

impl Messages {
    pub(super) fn add(&mut self, record: Counted) {
        let Some(message) = self.0.get_mut(&record.message) else {
            self.0.insert(record.message, record);
            return;
        };
        let (tokens, speed) = (message.tokens, message.speed.min(record.speed));
        if record.at_us < message.at_us {
            *message = record;
            message.tokens.raise(&tokens);
        } else {
            message.tokens.raise(&record.tokens);
        }
        message.speed = speed;
    }

    /// What the messages cost that began on these days, by a dimension.
    pub(super) fn costs(
        &self,
        names: &Names,
        (prices, teams): (&Prices, &Teams),
        by: Dimension,
        (from, to): (Date, Date),
    ) -> Vec<CostRow> {
        let days: HashMap<i64, String> =
            (day_number(from)..=day_number(to)).map(|day| (day, day_of(day).to_string())).collect();
        let mut rows: BTreeMap<&str, CostRow> = BTreeMap::new();
        for message in self.0.values() {
            let Some(day) = days.get(&message.at_us.div_euclid(super::DAY_US)) else { continue };
            let name = match by {
                Dimension::Day => day,
                Dimension::Team => teams.of(names.text(message.user)),
                Dimension::Model => names.text(message.model),
                Dimension::Project => names.text(message.project),
                Dimension::User => names.text(message.user),
                Dimension::Org => names.text(message.org),
            };
            let cost = prices.cost(names.text(message.model), day, message.speed, &message.tokens);
            let row = rows.entry(name).or_default();
            row.add(&CostRow {
                name: String::new(),
                messages: 1,
                tokens: message.tokens,
                cost_usd: cost.unwrap_or_default(),
                unpriced_messages: u64::from(cost.is_none() && message.tokens.total() > 0),
            });
        }
        rows.into_iter().map(|(name, row)| CostRow { name: name.to_owned(), ..row }).collect()
    }
}
