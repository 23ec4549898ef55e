//! The secrets that are planted: one row a kind, each value put together from parts and chance at run time.
//!
//! The shapes are those that the providers publish; no row holds a whole prefix next to a body, so that no line of
//! this file looks like a key to a scanner.

use super::encode::{base64, base64_url, crc_base62};
use crate::dice::Dice;

/// A planted value before it is put anywhere.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    /// The text to put.
    pub(crate) text: String,
    /// The strings that must not come out; all stand in `text`.
    pub(crate) needles: Vec<String>,
}

impl Value {
    pub(crate) fn of(text: String) -> Self {
        Self { needles: vec![text.clone()], text }
    }
}

/// How a kind shows itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bearing {
    /// By its own shape, wherever it stands.
    Shape,
    /// Only by the name it is assigned to.
    Name,
    /// As a document of several lines with its own context.
    Document,
}

/// A kind of secret.
pub(crate) struct Kind {
    /// The name in the ledger.
    pub(crate) id: &'static str,
    /// The variable that would hold it.
    pub(crate) name: &'static str,
    pub(crate) bearing: Bearing,
    pub(crate) make: fn(&mut Dice) -> Value,
}

const UPPER32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const WORDISH: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BECH32: &str = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
const STRONG: &str = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!%*+?";

const fn shape(id: &'static str, name: &'static str, make: fn(&mut Dice) -> Value) -> Kind {
    Kind { id, name, bearing: Bearing::Shape, make }
}
const fn named(id: &'static str, name: &'static str, make: fn(&mut Dice) -> Value) -> Kind {
    Kind { id, name, bearing: Bearing::Name, make }
}
const fn document(id: &'static str, name: &'static str, make: fn(&mut Dice) -> Value) -> Kind {
    Kind { id, name, bearing: Bearing::Document, make }
}

fn token(parts: &[&str], body: &str) -> Value {
    Value::of(format!("{}{body}", parts.concat()))
}

/// A body of 30 characters with its checksum, as GitHub and npm make them.
fn checked(parts: &[&str], dice: &mut Dice) -> Value {
    let body = dice.base62(30);
    let check = crc_base62(&body);
    token(parts, &format!("{body}{check}"))
}

/// A password that a person or a generator might choose: letters, digits and signs that need no quoting.
fn password(dice: &mut Dice) -> String {
    let length = dice.between(14, 22);
    format!("{}{}7", dice.letters(STRONG, length), dice.pick(&["x", "Q", "w"]))
}

fn hidden(text: String, needle: String) -> Value {
    Value { text, needles: vec![needle] }
}

