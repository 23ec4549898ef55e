//! What people tell an assistant by hand, told by what was said before it.

use scrubber::{Place, Policy, RawLine, Scratch, Source, SourceKind};
use serde_json::{Value, json};

use crate::support::{Everywhere, Result, only, parts};

/// The turns of a conversation, a person's first, as they leave.
fn scrubbed(session: &str, turns: &[&str]) -> Result<Vec<String>> {
    let (policy, mut scratch) = (Policy::new(parts()?), Scratch::default());
    turns.iter().enumerate().map(|(at, text)| turn(&policy, &mut scratch, session, at, text)).collect()
}

fn turn(policy: &Policy, scratch: &mut Scratch, session: &str, at: usize, text: &str) -> Result<String> {
    said(policy, scratch, session, at, text, if at.is_multiple_of(2) { "prompt" } else { "assistant" })
}

/// One record of a conversation, as it leaves.
fn said(policy: &Policy, scratch: &mut Scratch, session: &str, at: usize, text: &str, role: &str) -> Result<String> {
    let record = if role == "queued" {
        json!({ "type": "queue-operation", "operation": "enqueue", "timestamp": "2026-01-01T00:00:00.000Z", "sessionId": session,
            "content": text })
    } else if role == "prompt" {
        json!({ "type": "user", "uuid": format!("u{at}"), "sessionId": session, "cwd": "/w",
            "message": { "role": "user", "content": text } })
    } else {
        json!({ "type": "assistant", "uuid": format!("u{at}"), "sessionId": session, "cwd": "/w",
            "message": { "role": "assistant", "content": [{ "type": "text", "text": text }] } })
    };
    let line = record.to_string();
    let raw = RawLine::new(line.as_bytes(), Place { offset: 0, length: line.len() as u64 });
    let mut source = Source { kind: SourceKind::Transcript, session: session.to_owned(), cwd: None };
    let mut out = policy.events();
    policy.scrub(&raw, &mut source, &mut Everywhere, 0, scratch, &mut out);
    Ok(only(&out)?.pointer("/text/0/body").and_then(Value::as_str).unwrap_or_default().to_owned())
}

/// Conversations, turns parted by `|`, whose value `{}` is left in some turn.
fn left(talks: &[&str], value: &str) -> Result<Vec<String>> {
    let mut left = Vec::new();
    for talk in talks {
        let turns: Vec<String> = talk.split('|').map(|turn| turn.replace("{}", value)).collect();
        let turns: Vec<&str> = turns.iter().map(String::as_str).collect();
        let bodies = scrubbed("s", &turns)?;
        left.extend(bodies.into_iter().filter(|body| body.contains(value)));
    }
    Ok(left)
}

/// Conversations of which some turn leaves otherwise than it was said.
fn changed(talks: &[&str]) -> Result<Vec<String>> {
    let mut changed = Vec::new();
    for talk in talks {
        let turns: Vec<&str> = talk.split('|').collect();
        let bodies = scrubbed("s", &turns)?;
        changed.extend(bodies.into_iter().zip(turns).filter(|(body, turn)| body != turn).map(|(body, _)| body));
    }
    Ok(changed)
}

