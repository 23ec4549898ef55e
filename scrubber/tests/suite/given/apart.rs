//! Secrets that stand apart from what names them: below headings, in tables, in later sentences, behind shortened names.

use super::{missed, taken, tokens};

/// What a person makes up, and what a machine does.
fn striking() -> [String; 2] {
    [["Tiger#", "36172"].concat(), ["fwcepY", "yNGfB53k"].concat()]
}

#[test]
fn passwords_stand_below_and_behind_what_names_them() {
    let places = [
        "Database password\n=================\n\n\u{b6}\n",
        "Root password\n-------------\n\u{b6}\n",
        "||User||Password||\n|ann|\u{b6}|\n",
        "|| Host || User || Password ||\n| db1 | ann | {{\u{b6}}} |\n| db2 | bob | x |\n",
        "the old password was S0mmer#1987 but we changed it to \u{b6} yesterday",
        "the password was S0mmer#1987 until we reset it to \u{b6} on Monday",
        " $ user: chr \"ann\"\n $ ftp_pw: chr \"\u{b6}\"",
        "the db password (\u{b6}) does not work anymore",
        "Please use the following password to proceed to installation:\n\n\u{b6}\n\nIt is also kept here",
        "Password for the elastic user (reset with `bin/elasticsearch-reset-password -u elastic`):\n  \u{b6}\n",
        "New value for the [elastic] user: \u{b6}",
        "etcdctl user add root:\u{b6}",
        "neo4j-admin dbms set-initial-password \u{b6}",
        "salt '*' shadow.set_password root '\u{b6}'",
        "Set-ItemProperty -Path $p -Name DefaultPassword -Value \"\u{b6}\"",
        "echo \u{b6} | p4 login",
        "socks5 10.0.0.1 1080 ann \u{b6}",
        "useradd -m -p \"$(openssl passwd -6 '\u{b6}')\" deploy",
        "{\"name\":\"app\",\"db_password\":{\"string\":\"\u{b6}\"},\"port\":{\"int\":3}}",
        "ssm.StringParameter(this, 'P', { parameterName: '/app/db_password', stringValue: '\u{b6}' });",
        "netlify env:set DB_PASSWORD \u{b6}",
        "  l_password CONSTANT VARCHAR2(64) := '\u{b6}';",
        "<stringProp name=\"Argument.name\">password</stringProp>\n<stringProp name=\"Argument.value\">\u{b6}</stringProp>",
        "AUTH = (\"deploy\", \"\u{b6}\")",
        "CREDS = ('deploy', '\u{b6}')",
        "{\"Name\": \"/prod/db/conn\", \"Type\": \"SecureString\", \"Value\": \"\u{b6}\"}",
    ];
    assert_eq!(missed(&places, &striking()), Vec::<String>::new());
    let places = ["Replaces the hard-coded ldap_bind_password (`\u{b6}`) with a lookup."];
    assert_eq!(missed(&places, &striking()), Vec::<String>::new());
    // It reads like a product of variables.
    let product = [["wYUT*HU", "i*kam"].concat()];
    assert_eq!(missed(&["DB_PASSWORD=\u{b6}", "password: \u{b6}\n"], &product), Vec::<String>::new());
    let words = [["harbor-walnut", "-copper-falcon"].concat()];
    assert_eq!(missed(&["jarsigner -storepass \u{b6} app.jar release"], &words), Vec::<String>::new());
    assert_eq!(
        missed(&["my deploy_token is `\u{b6}` can you try it?"], &[["7hk7wX", "zACk"].concat()]),
        Vec::<String>::new()
    );
    let places = [
        "SMTP_CREDS=ann:\u{b6}",
        "\"mailer_creds\": \"postmaster:\u{b6}\"",
        "-Drepo.creds=ann:\u{b6}",
        "echo '\u{b6}' | vercel env add MASTER_KEY",
        "printf '%s' \u{b6} | netlify env add JWT",
        "echo \u{b6} | vercel env add db_password production",
    ];
    assert_eq!(missed(&places, &[["harborwal", "nut77"].concat(), "Open1987".into()]), Vec::<String>::new());
    let places = ["echo \u{b6} | vercel env add STRIPE_KEY production"];
    assert_eq!(missed(&places, &[["f0d4297c23312b6f", "5c4e7610006e3d98"].concat()]), Vec::<String>::new());
    let owned = [["Harbor", "5239!"].concat()];
    assert_eq!(missed(&["svcAcctCred: \"\u{b6}\"", "svc_acct_cred = \"\u{b6}\""], &owned), Vec::<String>::new());
}