/// All kinds, in an order that mixes providers.
pub(crate) const KINDS: &[Kind] = &[
    shape("aws-access-key-id", "AWS_ACCESS_KEY_ID", |d| token(&["AK", "IA"], &d.letters(UPPER32, 16))),
    named("aws-secret-access-key", "AWS_SECRET_ACCESS_KEY", |d| Value::of(d.base64(40))),
    document("aws-credentials-file", "credentials", aws_file),
    named("aws-session-token", "AWS_SESSION_TOKEN", |d| token(&["Fwo", "GZXIvYXdzE"], &d.base64(280))),
    shape("github-pat", "GITHUB_TOKEN", |d| checked(&["gh", "p_"], d)),
    shape("github-oauth", "GH_OAUTH", |d| checked(&["gh", "o_"], d)),
    shape("github-app", "GH_APP_TOKEN", |d| checked(&["gh", "s_"], d)),
    shape("github-fine-grained-pat", "GH_TOKEN", |d| {
        let body = format!("{}_{}", d.base62(22), d.base62(59));
        token(&["github", "_pat_"], &body)
    }),
    shape("gitlab-pat", "GITLAB_TOKEN", |d| token(&["glp", "at-"], &d.base62(20))),
    shape("gitlab-runner", "RUNNER_TOKEN", |d| token(&["glr", "t-"], &d.base62(20))),
    shape("slack-bot", "SLACK_BOT_TOKEN", |d| {
        let body = format!("{}-{}-{}", d.digits(12), d.digits(13), d.base62(24));
        token(&["xo", "xb-"], &body)
    }),
    shape("slack-user", "SLACK_USER_TOKEN", |d| {
        let body = format!("{}-{}-{}-{}", d.digits(12), d.digits(12), d.digits(13), d.hex(32));
        token(&["xo", "xp-"], &body)
    }),
    shape("slack-webhook", "SLACK_WEBHOOK", |d| {
        let body = format!("T0{}/B0{}/{}", d.letters(UPPER32, 9), d.letters(UPPER32, 9), d.base62(24));
        token(&["https://hooks.", "slack.com/serv", "ices/"], &body)
    }),
    shape("stripe-secret", "STRIPE_SECRET_KEY", |d| token(&["sk", "_live_", "51"], &d.base62(97))),
    shape("stripe-restricted", "STRIPE_RESTRICTED", |d| token(&["rk", "_live_"], &d.base62(24))),
    shape("openai-project", "OPENAI_API_KEY", |d| {
        let body = format!("{}{}{}{}", d.letters(WORDISH, 74), "T3Blb", "kFJ", d.letters(WORDISH, 74));
        token(&["sk-", "proj-"], &body)
    }),
    shape("openai-legacy", "OPENAI_KEY", |d| {
        let body = format!("{}{}{}{}", d.base62(20), "T3Blb", "kFJ", d.base62(20));
        token(&["s", "k-"], &body)
    }),
    shape("anthropic", "ANTHROPIC_API_KEY", |d| {
        let body = format!("{}AA", d.letters(WORDISH, 93));
        token(&["sk-", "ant-", "api03-"], &body)
    }),
    shape("google-api-key", "GOOGLE_API_KEY", |d| token(&["AI", "za", "Sy"], &d.base62(33))),
    shape("google-oauth-secret", "GOOGLE_CLIENT_SECRET", |d| token(&["GOC", "SPX-"], &d.base62(28))),
    document("gcp-service-account", "service-account.json", service_account),
    shape("npm", "NPM_TOKEN", |d| checked(&["np", "m_"], d)),
    shape("pypi", "TWINE_PASSWORD", |d| token(&["py", "pi-", "AgEIcHlw", "aS5vcmc"], &d.letters(WORDISH, 150))),
    shape("jwt", "ID_TOKEN", jwt),
    document("private-key-pem", "id_rsa", |d| pem("RSA ", d)),
    document("private-key-openssh", "id_ed25519", |d| pem("OPENSSH ", d)),
    shape("postgres-url", "DATABASE_URL", |d| database("postgres", d)),
    shape("mongodb-url", "MONGODB_URI", |d| database("mongodb+srv", d)),
    shape("redis-url", "REDIS_URL", |d| database("redis", d)),
    document("dotenv", ".env", dotenv),
    document("dotenv-base64", "ENV_FILE_B64", |d| {
        let file = dotenv(d);
        let text = base64(file.text.as_bytes());
        let mut needles = file.needles;
        needles.push(text.clone());
        Value { text, needles }
    }),
    document("kubeconfig", "kubeconfig", kubeconfig),
    document("netrc", ".netrc", |d| {
        let secret = password(d);
        hidden(format!("machine git.{}.test\n  login deploy\n  password {secret}\n", d.hex(5)), secret)
    }),
    document("docker-auth", "config.json", |d| {
        let secret = password(d);
        let auth = base64(format!("ci-bot:{secret}").as_bytes());
        let text = format!(
            "{{\n  \"auths\": {{\n    \"https://index.docker.io/v1/\": {{\n      \"auth\": \"{auth}\"\n    }}\n  }}\n}}"
        );
        Value { text, needles: vec![auth, secret] }
    }),
    document("bearer-header", "authorization", |d| {
        let secret = d.base62(43);
        hidden(format!("Authorization: {} {secret}", ["Bea", "rer"].concat()), secret)
    }),
    document("basic-header", "authorization", |d| {
        let secret = password(d);
        let pair = base64(format!("svc-deploy:{secret}").as_bytes());
        Value { text: format!("Authorization: Basic {pair}"), needles: vec![pair, secret] }
    }),
    shape("url-credentials", "REPO_URL", |d| {
        let secret = d.base62(24);
        hidden(format!("https://deploy:{secret}@git.{}.test/acme/app.git", d.hex(5)), secret)
    }),
    named("password", "DB_PASSWORD", |d| Value::of(password(d))),
    named("admin-password", "adminPassword", |d| Value::of(password(d))),
    named("client-secret", "client_secret", |d| Value::of(d.base62(40))),
    named("encryption-key", "SECRET_KEY_BASE", |d| Value::of(d.hex(64))),
    shape("sendgrid", "SENDGRID_API_KEY", |d| {
        let body = format!("{}.{}", d.base62(22), d.base62(43));
        token(&["S", "G."], &body)
    }),
    shape("twilio-api-key", "TWILIO_API_KEY", |d| token(&["S", "K"], &d.hex(32))),
    named("twilio-auth-token", "TWILIO_AUTH_TOKEN", |d| Value::of(d.hex(32))),
    shape("mailgun", "MAILGUN_API_KEY", |d| token(&["ke", "y-"], &d.hex(32))),
    named("datadog", "DD_API_KEY", |d| Value::of(d.hex(32))),
    named("heroku", "HEROKU_API_KEY", |d| Value::of(d.uuid())),
    shape("digitalocean", "DIGITALOCEAN_TOKEN", |d| token(&["dop", "_v1_"], &d.hex(64))),
    shape("huggingface", "HF_TOKEN", |d| {
        token(&["h", "f_"], &d.letters("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 34))
    }),
    shape("shopify", "SHOPIFY_TOKEN", |d| token(&["shp", "at_"], &d.hex(32))),
    shape("square", "SQUARE_TOKEN", |d| token(&["sq0", "csp-"], &d.letters(WORDISH, 43))),
    shape("telegram-bot", "TELEGRAM_TOKEN", |d| {
        let text = format!("{}:AA{}", d.digits(10), d.letters(WORDISH, 33)).replacen('0', "6", 1);
        Value::of(text)
    }),
    shape("discord-bot", "DISCORD_TOKEN", |d| {
        let id = base64_url(format!("1{}", d.digits(17)).as_bytes());
        Value::of(format!("{id}.{}.{}", d.base62(6), d.letters(WORDISH, 38)))
    }),
    shape("azure-storage", "AZURE_STORAGE_CONNECTION_STRING", |d| {
        let key = format!("{}==", d.base62(86));
        hidden(
            format!(
                "DefaultEndpointsProtocol=https;AccountName=st{};Account{}={key};EndpointSuffix=core.windows.net",
                d.hex(8),
                "Key"
            ),
            key,
        )
    }),
    named("azure-client-secret", "AZURE_CLIENT_SECRET", |d| {
        let text = format!("{}8Q~{}", d.base62(3), d.base62(34));
        Value::of(text)
    }),
    shape("docker-hub", "DOCKERHUB_TOKEN", |d| token(&["dck", "r_pat_"], &d.base62(27))),
    shape("vault", "VAULT_TOKEN", |d| token(&["hv", "s."], &d.base62(95))),
    shape("terraform-cloud", "TFE_TOKEN", |d| {
        let text = [d.base62(14), ".atla".into(), "sv1.".into(), d.base62(64)].concat();
        Value::of(text)
    }),
    shape("atlassian", "JIRA_API_TOKEN", |d| {
        let body = format!("{}={}", d.letters(WORDISH, 178), d.hex(8).to_ascii_uppercase());
        token(&["ATA", "TT3x", "FfGF0"], &body)
    }),
    shape("linear", "LINEAR_API_KEY", |d| token(&["lin", "_api_"], &d.base62(40))),
    shape("notion", "NOTION_TOKEN", |d| {
        let body = format!("{}{}", d.digits(11), d.base62(35));
        token(&["nt", "n_"], &body)
    }),
    shape("figma", "FIGMA_TOKEN", |d| token(&["fig", "d_"], &d.base62(40))),
    shape("age", "AGE_KEY", |d| token(&["AGE-SEC", "RET-KEY-1"], &d.letters(BECH32, 58))),
    shape("databricks", "DATABRICKS_TOKEN", |d| token(&["da", "pi"], &d.hex(32))),
    shape("newrelic", "NEW_RELIC_API_KEY", |d| token(&["NR", "AK-"], &d.letters(UPPER32, 27))),
    shape("grafana", "GRAFANA_TOKEN", |d| {
        let body = format!("{}_{}", d.base62(32), d.hex(8));
        token(&["gl", "sa_"], &body)
    }),
    shape("sentry", "SENTRY_AUTH_TOKEN", |d| token(&["sntr", "yu_"], &d.hex(64))),
    shape("postman", "POSTMAN_API_KEY", |d| {
        let body = format!("{}-{}", d.hex(24), d.hex(34));
        token(&["PM", "AK-"], &body)
    }),
    shape("doppler", "DOPPLER_TOKEN", |d| token(&["dp.", "pt."], &d.base62(43))),
    shape("planetscale", "PLANETSCALE_TOKEN", |d| token(&["pscale", "_tkn_"], &d.base62(43))),
    shape("supabase", "SUPABASE_ACCESS_TOKEN", |d| token(&["sb", "p_"], &d.hex(40))),
];

fn aws_file(d: &mut Dice) -> Value {
    let id = format!("{}{}{}", "AK", "IA", d.letters(UPPER32, 16));
    let secret = d.base64(40);
    let text =
        format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\nregion = eu-central-1\n");
    Value { text, needles: vec![id, secret] }
}

fn service_account(d: &mut Dice) -> Value {
    let key = pem("", d);
    let (id, project) = (d.hex(40), d.hex(6));
    let text = format!(
        "{{\n  \"type\": \"service_account\",\n  \"project_id\": \"app-{project}\",\n  \"private_key_id\": \"{id}\",\n  \"private_key\": \"{}\",\n  \"client_email\": \"ci@app-{project}.iam.gserviceaccount.com\"\n}}",
        key.text.replace('\n', "\\n")
    );
    Value { text, needles: key.needles }
}

fn jwt(d: &mut Dice) -> Value {
    let head = base64_url(br#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = base64_url(format!(r#"{{"sub":"{}","iat":17{},"scope":"admin"}}"#, d.uuid(), d.digits(8)).as_bytes());
    let signature = d.letters(WORDISH, 43);
    Value { text: format!("{head}.{claims}.{signature}"), needles: vec![claims, signature] }
}

fn pem(label: &str, d: &mut Dice) -> Value {
    let lines: Vec<String> = (0..12).map(|_| d.base64(64)).collect();
    let (begin, end) = (["-----BE", "GIN "].concat(), ["-----E", "ND "].concat());
    let kind = ["PRIVATE", " KEY-----"].concat();
    let text = format!("{begin}{label}{kind}\n{}\n{end}{label}{kind}\n", lines.join("\n"));
    Value { text, needles: lines }
}

fn database(scheme: &str, d: &mut Dice) -> Value {
    let secret = d.base62(20);
    hidden(format!("{scheme}://app_rw:{secret}@db-{}.internal.test:5432/orders", d.hex(4)), secret)
}

fn dotenv(d: &mut Dice) -> Value {
    let (first, second, third) = (password(d), d.base62(40), database("postgres", d));
    let text = format!(
        "NODE_ENV=production\nDB_PASSWORD={first}\nJWT_SECRET={second}\nDATABASE_URL={}\nPORT=8080\n",
        third.text
    );
    let mut needles = vec![first, second];
    needles.extend(third.needles);
    Value { text, needles }
}

fn kubeconfig(d: &mut Dice) -> Value {
    let (key, token) = (base64(pem("RSA ", d).text.as_bytes()), d.base62(60));
    let text = format!(
        "apiVersion: v1\nkind: Config\nclusters:\n- name: prod\n  cluster:\n    server: https://k8s.{}.test:6443\nusers:\n- name: admin\n  user:\n    client-key-data: {key}\n    token: {token}\n",
        d.hex(5)
    );
    Value { text, needles: vec![key, token] }
}
