//! What tokens cost: data with a source and a date, and no guesses.

use super::{Speed, Tokens};
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
    platform: Vec<Platform>,
}

/// Where else models are sold, at prices that follow from their own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Platform {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "checked")]
    _checked: String,
    /// Models without a factor.
    same_everywhere: Vec<String>,
    prefixes: Vec<Prefix>,
    /// Models with prices that do not follow from their own, in place of those from a day on.
    model: Vec<Price>,
}

/// What stands before a model's name, and by what its price is multiplied then.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Prefix {
    prefix: String,
    factor: f64,
}

/// The price of one model from one day on, in US dollars per million tokens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    id: String,
    from: Option<String>,
    #[serde(rename = "source")]
    _source: Option<String>,
    #[serde(rename = "checked")]
    _checked: Option<String>,
    input: f64,
    output: f64,
    cache_write_5m: f64,
    cache_write_1h: f64,
    cache_read: f64,
    above: Option<Above>,
    fast: Option<Fast>,
}

/// How many times as much messages in fast mode cost.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fast {
    factor: f64,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "checked")]
    _checked: String,
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
        let mut prices: Self = toml::from_str(include_str!("../../../config/prices.toml"))?;
        let mut elsewhere = Vec::new();
        for platform in &prices.platform {
            for Prefix { prefix, factor } in &platform.prefixes {
                elsewhere.extend(prices.model.iter().chain(&platform.model).map(|price| {
                    let is_same = platform.same_everywhere.contains(&price.id);
                    price.times(prefix, if is_same { 1.0 } else { *factor })
                }));
            }
        }
        prices.model.append(&mut elsewhere);
        Ok(prices)
    }

    /// What a message of `model` with `tokens` cost on `day` (`YYYY-MM-DD`); `None` when the model has no price, or none at this speed.
    pub fn cost(&self, model: &str, day: &str, speed: Speed, tokens: &Tokens) -> Option<f64> {
        self.price(model, day)?.cost(speed, tokens)
    }

    /// The price in force on a day.
    pub(super) fn price(&self, model: &str, day: &str) -> Option<&Price> {
        let id = without_date(without_version(model.strip_suffix("[1m]").unwrap_or(model)));
        let known = self.model.iter().filter(|price| price.id == id);
        known.filter(|price| price.from.as_deref().is_none_or(|from| from <= day)).max_by_key(|price| &price.from)
    }
}

impl Price {
    /// The price under a longer name.
    fn times(&self, prefix: &str, factor: f64) -> Self {
        // No price has more than six digits behind the point; what has is of the multiplication.
        let times = |rate: f64| (rate * factor * 1e6).round() / 1e6;
        Self {
            id: format!("{prefix}{}", self.id),
            input: times(self.input),
            output: times(self.output),
            cache_write_5m: times(self.cache_write_5m),
            cache_write_1h: times(self.cache_write_1h),
            cache_read: times(self.cache_read),
            above: self.above.as_ref().map(|above| Above {
                prompt_tokens: above.prompt_tokens,
                input: times(above.input),
                output: times(above.output),
                cache_write_5m: times(above.cache_write_5m),
                cache_write_1h: times(above.cache_write_1h),
                cache_read: times(above.cache_read),
            }),
            // What it costs elsewhere is not known.
            fast: None,
            ..self.clone()
        }
    }

    /// By what the prices are multiplied at a speed; `None` where that is not known.
    pub(super) fn factor(&self, speed: Speed) -> Option<f64> {
        match speed {
            Speed::Standard => Some(1.0),
            Speed::Fast => self.fast.as_ref().map(|fast| fast.factor),
            Speed::Other => None,
        }
    }

    /// What a message with these tokens costs.
    pub(super) fn cost(&self, speed: Speed, tokens: &Tokens) -> Option<f64> {
        let factor = self.factor(speed)?;
        let plain = [self.input, self.output, self.cache_write_5m, self.cache_write_1h, self.cache_read];
        let above = self.above.as_ref().filter(|above| tokens.prompt() > above.prompt_tokens);
        let rates = above.map_or(plain, |above| {
            [above.input, above.output, above.cache_write_5m, above.cache_write_1h, above.cache_read]
        });
        let counts = [tokens.input, tokens.output, tokens.cache_write_5m, tokens.cache_write_1h, tokens.cache_read];
        Some(rates.iter().zip(counts).map(|(rate, count)| rate * factor * count as f64 / PRICED_TOKENS).sum())
    }
}

/// `anthropic.claude-opus-4-5-20251101-v1:0` without the version of Amazon Bedrock.
fn without_version(model: &str) -> &str {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match model.rsplit_once("-v") {
        Some((name, version)) if version.split(':').count() <= 2 && version.split(':').all(is_number) => name,
        _ => model,
    }
}

/// `claude-opus-4-5-20251101` without its date.
fn without_date(model: &str) -> &str {
    match model.rsplit_once('-') {
        Some((name, date)) if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => model,
    }
}
