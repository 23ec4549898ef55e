//! Passwords of words that a sign joins, and what stands behind an attribute.

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
