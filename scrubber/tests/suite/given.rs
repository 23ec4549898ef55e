//! Secrets that commands, calls, comparisons, files and literals of many languages are given, and what only looks so.
//!
//! Each text is tried as it stands and within one and two layers of JSON strings.

mod apart;
mod joined;
mod made;
mod settings;
mod signs;
mod tools;

use crate::support::{engine, escaped, rest};

/// Passwords as people make them up, and one of a machine.
fn passwords() -> [String; 4] {
    [
        ["Tiger", "361"].concat(),
        ["coffee-", "Velvet-484"].concat(),
        ["y1a2", "rogubx4"].concat(),
        ["fwcepY", "yNGfB53k"].concat(),
    ]
}

/// Tokens without a form of their own.
fn tokens() -> [String; 2] {
    [["22974ef37b80f59e", "6d964a173f27da91"].concat(), ["DOONoZpvvoSSJI", "Wxakn2qxYu4"].concat()]
}

/// Texts that still show the value in place of `¶` once what is found is left out.
fn missed(places: &[&str], values: &[String]) -> Vec<String> {
    let engine = engine();
    let mut missed = Vec::new();
    for place in places {
        for value in values {
            let text = format!("first line\n{}\nlast line", place.replace('\u{b6}', value));
            for layers in 0..3 {
                let left = rest(engine, &escaped(&text, layers));
                if left.contains(value.as_str()) {
                    missed.push(format!("{layers}: {left}"));
                }
            }
        }
    }
    missed
}

/// What is found in texts that hold no secret.
fn taken(texts: &[&str]) -> Vec<String> {
    let engine = engine();
    let texts = texts
        .iter()
        .flat_map(|text| (0..3).map(move |layers| escaped(&format!("first line\n{text}\nlast line"), layers)));
    texts.filter_map(|text| Some(rest(engine, &text)).filter(|left| *left != text)).collect()
}

#[test]
fn calls_are_given_an_account_and_its_password() {
    let places = [
        ".setBasicAuth(\"ann\", \"\u{b6}\")",
        "new BasicCredentials(\"ann\", \"\u{b6}\")",
        ".basicAuthentication(\"ann\", \"\u{b6}\")",
        "client.username_pw_set(\"ann\", \"\u{b6}\")",
        ".withUsernamePassword(\"ann\", \"\u{b6}\")",
        "new BasicAWSCredentials(\"ann\", \"\u{b6}\")",
        "AwsBasicCredentials.create(\"ann\", \"\u{b6}\")",
        ".withAuthCredentials(\"ann\", \"\u{b6}\")",
        ".withCredentials(\"ann\",\"\u{b6}\")",
        ".WithCredentials(\"ann\", \"\u{b6}\")",
        ".setCredentials(\"ann\", \"\u{b6}\")",
        "options.SetCredentials(\"ann\", \"\u{b6}\")",
        "set_credentials(\"ann\", \"\u{b6}\")",
        "builder.credentials(\"ann\", \"\u{b6}\")",
        ".credential(\"ann\", \"\u{b6}\")",
        "Credentials.of(\"ann\", \"\u{b6}\")",
        "MongoCredential.createCredential(\"ann\", \"admin\", \"\u{b6}\".toCharArray())",
        "new StaticCredentialsProvider(\"ann\", \"\u{b6}\")",
        "$client->setAuth(\"ann\", \"\u{b6}\");",
        "authorizer.add_user(\"ann\", \"\u{b6}\", \"/srv\")",
        "'auth' => ['ann', '\u{b6}'],",
        "hackney: [basic_auth: {\"ann\", \"\u{b6}\"}]",
        "http.basic_auth \"ann\", \"\u{b6}\"",
        "req.basic_auth 'ann', '\u{b6}'",
        "curl_setopt($ch, CURLOPT_USERPWD, \"ann:\u{b6}\");",
        "curl_setopt($ch, CURLOPT_PROXYUSERPWD, \"ann:\u{b6}\");",
        "btoa(\"ann:\u{b6}\")",
        "Buffer.from(\"ann:\u{b6}\").toString(\"base64\")",
        "base64.b64encode(b\"ann:\u{b6}\")",
        "Base64.strict_encode64(\"ann:\u{b6}\")",
        "Base64.encode64(\"ann:\u{b6}\")",
        "base64_encode(\"ann:\u{b6}\")",
        "Encoding.UTF8.GetBytes(\"ann:\u{b6}\")",
        "base64.StdEncoding.EncodeToString([]byte(\"ann:\u{b6}\"))",
        "Base64.encode(\"ann:\u{b6}\")",
        "[Net.NetworkCredential]::new('ann','\u{b6}')",
        "my $dbh = DBI->connect(\"dbi:Pg:dbname=app\", \"app\", \"\u{b6}\");",
        "SecretValue.unsafePlainText('\u{b6}')",
        "postgresql_password('app', '\u{b6}')",
        "mysql_password('\u{b6}')",
        "'password' => bcrypt('\u{b6}'),",
        "password { \"\u{b6}\" }\n    password_confirmation { \"\u{b6}\" }",
        "ldap_default_authtok = \u{b6}",
        "ann:{PLAIN}\u{b6}:1000:1000::/home/ann",
    ];
    assert_eq!(missed(&places, &passwords()), Vec::<String>::new());
}

