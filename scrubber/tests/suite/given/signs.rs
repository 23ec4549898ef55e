//! Passwords of words that a sign joins, what stands behind an attribute, and codes.

use super::{missed, taken};

#[test]
fn words_that_a_sign_joins_are_a_password_and_a_product_is_none() {
    let places = ["DB_PASSWORD=\u{b6}", "password: \u{b6}", "the password is \u{b6}"];
    let values = ["Harbor*Opal", "Meadow+Lantern"].map(|words| format!("{words}{}", 90));
    assert_eq!(missed(&places, &values), Vec::<String>::new());
    let texts = [
        "password_bits = Width*Height",
        "token_count = rows*columns90",
        "<Field v-model=\"form.password\" :rules=\"passwordRules\" />",
    ];
    assert_eq!(taken(&texts), Vec::<String>::new());
}

#[test]
fn a_recovery_code_may_stand_behind_a_heading_that_says_more() {
    let codes = [["568ef-", "2417d"].concat(), ["qt5r-6x", "n2-mqws"].concat()];
    assert_eq!(missed(&["Recovery codes (keep them somewhere safe):\n  \u{b6}"], &codes), Vec::<String>::new());
    assert_eq!(taken(&["The recovery codes are in the safe: ask-anna"]), Vec::<String>::new());
}