#[test]
fn tokens_stand_behind_shortened_names_and_descriptions() {
    let places = [
        "CLIENT_SEC = '\u{b6}'",
        "oauth_cs = \"\u{b6}\"",
        "BOT_TOK=\u{b6}",
        "{'user': 'app', 'tkn': '\u{b6}'}",
        "client_sec: Some(\n    \"\u{b6}\",\n),",
        "{\"name\":\"app\",\"oauth_cs\":{\"string\":\"\u{b6}\"}}",
        "reads the client_secret (`\u{b6}`) from there",
        "page.getByPlaceholder(\"Enter API key\").fill(\"\u{b6}\");",
        "driver.find_element(By.CSS_SELECTOR, \"input[placeholder='API key']\").send_keys(\"\u{b6}\")",
        "- name: X-Api-Key\n  in: header\n  schema:\n    type: string\n    default: \u{b6}\n",
    ];
    assert_eq!(missed(&places, &tokens()), Vec::<String>::new());
    let cookie = [["DOONoZpvvoSSJI", "Wxakn2qxYu4"].concat()];
    assert_eq!(missed(&["SESS=\u{b6}", "csrf: \"\u{b6}\""], &cookie), Vec::<String>::new());
}

#[test]
fn what_only_looks_so_is_left_alone() {
    let fine = [
        "Forgot password\n===============\n\nreset-flow\n",
        "Password\n--------\nrequired\n",
        "||Setting||Value||\n|password|required|\n",
        "||User||Password||\n|ann|see 1Password|\n|bob|unknown|\n",
        "the password is required but we changed the host to db-prod-17 yesterday",
        "||User||Password||\n|ann|{{ .Values.db.password }}|\n",
        "set the db_password (`DB_PASSWORD`) and the access_token (`--access-token`) first",
        "echo -n 'claude-sonnet-4-5' | vercel env add MODEL production",
        "echo -n 'enable-new-checkout' | vercel env add FEATURE_FLAG_KEY production",
        "hash the password (bcrypt) and the token (sha256) first",
        "The last commit on password reset:\n\n9f86d081884c7d659a2feaa0c55ad015\n",
        "The ID Token (a JWS signed JWT or JWE encrypted JWT)",
        "The password (16 characters or more) and the secret (base64) are made by Terraform",
        "These fields tell the password rules:\n\nmin_length\n",
        "The password of each user is hashed as follows:\n\nargon2id\n",
        "New-ItemProperty -Path $p -Name PasswordHistory -Value 24",
        "etcdctl user add root --no-password",
        "socks5 10.0.0.1 1080",
        "openssl passwd -6 -stdin",
        "jarsigner -verify app.jar",
        "{\"name\":\"password\",\"type\":{\"string\":\"required\"}}",
        "let tok = lexer.next();\nlet sec = 30;",
        "client_section = \"Account settings\"",
        "peer_cred = socket.peer_cred()?;",
        "page.getByPlaceholder(\"Enter API key\").fill(process.env.API_KEY);",
        "- name: X-Request-Id\n  in: header\n  example: 7f3c1a52-9f0e-4a53-8f2d-2b1f0d9c7e55\n",
        "- name: token\n  in: query\n  required: true\n  example: next-page\n",
        "csrf: true\nsess = session.get(id)",
    ];
    assert_eq!(taken(&fine), Vec::<String>::new());
}