#[test]
fn commands_are_given_passwords() {
    let places = [
        "rclone obscure \u{b6}",
        "poetry config http-basic.acme ann \u{b6}",
        "composer config http-basic.repo.acme.test ann \u{b6}",
        "ansible-vault encrypt_string '\u{b6}' --name 'db'",
        "ansible-vault encrypt_string --vault-id dev@prompt '\u{b6}'",
        "pulumi config set dbPassword \u{b6} --secret",
        "aws ssm put-parameter --name /db/x --type SecureString --value \u{b6}",
        "az keyvault secret set --vault-name v --name db --value \u{b6}",
        "dotnet user-secrets set \"Db:Pw\" \"\u{b6}\"",
        "New-LocalUser ann -Password (ConvertTo-SecureString \u{b6} -AsPlainText -Force)",
        "grafana-cli admin reset-admin-password \u{b6}",
        "adb shell input text \u{b6} # password",
        "mc config host add s3 https://s3.acme.test ann \u{b6}",
        "cf auth ann \u{b6}",
        "az sql server create -u ann -p \u{b6} -n s",
        "ldappasswd -s \u{b6} uid=ann",
        "ldappasswd -a \u{b6} uid=ann",
        "ldappasswd -w \u{b6} uid=ann",
        "hydra -l ann -p \u{b6} ssh://h",
        "nxc smb h -u ann -p \u{b6}",
        "yt-dlp -u ann -p \u{b6} https://x",
        "youtube-dl -u ann -p \u{b6} https://x",
        "knife bootstrap h -U ann -P \u{b6}",
        "influx setup -u ann -p \u{b6} -o o",
        "poetry publish -u ann -p \u{b6}",
        "supabase link --project-ref x -p \u{b6}",
        "acmectl login -u ann -p \u{b6}",
        "acmectl login --username ann -p \u{b6}",
        "bundle config gems.acme.test ann:\u{b6}",
        "{\"command\": \"bundle config gems.acme.test ann:\u{b6}\", \"n\": 1}",
        "radtest ann \u{b6} 127.0.0.1 0 $SECRET",
        "radtest ann $PASS 127.0.0.1 0 \u{b6}",
        "cache_peer p.acme.test parent 3128 0 login=ann:\u{b6}",
        "ann : EAP \"\u{b6}\"",
        "ann : XAUTH \"\u{b6}\"",
        "sentinel auth-pass mymaster \u{b6}",
        "user app on >\u{b6} ~* +@all",
        "security import a.p12 -P \u{b6} -k build.keychain",
        "net user ann \u{b6}",
        "echo -n \"ann:\u{b6}\" | base64",
        "printf 'ann:\u{b6}' | base64 -w0",
        "ansible-vault view a.yml --vault-password-file <(echo \u{b6})",
        "app --password-file=<(echo \"\u{b6}\")",
        "app --password-file <(printf '%s' '\u{b6}')",
        "app --pass-file <(echo \u{b6})",
        "app --pass-file=<(echo \u{b6})",
        "vncviewer -passwd <(echo \u{b6} | vncpasswd -f) h",
        "app --token-file <(echo \u{b6})",
        "app --secret-file <(echo \u{b6})",
        "restic -r r --password-command 'echo \u{b6}' backup",
        "echo \u{b6} > .password",
        "echo '\u{b6}' > /run/secrets/db_password",
        "echo -n \u{b6} > secrets/token",
        "echo \"\u{b6}\" > password.txt",
        "echo \"\u{b6}\" >> .secret",
        "printf '%s' '\u{b6}' > token.txt",
        "echo \"\u{b6}\" | tee /etc/app/password",
        "echo \u{b6} > DB_PASSWORD",
        "echo \u{b6} > API_TOKEN",
        "echo \u{b6} > APP_SECRET",
        "echo \u{b6} > app-credential",
        "su - ann <<< \u{b6}",
        "gpg --passphrase-fd 0 -d a.gpg <<< \u{b6}",
        "app --passphrase-fd 0 <<< \u{b6}",
        "lpass login ann <<< \u{b6}",
        "keyring set svc ann <<< \u{b6}",
        "secret-tool store --label=x a b <<< \u{b6}",
        "borg init -e repokey r <<< \u{b6}",
        "app --password-stdin <<< \"\u{b6}\"",
        "app --with-token <<< \u{b6}",
        "glab auth login --stdin <<< \u{b6}",
        "sfdx auth:accesstoken:store <<< \u{b6}",
        "docker login -u ann --password-stdin r <<EOF\n\u{b6}\nEOF",
        "read -r PASSWORD <<< \"\u{b6}\"",
        "create user ann identified by \u{b6};",
        "app --token \u{b6}",
    ];
    assert_eq!(missed(&places, &passwords()), Vec::<String>::new());
}