#[test]
fn the_answer_to_a_question_for_a_password_is_one() -> Result {
    let talks = [
        "deploy it|Which password should I use for the box?|{}",
        "deploy it|Please give me the registry user and password.|ci-push\n{}",
        "conecta|¿Cuál es la contraseña del registro?|{}",
        "连接数据库|密码是什么？|{}",
        "connect|What is the password for `app_rw`?|its {}",
    ];
    for value in [["Copper", "2019%"].concat(), ["mia", "9178"].concat()] {
        assert_eq!(left(&talks, &value)?, Vec::<String>::new());
    }
    let codes = ["publish it|Give me the next code.|{}", "unlock it|What is the PIN?|{}"];
    assert_eq!(left(&codes, "482913")?, Vec::<String>::new());
    let phrase = ["copper harbor", " violin maple"].concat();
    assert_eq!(left(&["unlock it|I need the passphrase of the key. What is it?|{}"], &phrase)?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_password_is_put_right_in_the_next_prompt() -> Result {
    let talks = [
        "login is admin, pw wrong|Denied.|sorry, capital S at the start: {}",
        "the password does not work|It is denied.|no, the second one has a dot: {}",
        "das passwort geht nicht|Abgelehnt.|sorry, mit großem S: {}",
    ];
    assert_eq!(left(&talks, &["Marbl.", "RIV78%"].concat())?, Vec::<String>::new());
    Ok(())
}

#[test]
fn accounts_and_passwords_stand_below_what_announces_them() -> Result {
    let talks = [
        "here are the creds:\nadmin\n{}|I will use admin with {}.",
        "hier die zugangsdaten:\nadmin\n{}",
        "voici les accès :\nadmin\n{}",
        "segue o acesso:\nadmin\n{}",
        "вот доступы:\nadmin\n{}",
        "账号密码如下：\nadmin\n{}",
        "ログイン情報です：\nadmin\n{}",
        "बैठक लॉगिन डिटेल:\nadmin\n{}",
        "root password below, dont paste it in the ticket\n\n{}",
        "[09:14] raj: whats the vpn password again\n[09:15] mel: {}\n[09:15] raj: ty",
    ];
    for value in [["Winte.", "BER63="].concat(), ["zaytun", "50491"].concat()] {
        assert_eq!(left(&talks, &value)?, Vec::<String>::new());
    }
    Ok(())
}

#[test]
fn letters_alone_are_a_password_below_an_account_and_not_where_they_speak_of_one() -> Result {
    let value = ["falcon", "biscuit"].concat();
    assert_eq!(left(&["the box\nuser anna\npass {}"], &value)?, Vec::<String>::new());
    let talks = ["the box\nuser anna\npass validation", "the form\npass {}", "the password is everywhere"];
    assert_eq!(
        changed(&talks.map(|talk| talk.replace("{}", "falconbiscuit")).each_ref().map(String::as_str))?,
        Vec::<String>::new()
    );
    Ok(())
}

#[test]
fn sentences_of_many_languages_tell_what_no_text_could() -> Result {
    let talks = [
        "the test account's password? currently {} i think",
        "old password {}, new one follows",
        "ssid Shed-IoT key {}",
        "ich hab das passwort auf {} geändert",
        "cambié la contraseña a {}",
        "şifreyi {} olarak değiştirdim",
        "пароль от сервера {} перезапусти nginx",
        "поменял пароль на {}",
        "login met beheer/{} op acc.example",
        "账号admin/{}，地址 test.example",
        "db pw is wrong, no wait, its {}",
        "try {} as the password",
    ];
    assert_eq!(left(&talks, &["Perro-", "Luna18"].concat())?, Vec::<String>::new());
    let numbers = ["пин код {}", "暗証番号は{}です", "die pin ist {} und mehr", "the pin of the panel {}"];
    assert_eq!(left(&numbers, "4661")?, Vec::<String>::new());
    let codes =
        ["got a text: {} is your verification code", "o código que chegou foi {}", "인증번호 {}", "код из смс {}"];
    assert_eq!(left(&codes, "913165")?, Vec::<String>::new());
    Ok(())
}

#[test]
fn talk_of_passwords_tells_none() -> Result {
    let talks = [
        "the password field is too long on mobile, file is LoginForm.tsx|I set a max width in LoginForm.tsx.|thanks",
        "use bcrypt-2b-12 not argon2id-v19 for passwords|Which password policy should I use?|the one from docs/adr/0007-auth.md",
        "my password is not accepted since the update|What does the log say?|ORA-01017: invalid username/password",
        "it's Keycloak 24.0.3 now, was 22.0.5, the password policy moved|Which branch?|feature/pw-strength-meter",
        "branch fix/login-loop fails|What is the error code?|ERR_AUTH_017",
        "the login page is /auth/login|Do you need a password there?|no, skip it",
        "das passwort wird verschlüsselt gespeichert mit bcrypt-12|Welches Passwort?|keins, egal",
        "пароль слишком короткий, смотри PasswordRule.java|Какой пароль?|из PasswordRule.java",
        "the pin header GPIO17 is on pin 11, the code says pin 17|Which pin?|GPIO17",
        "password is empty in the test fixture, key is null|Then the factory is wrong.|ok",
        "pass the list index to quickfix functions|Done.|ok",
        "login to these hosts\nweb01\nweb02\nweb03|Done.|ok",
        "error code 190001 on kiosk-berlin-02|What is the code for?|see commit 9f3c2ab",
        "passphrase prompt comes up every time even with ssh-agent|Add AddKeysToAgent yes.|ok",
    ];
    assert_eq!(changed(&talks)?, Vec::<String>::new());
    Ok(())
}

#[test]
fn what_one_session_was_asked_another_does_not_answer() -> Result {
    let (policy, mut scratch) = (Policy::new(parts()?), Scratch::default());
    turn(&policy, &mut scratch, "one", 1, "What is the PIN?")?;
    assert_eq!(turn(&policy, &mut scratch, "two", 2, "482913")?, "482913");
    assert_ne!(turn(&policy, &mut scratch, "one", 2, "482913")?, "482913");
    assert_eq!(turn(&policy, &mut scratch, "one", 4, "482914")?, "482914", "a question is answered once");
    Ok(())
}

#[test]
fn a_queued_answer_is_one_when_its_turn_has_come() -> Result {
    let (policy, mut scratch) = (Policy::new(parts()?), Scratch::default());
    let mut say = |at, role, text| said(&policy, &mut scratch, "s", at, text, role);
    say(1, "assistant", "What is the PIN?")?;
    say(2, "prompt", "<command-name>/model</command-name>")?;
    assert_ne!(say(3, "queued", "482913")?, "482913");
    say(4, "assistant", "Done with the tests.")?;
    assert_ne!(say(5, "prompt", "482913")?, "482913");
    say(6, "assistant", "Done.")?;
    assert_eq!(say(7, "prompt", "482914")?, "482914");
    Ok(())
}

#[test]
fn numbers_and_names_answer_other_questions_beside_a_password() -> Result {
    let talks = [
        "add it|I changed the code. Which port should it listen on?|8080",
        "what fails|What is the error code?|190001",
        "add it|I added the password reset endpoint. Which port should the server use?|8080",
        "add it|I added the password form. Which component is next?|sidebarpanel",
        "cache|Which key should the cache use?|tenant42",
        "pin the port to 8080|Done.|pin it at 48213",
        "change the password in staging02|Done.|no, use postgres16",
        "the otp ttl is 30000|Ok.|the code was 120000 lines before",
        "the color code is 336699|Ok.|now deploy to kiosk03",
        "the password is in .env|Ok, read it.|then deploy to kiosk03",
    ];
    assert_eq!(changed(&talks)?, Vec::<String>::new());
    Ok(())
}

#[test]
fn places_behind_escapes_are_those_of_the_prompt() -> Result {
    let value = ["Winte.", "BER63="].concat();
    let bodies = scrubbed("s", &[&format!("\"a\\b\u{1}é😀\" here are the creds:\nadmin\n{value}\nthanks")])?;
    let body = bodies.first().map(String::as_str).unwrap_or_default();
    assert!(body.starts_with("\"a\\b\u{1}é😀\" here are the creds:\nadmin\n[password:"), "{body}");
    assert!(body.ends_with("]\nthanks"), "{body}");
    Ok(())
}
