//! What the word directly before a number calls it: digits of an article or an id have check digits by chance.

/// Bytes between the word and the number.
const GAP_MAX: usize = 6;

/// Words for articles and documents, whose numbers may be grouped as those of people are.
const ARTICLES: &[&[u8]] = &[
    b"part", b"sku", b"item", b"model", b"serial", b"ticket", b"catalog", b"isbn", b"issn", b"ean", b"upc", b"gtin",
    b"asin", b"mpn", b"order", b"invoice", b"lot", b"rma",
];

/// Words that may stand between such a word and its number: `Part No. 307-36-2995`.
const NUMBERS: &[&[u8]] = &[b"no.", b"nr.", b"no", b"nr", b"num", b"number"];

/// Words for what is counted or made up by programs.
const COUNTS: &[&[u8]] = &[
    b"id",
    b"ids",
    b"fbid",
    b"build",
    b"job",
    b"run",
    b"pid",
    b"process",
    b"trace",
    b"span",
    b"seq",
    b"sequence",
    b"offset",
    b"size",
    b"hash",
    b"seed",
    b"snowflake",
    b"status",
    b"statuses",
    b"tweet",
    b"timestamp",
    b"ts",
    b"epoch",
    b"ns",
    b"nanos",
    b"request",
    b"tracking",
    b"mantissa",
    b"count",
    b"counter",
    b"total",
    b"bytes",
    b"cycles",
    b"ticks",
    b"us",
    b"ms",
    b"usec",
    b"nsec",
    b"micros",
];

/// Whether the word before a number is one for an article: `SKU 123-45-6789`, `part number: 123-45-6789`.
pub(super) fn is_article(before: &[u8]) -> bool {
    let is_one = |before: &[u8]| ARTICLES.iter().any(|word| last_part(before).eq_ignore_ascii_case(word));
    let head = before.trim_ascii_end();
    let head = head.strip_suffix(b":").unwrap_or(head);
    let number = NUMBERS.iter().find(|word| head.len() > word.len() && ends_with(head, word));
    is_one(before) || number.is_some_and(|word| is_one(head.get(..head.len() - word.len()).unwrap_or_default()))
}

fn ends_with(text: &[u8], word: &[u8]) -> bool {
    text.len().checked_sub(word.len()).and_then(|at| text.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

/// Whether the word before a row of digits is one for a count, an id or a time, and says nothing of a card: `order_id: 4716…`. A sign
/// before the digits makes them a number as well.
pub(super) fn is_count(before: &[u8]) -> bool {
    let negative = matches!(before, [.., b' ' | b'(' | b',' | b'[' | b'=', b'-']);
    let part = last_part(before);
    let card = [b"card".as_slice(), b"pan", b"payment"]
        .iter()
        .any(|word| before.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word)));
    !card && (negative || is_article(before) || COUNTS.iter().any(|word| part.eq_ignore_ascii_case(word)))
}

/// Whether the name that a number is assigned to ends with `id`: `phone_id=1224330`.
pub(super) fn is_id(before: &[u8]) -> bool {
    last_part(before).eq_ignore_ascii_case(b"id")
}

/// The last part of the name before a value: `Id` of `\"orderId\": `, `ns` of `epoch_ns=`, `status` of `/status/`.
fn last_part(before: &[u8]) -> &[u8] {
    let gap = before.iter().rev().take(GAP_MAX).take_while(|byte| b" \t\"'`\\:=#/".contains(byte)).count();
    let name = before.get(..before.len() - gap).filter(|_| gap > 0).unwrap_or_default();
    let small = name.iter().rev().take_while(|byte| byte.is_ascii_lowercase()).count();
    let large = name.iter().rev().skip(small).take_while(|byte| byte.is_ascii_uppercase()).count();
    // Before small letters one capital begins the part.
    let length = if small > 0 { small + large.min(1) } else { large };
    name.get(name.len() - length..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_counts_are_read_in_any_spelling() {
        for text in [
            "\"order_id\": ",
            "orderId=",
            "\\\"orderID\\\": ",
            "build #",
            "a/status/",
            "epoch_ns: ",
            "latency_p99_us=",
            "count=",
            "order ",
            "x = -",
        ] {
            assert!(is_count(text.as_bytes()), "{text}");
        }
        for text in
            ["card_id: ", "paid ", "", "order", "\n-", "card order ", "pan id=", "card: -", "valid: ", "number: "]
        {
            assert!(!is_count(text.as_bytes()), "{text}");
        }
        assert!(
            is_article(b"SKU ") && is_article(b"part_number part: ") && !is_article(b"depart ") && !is_article(b"ssn ")
        );
        assert!(is_id(b"phone_id=") && is_id(b"phoneId: ") && !is_id(b"phone: "));
    }
}
