//! What tokens cost: data with a source and a date, and no guesses.

use super::Tokens;
use serde::Deserialize;

/// Tokens that a price is for.
const PRICED_TOKENS: f64 = 1_000_000.0;

/// The prices shipped with the program, `config/prices.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// Where most of them are from.
    pub source: String,
    /// When they were last held against it (`YYYY-MM-DD`).
    pub checked: String,
    model: Vec<Price>,
}

/// The price of one model from one day on, in US dollars per million tokens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    id: String,
    from: Option<String>,
    #[serde(rename = "source")]
    _source: Option<String>,
    input: f64,
    output: f64,
    cache_write_5m: f64,
    cache_write_1h: f64,
    cache_read: f64,
    above: Option<Above>,
}

/// The price of requests with long prompts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Above {
    prompt_tokens: u64,
    input: f64,
    output: f64,
    cache_write_5m: f64,
    cache_write_1h: f64,
    cache_read: f64,
}

/// The prices shipped with the program cannot be read; a test holds that they can.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the prices shipped with the program")]
pub struct PricesError(#[from] toml::de::Error);

impl Prices {
    /// The prices shipped with the program.
    ///
    /// # Errors
    /// When they are broken.
    pub fn shipped() -> Result<Self, PricesError> {
        Ok(toml::from_str(include_str!("../../../config/prices.toml"))?)
    }

    /// What a message of `model` with `tokens` cost on `day` (`YYYY-MM-DD`); `None` when the model has no price.
    pub fn cost(&self, model: &str, day: &str, tokens: &Tokens) -> Option<f64> {
        let price = self.price(model, day)?;
        Some(price.cost(tokens))
    }

    /// The price in force on a day.
    pub(super) fn price(&self, model: &str, day: &str) -> Option<&Price> {
        let id = without_date(model.strip_suffix("[1m]").unwrap_or(model));
        let known = self.model.iter().filter(|price| price.id == id);
        known.filter(|price| price.from.as_deref().is_none_or(|from| from <= day)).max_by_key(|price| &price.from)
    }
}

impl Price {
    /// What a message with these tokens costs.
    pub(super) fn cost(&self, tokens: &Tokens) -> f64 {
        let plain = [self.input, self.output, self.cache_write_5m, self.cache_write_1h, self.cache_read];
        let above = self.above.as_ref().filter(|above| tokens.prompt() > above.prompt_tokens);
        let rates = above.map_or(plain, |above| {
            [above.input, above.output, above.cache_write_5m, above.cache_write_1h, above.cache_read]
        });
        let counts = [tokens.input, tokens.output, tokens.cache_write_5m, tokens.cache_write_1h, tokens.cache_read];
        rates.iter().zip(counts).map(|(rate, count)| rate * count as f64 / PRICED_TOKENS).sum()
    }
}

/// `claude-opus-4-5-20251101` without its date.
fn without_date(model: &str) -> &str {
    match model.rsplit_once('-') {
        Some((name, date)) if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => model,
    }
}