#[test]
fn commands_are_given_tokens() {
    let places = [
        "cargo login --registry acme \u{b6}",
        "flyctl deploy -t \u{b6}",
        "fly deploy -t \u{b6}",
        "vercel deploy -t \u{b6}",
        "gitlab-runner register -r \u{b6}",
        "hatch publish -a \u{b6}",
        "influx query -t \u{b6} 'x'",
        "civo apikey save x \u{b6}",
        "vagrant login -t \u{b6}",
        "codacy-coverage-reporter report -t \u{b6}",
    ];
    assert_eq!(missed(&places, &tokens()), Vec::<String>::new());
}

#[test]
fn literals_and_comparisons_hold_passwords() {
    let places = [
        "my $password = q(\u{b6});",
        "my $password = q{\u{b6}};",
        "my $password = q[\u{b6}];",
        "my $password = q|\u{b6}|;",
        "my $password = qq{\u{b6}};",
        "password = %q(\u{b6})",
        "password = %Q{\u{b6}}",
        "password = %(\u{b6})",
        "password = %qq(\u{b6})",
        "passwords = %w[ann \u{b6}]",
        "assert '\u{b6}' == user.password",
        "if \"\u{b6}\" === user.password",
        "if \"\u{b6}\" !== user.password",
        "if \"\u{b6}\" != user.password",
        "assertEquals(\"\u{b6}\", user.getPassword());",
        "assertSame(\"\u{b6}\", user.password)",
        "expectPassword(\"\u{b6}\", user.password)",
        "verifyThat(\"\u{b6}\", user.password)",
        "check(\"\u{b6}\", user.password)",
        "shouldMatch(\"\u{b6}\", user.password)",
        "\"\u{b6}\".equals(password)",
        "MOVE '\u{b6}' TO WS-PASSWORD.",
        "enters \"\u{b6}\" in the \"password\" field",
        "types \"\u{b6}\" into the \"password\" field",
        "types \"\u{b6}\" into \"password\"",
        "assert.equal(cfg.password, '\u{b6}')",
        "assert_eq!(cfg.password, \"\u{b6}\");",
        "equal(cfg.password, \"\u{b6}\")",
        "isSame(cfg.password, \"\u{b6}\")",
        "strcmp(password, \"\u{b6}\") == 0",
        "hmac.compare_digest(password, \"\u{b6}\")",
        "expect(cfg.password).toBe(\"\u{b6}\")",
        "expect(cfg.password).toEqual(\"\u{b6}\")",
        "expect(cfg.password).toStrictEqual(\"\u{b6}\")",
        "expect(cfg.password).toMatch(\"\u{b6}\")",
        "expect(cfg.password).toHaveValue(\"\u{b6}\")",
        "expect(cfg.password).to eq(\"\u{b6}\")",
        "expect(cfg.password).to eql(\"\u{b6}\")",
        "expect(cfg.password).to be(\"\u{b6}\")",
        "expect(cfg.password).to eq '\u{b6}'",
        "expect(cfg.password).to.equal(\"\u{b6}\")",
        "expect(cfg.password).to.eql(\"\u{b6}\")",
        "expect(cfg.password).to.eq(\"\u{b6}\")",
        "cfg.password.should eq(\"\u{b6}\")",
        "cfg.password.should.equal(\"\u{b6}\")",
        "cfg.password.shouldBe(\"\u{b6}\")",
        "cfg.Password.Should().Be(\"\u{b6}\")",
        "expected password to be \"\u{b6}\"",
        "assertThat(cfg.getPassword()).isEqualTo(\"\u{b6}\");",
        "$('#password').val('\u{b6}');",
        "document.getElementById('password').value = '\u{b6}';",
        "document.getElementById('password').value='\u{b6}';",
        "FindControl(\"password\").Text = \"\u{b6}\"",
        "fill_in 'Password', with: '\u{b6}'",
        "● password is loaded\n\n    Expected: \"\u{b6}\"\n    Received: \"x\"",
        "● password is loaded\n\n    Expected: \"x\"\n    Received: \"\u{b6}\"",
        "password differs\n  expected: '\u{b6}'\n    actual: 'x'",
        "password differs\n  expected: 'x'\n    actual: '\u{b6}'",
        "passphrase: got: \"\u{b6}\"",
        "secret differs\n  left: \"\u{b6}\"\n right: \"x\"",
        "token differs\n  left: \"x\"\n right: \"\u{b6}\"",
        "E   assert 'x' == '\u{b6}'\nE    +  where 'x' = cfg.password",
        "E   assert '\u{b6}' == 'x'\nE    +  where 'x' = cfg.password",
    ];
    assert_eq!(missed(&places, &passwords()), Vec::<String>::new());
}

