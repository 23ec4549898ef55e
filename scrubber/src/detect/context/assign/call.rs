//! Calls that are given the value of a name: comparisons, constructors, setters, and what holds where there is no value.

use super::between::is_literal_next;
use super::{QUOTES, broad, skip, until};
use crate::detect::judge::{generic, striking};
use crate::detect::sets::lexicon::words;

/// How far a call and the literal that holds where there is no value may lie from its name.
const FALLBACK_MAX: usize = 160;

/// Words in the names of calls that hold two values against each other.
const COMPARING: &[&str] = &["assert", "equal", "expect", "check", "verify", "same", "match", "cmp", "compare"];

/// A literal before a name with which it is compared is no longer.
const BEFORE_MAX: usize = 96;

/// `password.equals("…")`, `expect(cfg.password).toBe("…")`: where the argument starts.
pub(super) fn compared(text: &[u8], start: usize, end: usize) -> Option<usize> {
    const CALLS: &[&str] = &[
        ".equals(",
        ".equalsIgnoreCase(",
        ".isEqualTo(",
        ".compareTo(",
        ".eql?(",
        ".toBe(",
        ".toEqual(",
        ".toStrictEqual(",
        ".toMatch(",
        ".toHaveValue(",
        ".to eq(",
        ".to eql(",
        ".to be(",
        ".to eq ",
        ".to.equal(",
        ".to.eql(",
        ".to.eq(",
        ".should eq(",
        ".should.equal(",
        ".shouldBe(",
        ".Should().Be(",
        " to be ",
        ".val(",
        ".value = ",
        ".value=",
        ".Text = ",
        ".Text := ",
        ".thenReturn(",
        ".willReturn(",
        ".mockReturnValue(",
        ".mockResolvedValue(",
        ".returns(",
        ".Returns(",
        ".and_return(",
        ".should eq ",
        ".should == ",
        " -eq ",
        " -ceq ",
        " IN (",
        " in (",
        ", with: ",
        ", { target: { value: ",
        ", {target: {value: ",
    ];
    let end = end + pattern(text, start, end);
    let end = skip(text, skip(text, end, QUOTES, 1) + call(text, end), b")", 2);
    let rest = text.get(end..)?;
    // `When I fill in "Password" with "…"`
    const WITH: &[u8] = b" with ";
    let filled = || {
        text.get(start.saturating_sub(24)..start)
            .is_some_and(|before| memchr::memmem::find(before, b"ill in ").is_some())
    };
    if rest.starts_with(WITH) && is_literal_next(text, end + WITH.len()) && filled() {
        return Some(end + WITH.len());
    }
    CALLS
        .iter()
        .find(|call| rest.starts_with(call.as_bytes()) && is_literal_next(text, end + call.len()))
        .map(|call| end + call.len())
}

/// Whether the name at `start` is the first argument of a call that compares: `assert_eq!(cfg.password, "…")`.
pub(super) fn is_asserted(text: &[u8], start: usize) -> bool {
    let before = text.get(start.saturating_sub(BEFORE_MAX)..start).unwrap_or_default();
    before.strip_suffix(b"(").is_some_and(compares)
}

/// `assert '…' == user.password`, `assertEquals("…", user.getPassword())`, `types "…" into the "password"`: the literal before the
/// name at `start`.
pub(super) fn compared_before(text: &[u8], start: usize) -> Option<(usize, usize)> {
    const SIGNS: &[&[u8]] = &[
        b" === ",
        b" !== ",
        b" == ",
        b" != ",
        b".equals(",
        b" TO ",
        b" in the \"",
        b" into the \"",
        b" into \"",
        b", forHTTPHeaderField: \"",
        b", forKey: \"",
        b" forHTTPHeaderField:@\"",
        b" forKey:@\"",
        b", ",
    ];
    let low = start.saturating_sub(BEFORE_MAX);
    let before = text.get(low..start)?;
    let before = read_by(before).unwrap_or(before);
    let sign = SIGNS.iter().find(|sign| before.ends_with(sign))?;
    let argument = *sign == b", ";
    let literal = before.get(..before.len() - sign.len())?;
    let (quote, inner) = literal.split_last().filter(|(quote, _)| QUOTES.contains(quote))?;
    let open = memchr::memrchr(*quote, inner)?;
    let first = || inner.get(..open).and_then(|head| head.strip_suffix(b"(")).is_some_and(compares);
    (!argument || first()).then_some((low + open + 1, low + inner.len()))
}

