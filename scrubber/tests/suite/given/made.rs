//! What people make up where programs ask for a secret: in settings, flags and calls of frameworks, and what only looks so.

use super::{missed, taken};

/// Words with a sign between them, and a number.
fn phrases() -> [String; 6] {
    [
        ["Maple%", "Rain77"].concat(),
        ["Maple#", "Rain71"].concat(),
        ["71Copper", "+violet!"].concat(),
        ["Copper.", "Harbor.71"].concat(),
        ["Silver", "Harbor391"].concat(),
        ["Saddle", "@4608"].concat(),
    ]
}

#[test]
fn secrets_of_applications_may_be_words_with_a_sign_and_a_number() {
    let places = [
        "client_secret=\u{b6}",
        "client_secret: \u{b6}",
        "\"clientSecret\": \"\u{b6}\",",
        "API_KEY = '\u{b6}'",
        "acme login --client-secret \u{b6}",
        "acme login --api-token \u{b6} > out.txt",
        "builder.setClientSecret(\"\u{b6}\");",
        "WEBHOOK_SECRET=\u{b6}",
    ];
    assert_eq!(missed(&places, &phrases()), Vec::<String>::new());
    let harmless = [
        "client_secret: BigUint256",
        "token = \"Read+Write64\"",
        "token = Base+Offset32",
        "token: \"Auth.Service.V2\"",
        "query.withToken(\"csrf_token\")",
        "page.setNextToken(\"Maple%Rain77\")",
        "type Token = Vec<Ident&Span32>",
        "acme list --token NAME > out.txt",
    ];
    assert_eq!(taken(&harmless), Vec::<String>::new());
}
