//! What is public stays, however much it looks like a secret; what has nearly the same form or name is found.

use scrubber::detect::{Engine, EngineError, KnownIdentities, Scratch};

const BASE62: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Signs by chance, from a seed.
fn signs(seed: u64, length: usize) -> String {
    let mut state = seed ^ 0x5DEE_CE66_D123_4567;
    let mut next = || {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        char::from(BASE62.as_bytes()[(state >> 33) as usize % BASE62.len()])
    };
    (0..length).map(|_| next()).collect()
}

/// The text as it stands within so many layers of JSON strings.
fn escaped(text: &str, layers: usize) -> String {
    (0..layers).fold(text.to_owned(), |text, _| {
        let quoted = serde_json::Value::String(text).to_string();
        quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
    })
}

/// Whether nothing is found in the text, in none of its layers.
fn stays(engine: &Engine, text: &str) -> bool {
    (0..3).all(|layers| {
        let text = escaped(&format!("first line\n{text}\nlast line"), layers);
        engine.scan(text.as_bytes(), &mut Scratch::default()).is_empty()
    })
}

#[test]
fn what_is_public_stays_and_its_twin_is_found() -> Result<(), EngineError> {
    let engine = Engine::new(&KnownIdentities::default())?;
    let ssh = format!("AAAAC3NzaC1lZDI1NTE5AAAAI{}", signs(1, 43));
    let head = ["eyJhbGciOiJ", "IUzI1NiIsIn", "R5cCI6IkpXVCJ9"].concat();
    let token = format!("{head}.eyJzdWIiOiIx{}.{}", signs(2, 30), signs(3, 43));
    let point = format!("BK{}A", signs(4, 84));
    let site = format!("6Lc{}", signs(5, 37));
    let (version, project) = (signs(6, 32), format!("prj_{}", signs(7, 28)));
    let uri = |login: &str, host: &str| format!("DATABASE_URL=postgres://{login}@{host}:5432/app");
    for (public, secret) in [
        (format!("ssh-ed25519 {ssh}"), format!("TOKEN={}", signs(8, 68))),
        (format!("github.com {ssh}\n"), format!("secret: AAAA{}", signs(9, 64))),
        (format!("the header {head} is fixed"), format!("the token {token} is not")),
        (format!("Authorization: Bearer {head}"), format!("Authorization: Bearer {token}")),
        (format!("applicationServerKey: '{point}'"), format!("serverKey: '{point}'")),
        (format!("NEXT_PUBLIC_VAPID_KEY={point}"), format!("VAPID_PRIVATE_KEY={}", signs(10, 43))),
        (format!("RECAPTCHA_SITE_KEY={site}"), format!("RECAPTCHA_SECRET_KEY={site}")),
        (format!("<div data-sitekey=\"{site}\">"), format!("<div data-secretkey=\"{site}\">")),
        (format!("VersionId={version}"), format!("VersionKey={version}")),
        (format!("\"NextVersionIdMarker\": \"{version}\""), format!("\"NextSecretKey\": \"{version}\"")),
        (format!("deployed {project} now"), format!("PROJECT_TOKEN={project}")),
        (uri("postgres:postgres", "localhost"), uri("postgres:postgres", "db.acme.example")),
        (uri("postgres:postgres", "db"), uri("acme:acme1", "db")),
        ("51 Franklin Street, Fifth Floor, Boston, MA".to_owned(), "51 Franklin Street, Melrose, MA".to_owned()),
        ("lpass show --password acme-db2".to_owned(), "mysql --password acme-db2".to_owned()),
        ("pass work/jira".to_owned(), "login: ann\npass work/jira".to_owned()),
    ] {
        assert!(stays(&engine, &public), "{public}");
        assert!(!stays(&engine, &secret), "{secret}");
    }
    Ok(())
}