/// `SecretString::new("…")`: where the argument of the constructor of a type stands whose name starts at `start` and ends at `at`.
pub(super) fn constructed(text: &[u8], start: usize, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let call = ["::new(", "::from("].iter().find(|call| rest.starts_with(call.as_bytes()))?;
    let named = text.get(start).is_some_and(u8::is_ascii_uppercase);
    (named && is_literal_next(text, at + call.len())).then_some(at + call.len())
}

/// `env::var("DB_PASSWORD").unwrap_or("…")`: where the argument of a call starts that says what holds where the name has no value.
pub(super) fn fallback(text: &[u8], at: usize) -> Option<usize> {
    const CALLS: &[&str] = &[
        ".unwrap_or(",
        ".unwrap_or_else(|_| ",
        ".unwrap_or_else(|| ",
        ".or(",
        ".orElse(",
        ".or_else(",
        ".getOrElse(",
        ".OrElse(",
        ".fetch(",
        ".default(",
        "{ ",
        ".and_return(",
        "envDefault:",
        "default:",
    ];
    let at = text.get(at..)?.strip_prefix(b".ok()").map_or(at, |_| at + 5);
    let at = broad(text, at);
    let rest = text.get(at..)?;
    let call = CALLS.iter().find(|call| rest.starts_with(call.as_bytes()))?;
    is_literal_next(text, at + call.len()).then_some(at + call.len())
}

/// `z.string().default("…")`, `CharField(default="…")`: where the literal stands that an expression at `at` names as its default.
pub(super) fn default_within(text: &[u8], at: usize) -> Option<usize> {
    const NAMES: &[&str] = &[
        ".default(",
        "default=",
        "default = ",
        ".default_value(",
        ".catch(",
        "fallback=",
        "default: ",
        "defaultValue: ",
    ];
    let code = until(text, at, |byte| !(byte.is_ascii_alphanumeric() || b"_.".contains(&byte)));
    if code == at || text.get(code) != Some(&b'(') {
        return None;
    }
    let rest = text.get(code..text.len().min(code + FALLBACK_MAX))?;
    let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len()))?;
    let found = NAMES.iter().find_map(|name| Some(memchr::memmem::find(line, name.as_bytes())? + name.len()))?;
    text.get(code + found).filter(|byte| QUOTES.contains(byte)).map(|_| code + found)
}

/// Whether a call or constructor of this name is given the secret itself: `setPassword(…)`, `.password(…)`, `token{…}`, not
/// `read.password(…)` or `split_password(…)`.
pub(super) fn takes_a_value(name: &[u8]) -> bool {
    // Whose password it is comes first: a row of the commands knows the call.
    if name.ends_with(b"keyring.set_password") {
        return false;
    }
    const WHOLE: &str = "\
        password passwd passphrase userpassword dbpassword token secret apikey apitoken accesstoken clientsecret secretkey \
        authtoken privatekey bearertoken";
    let mut parts = name.rsplit(|byte| *byte == b'.');
    let last: Vec<u8> = parts.next().unwrap_or_default().iter().filter(|byte| **byte != b'_').copied().collect();
    let before = parts.next();
    let chained = before.is_none_or(<[u8]>::is_empty);
    // `.keystore_password("…")`, as builders are told a setting.
    let built = || before.is_some_and(<[u8]>::is_empty) && is_setting_of_builder(&last);
    // `.bind_pw("…")`
    let short = name.ends_with(b"_pw") && !asks(&last);
    short || sets(name) || (chained && words(WHOLE).any(|word| last.eq_ignore_ascii_case(word.as_bytes()))) || built()
}

/// `options.passphrase("…")`: a member of anything is told what can be nothing else; `read.password("Password: ")` asks for one.
pub(super) fn is_told(text: &[u8], name: &[u8], literal: usize) -> bool {
    const LENGTH_MAX: usize = 64;
    let member = [b".password".as_slice(), b".passphrase", b".secret", b".api_key", b".apiKey"];
    let open = skip(text, literal, b"@bruL", 1);
    let open = if text.get(open).is_some_and(|byte| QUOTES.contains(byte)) { open } else { literal };
    let Some((quote, rest)) = text.get(open..).and_then(<[u8]>::split_first) else { return false };
    let inner = rest.get(..LENGTH_MAX.min(rest.len())).and_then(|rest| rest.split(|byte| byte == quote).next());
    member.iter().any(|end| name.ends_with(end))
        && inner.is_some_and(|inner| striking::is_striking(inner) || generic::is_machine_made(inner))
}

