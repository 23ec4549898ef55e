//! Both tables of prices, and what a message costs by either program's rules.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

/// Input, output, cache writes for five minutes, cache writes for an hour, cache reads.
pub(crate) type Tokens = [u64; 5];

/// US dollars per million tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Rates {
    pub(crate) plain: [f64; 5],
    /// From how many tokens on, and what.
    pub(crate) long: Option<(u64, [f64; 5])>,
    pub(crate) fast: Option<f64>,
}

/// What ccusage takes, habit by habit replaced by what we do. Each step includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    /// All as ccusage does it.
    Theirs,
    /// A message is known by its id, and the most that any record says of it holds.
    Records,
    /// Prices are those of `config/prices.toml`.
    Prices,
    /// Cache writes for an hour have a price of their own.
    Hours,
    /// A prompt is long as a whole, and all of it has the price of a long one.
    Long,
    /// A model whose price in fast mode nobody knows has none.
    Fast,
}

impl Step {
    pub(crate) const ALL: [Self; 6] = [Self::Theirs, Self::Records, Self::Prices, Self::Hours, Self::Long, Self::Fast];
}

/// One table.
pub(crate) struct Table {
    rates: HashMap<String, Rates>,
    /// Their names in the order of ccusage's list.
    names: Vec<String>,
}

impl Table {
    /// `config/prices.toml`, read without the program's help: prices of Anthropic's own API that hold from a model's first day.
    pub(crate) fn ours() -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/prices.toml");
        let told: toml::Table = toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let number = |table: &toml::Table, key: &str| {
            let value = table.get(key).unwrap_or_else(|| panic!("{key}"));
            value.as_float().unwrap_or_else(|| panic!("{key} is no fraction"))
        };
        let rates = |table: &toml::Table| {
            ["input", "output", "cache_write_5m", "cache_write_1h", "cache_read"].map(|key| number(table, key))
        };
        let models = told["model"].as_array().unwrap().iter().map(|model| model.as_table().unwrap());
        let known = models.filter(|model| !model.contains_key("from")).map(|model| {
            let long = model
                .get("above")
                .and_then(toml::Value::as_table)
                .map(|above| (u64::try_from(above["prompt_tokens"].as_integer().unwrap()).unwrap(), rates(above)));
            let fast = model.get("fast").and_then(toml::Value::as_table).map(|fast| number(fast, "factor"));
            (model["id"].as_str().unwrap().to_owned(), Rates { plain: rates(model), long, fast })
        });
        Self { rates: known.collect(), names: Vec::new() }
    }

    /// The table that ccusage carries in its script, for when it is offline.
    pub(crate) fn theirs(script: &Path) -> Self {
        const START: &str = "const PREFETCHED_CLAUDE_PRICING = ";
        let folder = std::fs::read_dir(script.parent().unwrap()).unwrap();
        let texts = folder.filter_map(|entry| std::fs::read_to_string(entry.unwrap().path()).ok());
        let table = texts.into_iter().find_map(|text| {
            let (_, table) = text.split_once(START)?;
            Some(format!("{}\n}}", table.split_once("\n};")?.0))
        });
        let text = table.expect("its table");
        let table: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
        let mut names: Vec<String> = table.keys().cloned().collect();
        names.sort_by_key(|model| text.find(&format!("\"{model}\"")));
        let kinds = [
            "input_cost_per_token",
            "output_cost_per_token",
            "cache_creation_input_token_cost",
            "cache_creation_input_token_cost",
            "cache_read_input_token_cost",
        ];
        let rates = table.into_iter().map(|(model, told)| {
            // Where it has no price, it takes none.
            let rate = |name: &str| told.get(name).and_then(Value::as_f64).map_or(0.0, |rate| rate * 1e6);
            let long = kinds.map(|name| rate(&format!("{name}_above_200k_tokens")));
            let long = (long != [0.0; 5]).then_some((200_000, long));
            let fast = told.pointer("/provider_specific_entry/fast").and_then(Value::as_f64);
            (model, Rates { plain: kinds.map(rate), long, fast })
        });
        Self { rates: rates.collect(), names }
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn named(&self, model: &str) -> Option<Rates> {
        self.rates.get(model).copied()
    }

    /// The price that we take, by a name with or without its date.
    pub(crate) fn dated(&self, model: &str) -> Option<Rates> {
        let is_date = |text: &str| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
        let id = model.rsplit_once('-').filter(|(_, date)| is_date(date)).map_or(model, |(id, _)| id);
        // The one model of another platform in this test; its requests stay in a geography, for a tenth more.
        match id.strip_prefix("us.anthropic.").and_then(|id| id.strip_suffix("-20250929-v1:0")) {
            Some(id) => self.named(id).map(|rates| rates.times(1.1)),
            None => self.named(id),
        }
    }

    /// The price that ccusage takes: where no name fits, the first of its list that is in the name or has it in its own.
    pub(crate) fn alike(&self, model: &str) -> Option<Rates> {
        let all = ["", "anthropic/", "claude-3-5-", "claude-3-", "claude-", "openrouter/openai/"];
        let exact = all.iter().find_map(|prefix| self.named(&format!("{prefix}{model}")));
        exact.or_else(|| {
            let alike = self.names.iter().find(|name| name.contains(model) || model.contains(name.as_str()));
            alike.and_then(|name| self.named(name))
        })
    }
}

impl Rates {
    fn times(self, factor: f64) -> Self {
        let times = |rates: [f64; 5]| rates.map(|rate| rate * factor);
        Self { plain: times(self.plain), long: self.long.map(|(from, rates)| (from, times(rates))), fast: None }
    }

    /// What a message costs in US dollars.
    pub(crate) fn cost(&self, step: Step, is_fast: bool, tokens: Tokens) -> f64 {
        let [input, output, five, hour, read] = tokens;
        let tokens = if step < Step::Hours { [input, output, five + hour, 0, read] } else { tokens };
        let prompt = input + five + hour + read;
        let of = |kind: usize| {
            let (count, plain) = (tokens[kind], self.plain[kind]);
            match self.long {
                // As ccusage has it, each kind of tokens is long for itself, and what is below the bound is not.
                Some((from, long)) if step < Step::Long && long[kind] > 0.0 => {
                    plain * count.min(from) as f64 + long[kind] * count.saturating_sub(from) as f64
                }
                Some((from, long)) if step >= Step::Long && prompt > from => long[kind] * count as f64,
                Some(_) | None => plain * count as f64,
            }
        };
        let factor = match (is_fast, self.fast) {
            (false, _) => 1.0,
            (true, Some(factor)) => factor,
            (true, None) if step < Step::Fast => 1.0,
            (true, None) => 0.0,
        };
        factor * (0..5).map(of).sum::<f64>() / 1e6
    }
}