#[test]
fn addresses_hold_passwords_that_should_have_been_encoded_and_headers_tokens_with_their_owner() {
    let base64 = ["wHWJzQ1KqBnux", "iskFgQSs/gB6xE", "+2SSEz/V/XA6gs2+8="].concat();
    let places = ["https://svc:\u{b6}@api.acme.test/x", "redis://:\u{b6}@cache.acme.test:6379/0"];
    assert_eq!(missed(&places, &[base64]), Vec::<String>::new());
    let hex = ["7bc3fca712", "816d661292", "004e511776", "0e7d74b1bd"].concat();
    assert_eq!(missed(&["X-Acme-Auth: \u{b6}\n"], &[format!("gmfn_{hex}")]), Vec::<String>::new());
}

#[test]
fn lines_go_on() {
    let places = [
        "app --password \\\n  \u{b6}",
        "app --user ann \\\n  --password \\\n    \u{b6} \\\n  --x",
        "aws ssm put-parameter \\\n --name /db/password \\\n --value \u{b6}",
    ];
    assert_eq!(missed(&places, &passwords()), Vec::<String>::new());
}

#[test]
fn a_sentence_says_plainly_what_the_password_is() {
    let plain = ["sunshine", "day"].concat();
    let places = [
        "the password is \u{b6}",
        "The password is \u{b6}.",
        "the root password is `\u{b6}`",
        "das Passwort lautet \u{b6}",
        "log in with admin / \u{b6}",
        "log in with admin/\u{b6}",
        "login with admin / \u{b6}",
        "login with root/\u{b6}",
        "log in as admin / \u{b6}",
        "log in as admin/\u{b6}",
        "credentials: admin / \u{b6}",
        "credentials: admin/\u{b6}",
        "creds: admin / \u{b6}",
        "creds: admin/\u{b6}",
        "passwd for root is \u{b6}",
        "the password for the test host is \u{b6}",
        "the password of the admin is \u{b6}",
        "the password on staging is \u{b6}",
    ];
    assert_eq!(missed(&places, &[plain]), Vec::<String>::new());
    for said in [
        "wrong",
        "required",
        "missing",
        "stored in the vault",
        "case sensitive",
        "hardcoded",
        "plaintext",
        "unacceptable",
        "anything",
        "overwritten",
        "irrelevant",
        "whatever",
        "in the keychain",
        "sunshine day",
    ] {
        let texts = [format!("the password is {said}."), format!("the password for the host is {said}")];
        assert_eq!(taken(&texts.each_ref().map(String::as_str)), Vec::<String>::new());
    }
    let alike = [
        "log in with admin / editor roles",
        "login with google/facebook",
        "login with github / snapchat",
        "creds: admin/editor",
    ];
    assert_eq!(taken(&alike), Vec::<String>::new());
}