/// `setClientSecret`, `client.with_token`.
pub(super) fn sets(name: &[u8]) -> bool {
    let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let verb = |verb: &[u8]| last.get(..verb.len()).is_some_and(|it| it.eq_ignore_ascii_case(verb));
    verb(b"set") || verb(b"with")
}

/// `aws.String`, `pointer.To`, `String.valueOf`: a function that gives its argument back in another type.
pub(super) fn is_conversion(function: &[u8]) -> bool {
    const LAST: &[&[u8]] = &[b"String", b"StringPtr", b"StringValue", b"Str", b"Ptr", b"To", b"ToPtr", b"valueOf"];
    let mut parts = function.rsplitn(2, |byte| b".:".contains(byte));
    parts.next().is_some_and(|last| LAST.contains(&last)) && parts.next().is_some()
}

/// The length of the brackets of a call without arguments at `at`.
pub(super) fn call(text: &[u8], at: usize) -> usize {
    if text.get(at..at + 2) == Some(b"()") { 2 } else { 0 }
}

/// What stands before a call that reads the value of a name at its end: `"…".equals(request.getParameter("`.
fn read_by(before: &[u8]) -> Option<&[u8]> {
    let call = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'"))?;
    let call = call.strip_suffix(b"(").or_else(|| call.strip_suffix(b"["))?;
    let name = call.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"._$".contains(byte)).count();
    call.get(..call.len() - name).filter(|_| name > 0)
}

/// Whether a text ends with the name of a call that compares.
fn compares(text: &[u8]) -> bool {
    let name = text.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_!.".contains(byte)).count();
    let name = text.get(text.len() - name..).unwrap_or_default();
    COMPARING.iter().any(|word| name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes())))
}

/// Whether a method is named after a secret of something, and not after what is done with one.
fn is_setting_of_builder(name: &[u8]) -> bool {
    const SECRETS: [&[u8]; 6] = [b"password", b"passphrase", b"apikey", b"accesstoken", b"clientsecret", b"secretkey"];
    let name = name.to_ascii_lowercase();
    SECRETS.iter().any(|word| name.ends_with(word)) && !asks(&name)
}

/// Whether a function does something with a secret that it is not told, or is told what to ask for: `hash_pw("bcrypt2b")`.
fn asks(name: &[u8]) -> bool {
    const VERBS: [&[u8]; 20] = [
        b"reset", b"forgot", b"find", b"get", b"has", b"is", b"check", b"valid", b"verif", b"change", b"update",
        b"match", b"assert", b"by", b"ask", b"prompt", b"read", b"load", b"lookup", b"gen",
    ];
    VERBS.iter().any(|verb| name.starts_with(verb))
}

/// The length of what ends a pattern of which the name at `start..end` is the whole: `getByLabelText(/password/i)`.
fn pattern(text: &[u8], start: usize, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let opened = text.get(..start).is_some_and(|before| before.ends_with(b"(/"));
    [b"/i)".as_slice(), b"/)"].iter().find(|sign| opened && rest.starts_with(sign)).map_or(0, |sign| sign.len() - 1)
}

#[cfg(test)]
mod tests {
    use crate::detect::{Engine, KnownIdentities, Scratch};

    #[test]
    fn what_stands_in_for_a_missing_setting_is_its_value() {
        let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
        for (text, expected) in [
            ("pw = ENV.fetch(\"DB_PASSWORD\") { \"tigerrain77\" }", Some("tigerrain77")),
            ("my $pw = $ENV{DB_PASSWORD} // 'tigerrain77';", Some("tigerrain77")),
            ("Application.get_env(:app, :db_password, \"tigerrain77\")", Some("tigerrain77")),
            ("it(\"resets the password\") { \"step one\" }", None),
            ("use $ENV{DB_PASSWORD}; // 'step1 of two'", None),
            ("validates :email, :password, presence: true", None),
            ("t(:password, \"Your password\")", None),
        ] {
            let mut scratch = Scratch::default();
            let found = engine.scan(text.as_bytes(), &mut scratch).first().and_then(|it| text.get(it.start..it.end));
            assert_eq!(found, expected, "{text}");
        }
    }
}
