"""Writes lake/sql/02_prices.sql from config/prices.toml.

One row for each model, speed, time span and band of prompt length. `valid_to` and `prompt_tokens_max` are the last that still count.

    python3 lake/tools/price_table.py            writes the file
    python3 lake/tools/price_table.py --check    exit 1 when it differs
"""

import datetime
import pathlib
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRICES = ROOT / "config" / "prices.toml"
TARGET = ROOT / "lake" / "sql" / "02_prices.sql"

KINDS = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")
FIRST_DAY = "1970-01-01"
LAST_DAY = "9999-12-31"
# No prompt is longer.
TOKENS_MAX = 9_000_000_000_000_000


def prices():
    return tomllib.loads(PRICES.read_text(encoding="utf-8"))


def rows():
    """Model, first day, last day, fewest and most prompt tokens, five prices in US dollars per million tokens, by what they are
    multiplied in fast mode (`None` where that is not known), and where they hold: anywhere, own (Anthropic's API), elsewhere."""
    data = prices()
    by_model = {}
    for price in data["model"]:
        by_model.setdefault(price["id"], []).append(price)
    others = {}
    for platform in data["platform"]:
        for price in platform["model"]:
            others.setdefault(price["id"], []).append(price)
    made = []
    for model, spans in by_model.items():
        if model in others:
            made += in_time(model, spans, "own") + in_time(model, spans + others[model], "elsewhere")
        else:
            made += in_time(model, spans, "anywhere")
    return made


def in_time(model, spans, place):
    """The rows of one model: each price holds until the next begins."""
    made = []
    spans = sorted(spans, key=lambda price: price.get("from", FIRST_DAY))
    for price, later in zip(spans, spans[1:] + [None]):
        first = price.get("from", FIRST_DAY)
        last = str(datetime.date.fromisoformat(later["from"]) - datetime.timedelta(days=1)) if later else LAST_DAY
        above = price.get("above")
        limit = above["prompt_tokens"] if above else TOKENS_MAX
        fast = price["fast"]["factor"] if "fast" in price else None
        made.append((model, first, last, 0, limit, *(price[kind] for kind in KINDS), fast, place))
        if above:
            made.append((model, first, last, limit + 1, TOKENS_MAX, *(above[kind] for kind in KINDS), fast, place))
    return made


def rendered():
    data = prices()
    lines = [
        "-- Prices in US dollars per million tokens, on Anthropic's own API and on Amazon Bedrock. Made from config/prices.toml by",
        f"-- lake/tools/price_table.py, not to be edited. Source: {data['source']}, checked {data['checked']}.",
        "-- A model that is not here has no price: its cost is NULL and is counted as unpriced, never guessed.",
        "-- A model without a price in fast mode has no row for that speed. Other platforms sell at the standard prices times a factor, which",
        "-- what stands before the model's name tells, and some models at prices of their own.",
        "CREATE OR REPLACE VIEW prices AS",
        "WITH own AS (",
        "  SELECT * FROM (VALUES",
    ]
    body = []
    for model, first, last, fewest, most, *rates, fast, where in rows():
        money = ", ".join(f"CAST({rate!r} AS DOUBLE)" for rate in rates)
        body.append(f"    ('{model}', DATE '{first}', DATE '{last}', CAST({fewest} AS BIGINT), CAST({most} AS BIGINT), {money}, CAST({fast or 'NULL'} AS DOUBLE), '{where}')")
    lines.append(",\n".join(body))
    spans = ("valid_from", "valid_to", "prompt_tokens_min", "prompt_tokens_max")
    lines += [f"  ) AS p ({', '.join(('model', *spans, *KINDS, 'fast', 'sold'))})", "), place AS (", "  SELECT * FROM (VALUES"]
    body = ["    ('', CAST(1.0 AS DOUBLE), CAST(1.0 AS DOUBLE))"]
    older = set()
    for platform in data["platform"]:
        older |= set(platform["same_everywhere"])
        body += [f"    ('{one['prefix']}', CAST({one['factor']!r} AS DOUBLE), CAST(1.0 AS DOUBLE))" for one in platform["prefixes"]]
    lines += [",\n".join(body), "  ) AS w (prefix, factor, factor_older)", "), sold AS ("]
    names = ", ".join(f"'{name}'" for name in sorted(older))
    lines += [f"  SELECT own.*, place.prefix, 'standard' AS speed, CASE WHEN own.model IN ({names}) THEN place.factor_older ELSE place.factor END AS factor"]
    lines += ["  FROM own CROSS JOIN place"]
    lines += ["  WHERE own.sold = 'anywhere' OR own.sold = CASE WHEN place.prefix = '' THEN 'own' ELSE 'elsewhere' END", "  UNION ALL"]
    lines += ["  SELECT own.*, '' AS prefix, 'fast' AS speed, own.fast AS factor", "  FROM own WHERE own.fast IS NOT NULL AND own.sold <> 'elsewhere'"]
    lines += [")", "SELECT", f"  concat(prefix, model) AS model, speed, {', '.join(spans)},"]
    # No price has more than six digits behind the point; what has is of the multiplication.
    lines += [",\n".join(f"  round({kind} * factor, 6) AS {kind}" for kind in KINDS), "FROM sold;"]
    return "\n".join(lines) + "\n"


def main():
    made = rendered()
    if "--check" in sys.argv[1:]:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != made:
            sys.exit("lake/sql/02_prices.sql differs from config/prices.toml; run python3 lake/tools/price_table.py")
        return
    TARGET.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