#[test]
fn what_only_looks_given_stays() {
    let texts = [
        "builder.credentials(\"aws\", \"prod\")",
        "credentials(\"docker-hub\", \"registry\")",
        "withCredentials([usernamePassword(credentialsId: 'ci', passwordVariable: 'PASS', usernameVariable: 'USER')])",
        "xhr.withCredentials = true;",
        "client.setCredentials(user, password)",
        "auth=(\"user\", \"password\")",
        "requests.get(url, auth=(user, password))",
        "http://localhost:3000/users/@me",
        "https://registry.acme.test:8443/Npm2/Proxy7/@scope/pkg",
        "http://acme.test:PORT/Api2/V7/@me",
        "see https://acme.test/a:b/C3d4/@x",
        ".basic_auth(\"user\", Some(\"password\"))",
        "http.basic_auth user, pass",
        "add_user(\"ann\", \"editor\")",
        "add_user(\"ann\", \"ann@example.com\")",
        "btoa(\"hello world: 12345678\")",
        "btoa(\"http://localhost:8080\")",
        "Buffer.from(\"key:value\")",
        "Buffer.from(\"image/png:base64data\")",
        "base64.b64encode(b\"title:chapter one\")",
        "GetBytes(\"name:string\")",
        "echo -n \"hello\" | base64",
        "echo \"foo:bar\" | base64",
        "echo \"$USER:$PASS\" | base64",
        "rclone obscure --help",
        "rclone obscure $PASS",
        "poetry config http-basic.acme \"$USER\" \"$PASS\"",
        "poetry config virtualenvs.in-project true",
        "cargo login",
        "cargo login --registry acme",
        "ansible-vault encrypt_string --help",
        "ansible-vault encrypt a.yml",
        "pulumi config set region eu-west-1",
        "aws ssm put-parameter --name /app/level --type String --value debug1",
        "az keyvault secret show --name db",
        "dotnet user-secrets list",
        "dotnet user-secrets set \"Api:Url\" \"$URL\"",
        "bundle config set --local path vendor/bundle",
        "bundle config set without development test",
        "flyctl deploy -t web",
        "vercel -t preview",
        "influx -t mytoken",
        "login -u ann -p",
        "docker run -u root -p 8080:80 nginx",
        "ssh login -p 2222 -u root",
        "cat <(echo hello)",
        "diff <(echo a1b2c3) <(echo d4e5f6)",
        "comm <(sort a.txt) <(sort b.txt)",
        "app --password-file /run/secrets/db",
        "app --password-stdin < token.txt",
        "docker login --password-stdin registry.acme.test",
        "cat <<EOF\nhello world\nEOF",
        "kubectl apply -f - <<EOF\napiVersion: v1\nEOF",
        "read -r LINE <<< \"hello2\"",
        "grep foo <<< \"$PASSWORD\"",
        "echo \"build 12 done\" > build.txt",
        "echo \"step2\" > token_count.txt",
        "echo \"version1.2.3\" > tokens.md",
        "echo \"$TOKEN\" > token.txt",
        "echo \"user:x1337:1337:user\" > $dir/etc/passwd",
        "echo \"build 1234 is fine\" > token.txt",
        "echo \"not a secret\" > secret.txt",
        "my $x = q(hello world);",
        "my $sql = qq{SELECT id FROM users};",
        "password = %{name}",
        "password = %(name)s",
        "token = q(selector)",
        "%w[password token secret]",
        "assert user.password == other.password",
        "assert 'password' == field.name",
        "assert \"token\" in response",
        "assert token == expected_token2",
        "assert_eq!(token.kind, \"ident1\");",
        "assertEquals(\"Bearer\", token.getType());",
        "assertEquals(\"password is too short\", error.getPassword());",
        "expect(screen.getByLabelText('Password')).toBeVisible()",
        "expect(password).toBe(expected)",
        "expect(token.type).toBe('string')",
        "expect(token).toEqual(\"<eos>\")",
        "Expected: \"password must have 8 characters\"\n    Received: \"password is too short\"",
        "● validates the password\n    Expected: 12\n    Received: 8",
        "● checks password\n    Expected: true\n    Received: false",
        "left: 10px; right: 20px; /* password */",
        "left: `Token2`, right: `Ident`",
        "thread 'parses_token' panicked\n  left: \"ident\"\n right: \"number\"",
        "CREATE USER ann IDENTIFIED BY :password;",
        "ALTER USER ann WITH PASSWORD NULL;",
        "identified by the id2 column",
        "usage: app --password\n         Prompts for it",
        "  --token\n      The token of the account",
        "--password \\\n  \"$PASSWORD\"",
        "app --password \\\n  --user ann",
        "aws ssm get-parameter --name /db/password \\\n  --with-decryption",
        "the PIN for the board is GPIO18",
        "PIN 12 of the header",
        "the code for the door opens at 2026",
        "error code 4821",
        "exit code: 4821",
        "door codec 4821",
        "the code for the parser is 4821 lines",
        "0 / 100000",
        "12 / 2026",
        "page 030 / 120",
        "01 / 12 / 2026",
        "progress: 0512 / 10000",
        "version 0.1 - 2026",
        "the password is stored",
        "the password for the user is hashed",
        "the password of the database is rotated",
        "the password on the form is required",
        "the token for the job is missing",
        "the key for the map is string",
        "the secret of success is hard work",
        "%APPDATA%\\npm\\node_modules",
        "%DB_PASSWORD%",
        "password=%DB_PASSWORD%;",
        "https://acme.test/?q=%C3%A4%20token",
        "%CD%\\build",
        "%COMPUTERNAME%",
        "app token 12345",
        "app --token my-app",
        "app --token version-2",
        "app --key user-1234",
        "--token test-token",
        "hash_password(\"ann\", \"editor\")",
        "check(password, \"required\")",
        "verify(token, \"HS256\")",
        "match(key, \"Escape\")",
        "checkPassword(password, \"strong\")",
        "equal(password, confirm)",
        "password match \" ok",
        "input text password2_field",
        "SetBasicAuth(username, password)",
        "ConvertTo-SecureString $plain -AsPlainText -Force",
        "ConvertTo-SecureString -String $env:PW -AsPlainText",
        "expect(tokens[0].value).toBe('foo1')",
        "expect(key).toBe('a1')",
        "expect(lexer.token).toEqual('identifier1')",
        "password <<< 3",
        "schemes are {PLAIN}, {CRYPT} and {SHA512-CRYPT}",
        "method EAP \"PEAP\"",
        "password { @user.password }",
        "bcrypt(password, 10)",
        "user ann on host",
        "ldap_default_authtok_type = password",
        "(password)",
        "password() == other()",
        "token(), \"next1\"",
        "if token == \"while1\":",
        "\"while\" == token",
        "x == password",
        "'a1' == key",
        "'id_12345678' == cache_key",
        "\"Enter1\" == event.key",
        "case 'ArrowLeft' === event.key",
        "'production2' !== config.environmentKey",
    ];
    assert_eq!(taken(&texts), Vec::<String>::new());
}
