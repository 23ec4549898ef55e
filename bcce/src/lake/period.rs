//! A span of whole days, as the command line says it.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::{Span, Timestamp, ToSpan as _};

/// A span of whole days in UTC, still without a today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// So many days, today among them.
    Days(u16),
    /// The last whole month before this one.
    Month,
    /// The last whole quarter of a year.
    Quarter,
    /// The last whole year.
    Year,
}

/// It names no span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period is monthly, quarterly, yearly, or a number with d, w or m, up to 3650 days, like 30d")]
pub struct PeriodError;

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        match text {
            "monthly" => return Ok(Self::Month),
            "quarterly" => return Ok(Self::Quarter),
            "yearly" => return Ok(Self::Year),
            _ => {}
        }
        let unit = text.chars().last().ok_or(PeriodError)?;
        let days_each: u32 = match unit {
            'd' => 1,
            'w' => 7,
            'm' => 30,
            _ => return Err(PeriodError),
        };
        let count: u32 = text.strip_suffix(unit).and_then(|count| count.parse().ok()).ok_or(PeriodError)?;
        match count.checked_mul(days_each) {
            Some(days @ 1..=3650) => Ok(Self::Days(u16::try_from(days).map_err(|_| PeriodError)?)),
            _ => Err(PeriodError),
        }
    }
}

impl Period {
    /// First and last day, seen from a time.
    pub fn days(self, now: Timestamp) -> (Date, Date) {
        let today = jiff::tz::TimeZone::UTC.to_datetime(now).date();
        let back = |date: Date, span: Span| date.saturating_sub(span);
        let month = today.first_of_month();
        let quarter = back(month, ((today.month() - 1) % 3).months());
        match self {
            Self::Days(days) => (back(today, (i64::from(days) - 1).days()), today),
            Self::Month => (back(month, 1.month()), back(month, 1.day())),
            Self::Quarter => (back(quarter, 3.months()), back(quarter, 1.day())),
            Self::Year => {
                let year = today.first_of_year();
                (back(year, 1.year()), back(year, 1.day()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_span_of_whole_days() -> Result<(), Box<dyn std::error::Error>> {
        let now: Timestamp = "2026-05-03T23:30:00Z".parse()?;
        let check = |text: &str, from: &str, to: &str| -> Result<(), Box<dyn std::error::Error>> {
            let (first, last) = text.parse::<Period>()?.days(now);
            assert_eq!((first.to_string(), last.to_string()), (from.to_owned(), to.to_owned()), "{text}");
            Ok(())
        };
        check("1d", "2026-05-03", "2026-05-03")?;
        check("30d", "2026-04-04", "2026-05-03")?;
        check("2w", "2026-04-20", "2026-05-03")?;
        check("monthly", "2026-04-01", "2026-04-30")?;
        check("quarterly", "2026-01-01", "2026-03-31")?;
        check("yearly", "2025-01-01", "2025-12-31")?;
        for text in ["", "d", "0d", "30", "3.5d", "-1d", "99999999999d", "3651d", "3é", "daily"] {
            assert_eq!(text.parse::<Period>(), Err(PeriodError), "{text}");
        }
        Ok(())
    }
}
