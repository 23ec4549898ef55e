//! What may stand between a name and the sign that assigns to it: closing quotes and brackets, types, and the forms in which
//! name and value are members of one record.

use super::super::lexicon::words;
use super::super::{generic, mentioned, value, views};
use super::{QUOTES, blank, broad, object, shown, skip, until};

/// How far the value of a block such as Terraform's `variable` may lie from its name.
const BLOCK_MAX: usize = 320;

/// Names before the last one of a list that is assigned to.
const PAIRED_MAX: usize = 4;

/// Elements that hold a name, where they end, and elements that hold its value, where they begin.
const NAME_TAGS: &[&str] =
    &["</key>", "</name>", "</param-name>", "</Name>", "</Key>", "</string-name>", "</td>", "</th>", "</dt>"];
pub(super) const VALUE_TAGS: &[&str] =
    &["<string>", "<data>", "<value>", "<param-value>", "<Value>", "<td>", "<dd>", "<td><code>", "<dd><code>"];

/// The gap behind a name.
pub(super) struct Gap {
    /// Where the sign may stand.
    pub at: usize,
    /// A quote closes right behind the name.
    pub quoted_name: bool,
    /// Where the value starts, when the form alone tells.
    pub value: Option<usize>,
}

/// Reads on from the end of the name `text[start..end]`.
pub(super) fn after_name(text: &[u8], start: usize, end: usize) -> Gap {
    let mut at = end + array(text, end);
    let quoted_name = text.get(at).is_some_and(|byte| QUOTES.contains(byte)) || entity(text, at).is_some();
    at += entity(text, at).unwrap_or(0);
    let closing: &[u8] = if opens_before(text, start) { b"\"'`])}*" } else { b"\"'`])" };
    at = skip(text, at, closing, 3);
    at = skip(text, at, b"*", 2);
    at = shown::typed_name(text, start, at);
    let value = object::after_attributes(text, start, end)
        .or_else(|| in_element(text, at))
        .or_else(|| in_block(text, start, blank(text, at)))
        .or_else(|| declared(text, blank(text, at)))
        .or_else(|| below_rule(text, at))
        .or_else(|| next_entry(text, start, at))
        .or_else(|| if quoted_name { in_reply(text, start, at).or_else(|| in_form(text, start, at)) } else { None })
        .or_else(|| if quoted_name { shown::serialized(text, at) } else { None });
    at = blank(text, at);
    if quoted_name {
        at = pair_member(text, at);
    } else if matches!(text.get(at), Some(b'\r' | b'\n' | b',')) {
        at = next_line_member(text, start, at);
    }
    Gap { at: annotation(text, at), quoted_name, value }
}

/// `lv_token TYPE string VALUE '…'`, `WS-TOKEN PIC X(24) VALUE "…"`: where the literal stands that a declaration of ABAP or COBOL gives a name.
fn declared(text: &[u8], at: usize) -> Option<usize> {
    const DECLARATION_MAX: usize = 64;
    let rest = text.get(at..text.len().min(at + DECLARATION_MAX))?;
    DECLARES.iter().find(|word| rest.starts_with(word))?;
    let line = rest.get(..memchr::memchr2(b'\n', b'.', rest).unwrap_or(rest.len()))?;
    let sign =
        [b" VALUE ".as_slice(), b" value ", b" Value "].iter().find_map(|word| memchr::memmem::find(line, word))?;
    let literal = blank(text, at + sign + b" VALUE ".len());
    is_literal_next(text, literal).then_some(literal)
}

/// What begins such a declaration behind its name.
pub(super) const DECLARES: [&[u8]; 4] = [b"TYPE ", b"type ", b"PIC ", b"pic "];

/// `$config{token}`, `{token}`: the name stands in brackets of its own.
fn opens_before(text: &[u8], start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    // `ENV{'API_TOKEN'}`
    let before = before.strip_suffix(b"'").or_else(|| before.strip_suffix(b"\"")).unwrap_or(before);
    // `${SHOP PASSWORD}`
    let words = before.iter().rev().take(32).take_while(|byte| byte.is_ascii_alphabetic() || **byte == b' ').count();
    let before = before.get(..before.len() - words).filter(|before| before.ends_with(b"${")).unwrap_or(before);
    before.last().is_some_and(|byte| b"{*".contains(byte)) || before.ends_with(b"{env:")
}

/// Whether a quote closes behind the name, so that it may be the value of a member `name`.
pub(super) fn is_member_name(text: &[u8], start: usize, end: usize) -> bool {
    let quote = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|byte| QUOTES.contains(byte));
    // A path of a store of parameters may begin with other names.
    let path = text.get(start.saturating_sub(1)..start) == Some(b"/");
    quote(Some(end)) && (quote(start.checked_sub(1)) || path)
}

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
        ", with: ",
        ", { target: { value: ",
        ", {target: {value: ",
    ];
    let end = end + pattern(text, start, end);
    let end = skip(text, skip(text, end, QUOTES, 1) + call(text, end), b")", 2);
    let rest = text.get(end..)?;
    CALLS
        .iter()
        .find(|call| rest.starts_with(call.as_bytes()) && is_literal_next(text, end + call.len()))
        .map(|call| end + call.len())
}

/// The length of the brackets of a call without arguments at `at`.
pub(super) fn call(text: &[u8], at: usize) -> usize {
    if text.get(at..at + 2) == Some(b"()") { 2 } else { 0 }
}

/// Words in the names of calls that hold two values against each other.
const COMPARING: &[&str] = &["assert", "equal", "expect", "check", "verify", "same", "match", "cmp", "compare"];

/// Whether the name at `start` is the first argument of a call that compares: `assert_eq!(cfg.password, "…")`.
pub(super) fn is_asserted(text: &[u8], start: usize) -> bool {
    let before = text.get(start.saturating_sub(BEFORE_MAX)..start).unwrap_or_default();
    before.strip_suffix(b"(").is_some_and(compares)
}

/// Whether a text ends with the name of a call that compares.
fn compares(text: &[u8]) -> bool {
    let name = text.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"_!.".contains(byte)).count();
    let name = text.get(text.len() - name..).unwrap_or_default();
    COMPARING.iter().any(|word| name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes())))
}

/// A literal before a name with which it is compared is no longer.
const BEFORE_MAX: usize = 96;

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

/// What stands before a call that reads the value of a name at its end: `"…".equals(request.getParameter("`.
fn read_by(before: &[u8]) -> Option<&[u8]> {
    let call = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'"))?;
    let call = call.strip_suffix(b"(").or_else(|| call.strip_suffix(b"["))?;
    let name = call.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || b"._$".contains(byte)).count();
    call.get(..call.len() - name).filter(|_| name > 0)
}

/// `aws.String`, `pointer.To`, `String.valueOf`: a function that gives its argument back in another type.
pub(super) fn is_conversion(function: &[u8]) -> bool {
    const LAST: &[&[u8]] = &[b"String", b"StringPtr", b"StringValue", b"Str", b"Ptr", b"To", b"ToPtr", b"valueOf"];
    let mut parts = function.rsplitn(2, |byte| b".:".contains(byte));
    parts.next().is_some_and(|last| LAST.contains(&last)) && parts.next().is_some()
}

/// `q(…)`, `qq{…}`, `%q(…)`, `%(…)`: where the content of a literal of Perl or Ruby at `at` starts and ends.
pub(super) fn delimited(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = text.get(at..)?;
    let head = ["%qq", "%q", "%Q", "%w", "%", "qq", "q"].iter().find(|head| rest.starts_with(head.as_bytes()))?;
    let open = rest.get(head.len())?;
    let close = match open {
        b'(' => b')',
        b'{' => b'}',
        b'[' => b']',
        b'|' if *head != "%" => *open,
        _ => return None,
    };
    let start = at + head.len() + 1;
    let end = until(text, start, |byte| byte == close || byte == *open || byte == b'\n');
    let literal = text.get(end) == Some(&close) && end > start;
    // Of a list of words the last one is no account.
    let words = text.get(start..end).filter(|_| *head == "%w").unwrap_or_default();
    let first = words.iter().rposition(|byte| *byte == b' ').map_or(0, |blank| blank + 1);
    // `%{name}` is filled in.
    (literal && rest.get(..2) != Some(b"%{")).then_some((start + first, end))
}

/// The length of a leader of dots before a colon: `Password......: x`.
pub(super) fn dots(text: &[u8], at: usize) -> usize {
    let dots = skip(text, at, b".", 40) - at;
    if dots >= 2 && text.get(blank(text, at + dots)) == Some(&b':') { blank(text, at + dots) - at } else { 0 }
}

/// Skips what a shell or YAML puts before a literal: `$(echo …)`, `!!str …`.
pub(super) fn wrapped(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let quote = usize::from(rest.starts_with(b"\"$("));
    let inner = rest.get(quote..).unwrap_or_default();
    let words = ["$(echo -n ", "$(echo ", "$(printf %s ", "!!str ", "[]byte("];
    words.iter().find(|word| inner.starts_with(word.as_bytes())).map_or(at, |word| blank(text, at + quote + word.len()))
}

/// `PWD={…};`, as ODBC quotes a value: where it starts. A template or an expression of JSX holds a name there.
pub(super) fn braced(text: &[u8], at: usize) -> Option<usize> {
    const VALUE_MAX: usize = 64;
    let tight = text.get(at.checked_sub(1)?) == Some(&b'=') && text.get(at) == Some(&b'{');
    let rest = text.get(at + 1..text.len().min(at + 1 + VALUE_MAX)).filter(|_| tight)?;
    let value = rest.get(..rest.iter().position(|byte| byte.is_ascii_whitespace() || b"{}\"'`".contains(byte))?)?;
    let head = || text.get(at.saturating_sub(VALUE_MAX)..at).unwrap_or_default();
    let closed = rest.get(value.len()) == Some(&b'}')
        && match rest.get(value.len() + 1) {
            None | Some(b';' | b'\r' | b'\n') => true,
            // `f"password={name}"`: other members stand before that of ODBC.
            Some(b'"' | b'\'') => head().contains(&b';'),
            Some(_) => false,
        };
    let form = value::shape(value);
    let random = form.length >= 8 && form.digit >= 3 || value::is_scrambled(value) || value::is_jumbled(value);
    (closed && random).then_some(at + 1)
}

/// `r#"…"#`, a literal of Rust that holds quotes: where its own quote stands.
pub(super) fn raw_literal(text: &[u8], at: usize) -> Option<usize> {
    let signs = skip(text, at, b"b", 1);
    let open = skip(text, signs + 1, b"#", 4);
    (text.get(signs) == Some(&b'r') && open > signs + 1 && text.get(open) == Some(&b'"')).then_some(open)
}

/// `user, password = "ann", "…"`, `const [user, pass] = ["ann", "…"]`: the literal that stands in its list where the name at
/// `start..end` does, the last one of its own.
pub(super) fn paired(text: &[u8], start: usize, end: usize) -> Option<(usize, usize)> {
    let before = text.get(..start)?.strip_suffix(b" ").unwrap_or(text.get(..start)?);
    let mut before = before.strip_suffix(b",")?;
    let mut others = 1;
    loop {
        let name = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        before = before.get(..before.len() - name).filter(|_| name > 0 && others <= PAIRED_MAX)?;
        let Some(further) = before.strip_suffix(b" ").unwrap_or(before).strip_suffix(b",") else { break };
        (before, others) = (further, others + 1);
    }
    let sign = blank(text, skip(text, end, b"])", 1));
    let after = skip(text, sign, b":", 1) + 1;
    let assigned = text.get(after - 1) == Some(&b'=') && text.get(after) != Some(&b'=');
    let mut at = skip(text, blank(text, after), b"[(", 1);
    for _ in 0..others {
        let (_, close) = literal(text, at)?;
        at = blank(text, skip(text, close + 1, b",", 1));
    }
    literal(text, at).filter(|_| assigned)
}

/// The literal in one line whose quote stands at `at`.
fn literal(text: &[u8], at: usize) -> Option<(usize, usize)> {
    let quote = *text.get(at).filter(|byte| QUOTES.contains(byte))?;
    let close = until(text, at + 1, |byte| byte == quote || byte == b'\n');
    (text.get(close) == Some(&quote)).then_some((at + 1, close))
}

/// `SecretString::new("…")`: where the argument of the constructor of a type stands whose name starts at `start` and ends at `at`.
pub(super) fn constructed(text: &[u8], start: usize, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let call = ["::new(", "::from("].iter().find(|call| rest.starts_with(call.as_bytes()))?;
    let named = text.get(start).is_some_and(u8::is_ascii_uppercase);
    (named && is_literal_next(text, at + call.len())).then_some(at + call.len())
}

/// The length of what ends a pattern of which the name at `start..end` is the whole: `getByLabelText(/password/i)`.
fn pattern(text: &[u8], start: usize, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let opened = text.get(..start).is_some_and(|before| before.ends_with(b"(/"));
    [b"/i)".as_slice(), b"/)"].iter().find(|sign| opened && rest.starts_with(sign)).map_or(0, |sign| sign.len() - 1)
}

/// The length of `[]` or `[64]` at `at`.
fn array(text: &[u8], at: usize) -> usize {
    if text.get(at) != Some(&b'[') {
        return 0;
    }
    let close = until(text, at + 1, |byte| !byte.is_ascii_digit());
    if text.get(close) == Some(&b']') { close + 1 - at } else { 0 }
}

/// The length of a quote that is written as an entity.
pub(super) fn entity(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..).filter(|rest| rest.first() == Some(&b'&'))?;
    ["&quot;", "&#34;", "&apos;", "&#39;"]
        .iter()
        .find(|entity| rest.starts_with(entity.as_bytes()))
        .map(|one| one.len())
}

/// Whether the name at `start` is a symbol among the arguments of a call: `(:app, :db_password, …`.
pub(super) fn is_symbol(text: &[u8], start: usize) -> bool {
    matches!(text.get(start.saturating_sub(2)..start), Some([b' ' | b'(', b':']))
}

/// Whether a literal stands at `at`.
pub(super) fn is_literal_next(text: &[u8], at: usize) -> bool {
    let prefix = skip(text, at, b"@bruL", 1);
    [at, prefix].into_iter().any(|at| text.get(at).is_some_and(|byte| QUOTES.contains(byte)))
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
    let rest = text.get(code..text.len().min(code + BLOCK_MAX / 2))?;
    let line = rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len()))?;
    let found = NAMES.iter().find_map(|name| Some(memchr::memmem::find(line, name.as_bytes())? + name.len()))?;
    text.get(code + found).filter(|byte| QUOTES.contains(byte)).map(|_| code + found)
}

/// Whether a call or constructor of this name is given the secret itself: `setPassword(…)`, `.password(…)`, `token{…}`, not
/// `read.password(…)` or `split_password(…)`.
pub(super) fn takes_a_value(name: &[u8]) -> bool {
    const WHOLE: &str = "\
        password passwd passphrase userpassword dbpassword token secret apikey apitoken accesstoken clientsecret secretkey \
        authtoken privatekey bearertoken";
    let mut parts = name.rsplit(|byte| *byte == b'.');
    let last: Vec<u8> = parts.next().unwrap_or_default().iter().filter(|byte| **byte != b'_').copied().collect();
    let before = parts.next();
    let chained = before.is_none_or(<[u8]>::is_empty);
    // `.keystore_password("…")`, as builders are told a setting.
    let built = || before.is_some_and(<[u8]>::is_empty) && is_setting_of_builder(&last);
    sets(name) || (chained && words(WHOLE).any(|word| last.eq_ignore_ascii_case(word.as_bytes()))) || built()
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
        && inner.is_some_and(|inner| mentioned::is_striking(inner) || generic::is_machine_made(inner))
}

/// `setClientSecret`, `client.with_token`.
pub(super) fn sets(name: &[u8]) -> bool {
    let last = name.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let verb = |verb: &[u8]| last.get(..verb.len()).is_some_and(|it| it.eq_ignore_ascii_case(verb));
    verb(b"set") || verb(b"with")
}

/// Whether a method is named after a secret of something, and not after what is done with one.
fn is_setting_of_builder(name: &[u8]) -> bool {
    const SECRETS: [&[u8]; 6] = [b"password", b"passphrase", b"apikey", b"accesstoken", b"clientsecret", b"secretkey"];
    const VERBS: [&[u8]; 14] = [
        b"reset", b"forgot", b"find", b"get", b"has", b"is", b"check", b"valid", b"verif", b"change", b"update",
        b"match", b"assert", b"by",
    ];
    let name = name.to_ascii_lowercase();
    SECRETS.iter().any(|word| name.ends_with(word)) && !VERBS.iter().any(|verb| name.starts_with(verb))
}

/// `<key>Token</key><string>…`: where the text of the next element starts.
fn in_element(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let tag = NAME_TAGS.iter().find(|tag| rest.starts_with(tag.as_bytes()))?;
    let next = broad(text, at + tag.len());
    let value = text.get(next..)?;
    // The longest of those that begin alike.
    let open = VALUE_TAGS.iter().rfind(|open| value.starts_with(open.as_bytes()))?;
    Some(next + open.len())
}

/// `TOKEN:`, a rule of four dashes and the value, as `kubectl describe` shows what a map of settings holds: where the value starts.
fn below_rule(text: &[u8], at: usize) -> Option<usize> {
    const RULE: &[u8] = b":\n----\n";
    text.get(at..)?.starts_with(RULE).then_some(at + RULE.len())
}

/// `- --requirepass` and `- …` on the next line: where the next entry of a list of arguments starts.
fn next_entry(text: &[u8], start: usize, at: usize) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix(b"\n")?;
    let blanks = rest.iter().take(40).take_while(|byte| **byte == b' ').count();
    let entry = rest.get(blanks..)?.strip_prefix(b"- ").filter(|entry| entry.first() != Some(&b'-'))?;
    let line = text.get(start.saturating_sub(64)..at)?.rsplit(|byte| *byte == b'\n').next()?;
    let flag = line.trim_ascii_start().strip_prefix(b"- ")?;
    let flag = flag.strip_prefix(b"\"").or_else(|| flag.strip_prefix(b"'")).unwrap_or(flag);
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.\"'".contains(byte);
    (flag.starts_with(b"-") && flag.iter().all(inner)).then_some(text.len() - entry.len())
}

/// `1) "token"` and `2) "…"` on the next line, as Redis answers: where the literal starts. Both may stand behind a margin.
fn in_reply(text: &[u8], start: usize, at: usize) -> Option<usize> {
    const SIGN: &[u8] = b") \"";
    const MARGIN_MAX: usize = 64;
    // The number that ends there.
    let number = |part: &[u8]| {
        let digits = part.iter().rev().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(part.get(part.len() - digits..)?).ok()?.parse::<u32>().ok()
    };
    let head = text.get(start.saturating_sub(8)..start)?.strip_suffix(SIGN)?;
    let next = at + views::line_end(text.get(at..).filter(|_| text.get(at) == Some(&b'\n'))?);
    let line = text.get(next..text.len().min(next + MARGIN_MAX))?;
    let sign = memchr::memmem::find(line, SIGN)?;
    let follows = !line.get(..sign)?.contains(&b'\n') && number(line.get(..sign)?)? == number(head)? + 1;
    follows.then_some(next + sign + SIGN.len() - 1)
}

/// `name="token"`, an empty line and the value, as browsers send forms: where the value starts.
fn in_form(text: &[u8], start: usize, at: usize) -> Option<usize> {
    let value = skip(text, at, b"\r\n", 4);
    let breaks = text.get(at..value)?.iter().filter(|byte| **byte == b'\n').count();
    ((2..=4).contains(&breaks) && text.get(..start)?.ends_with(b" name=\"")).then_some(value)
}

/// `variable "token" { … default = …`, `--name token --value …`: where the value starts.
fn in_block(text: &[u8], start: usize, at: usize) -> Option<usize> {
    let rest = text.get(at..text.len().min(at + BLOCK_MAX))?;
    if rest.first() == Some(&b'{') {
        let block = rest.get(..memchr::memchr(b'}', rest).unwrap_or(rest.len()))?;
        let found = memchr::memmem::find(block, b"default")?;
        let before = found.checked_sub(1).and_then(|at| block.get(at))?;
        let sign = blank(text, at + found + "default".len());
        return (before.is_ascii_whitespace() && text.get(sign) == Some(&b'=')).then(|| blank(text, sign + 1));
    }
    // A line that starts with a flag goes on with the one before it.
    let gap = rest.iter().take(16).take_while(|byte| byte.is_ascii_whitespace()).count();
    let (rest, at) = (rest.get(gap..)?, at + gap);
    if rest.first() == Some(&b'-') {
        let ends = |end: &usize| rest.get(*end..).is_none_or(|rest| rest.trim_ascii_start().first() != Some(&b'-'));
        let line = rest.get(..memchr::memchr_iter(b'\n', rest).find(ends).unwrap_or(rest.len()))?;
        let flag = ["--value ", "-Value ", "--string-value ", "--body ", "--secret-string ", "--data-value "];
        let (found, length) =
            flag.iter().find_map(|flag| Some((memchr::memmem::find(line, flag.as_bytes())?, flag.len())))?;
        // A path in a store of parameters, or the argument of a flag, is the name.
        let named = start.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| b"/ =\"'".contains(byte));
        return named.then_some(at + found + length);
    }
    None
}

/// `{"name": "API_TOKEN", "value": "…"}` and `key="X" value="…"`: moves to the sign after `value`.
fn pair_member(text: &[u8], at: usize) -> usize {
    let mut next = at;
    if text.get(next) == Some(&b',') {
        next = broad(text, next + 1);
    } else if text.get(next) == Some(&b'\n') {
        next = broad(text, next);
    }
    let ahead = || if has_its_own(text, at) { None } else { object::member_ahead(text, at) };
    member(text, next).or_else(ahead).unwrap_or(at)
}

/// Whether a value stands right beside the quoted name that ends at `at`, behind a sign or as the next argument: a member `value`
/// further on is another one's then. `"name": "API_TOKEN", "type": "x", "value": "…"` goes on with the name of a member.
fn has_its_own(text: &[u8], at: usize) -> bool {
    let argument = match text.get(at) {
        Some(b':' | b'=' | b'|' | b'?') => {
            let own = text.get(blank(text, skip(text, at, b":=>|?", 3))..).unwrap_or_default();
            // What says whether there is one, or how it is, is none.
            const NONE: [&[u8]; 8] = [b"null", b"None", b"nil", b"true", b"false", b"True", b"False", b"\"\""];
            let nothing = own.first().is_none_or(|byte| b"{\r\n0123456789".contains(byte));
            return !nothing && !own.starts_with(b"''") && !NONE.iter().any(|none| own.starts_with(none));
        }
        Some(b',') => blank(text, at + 1),
        _ => return fallback(text, at).is_some(),
    };
    let Some(quote) = text.get(argument).filter(|byte| QUOTES.contains(byte)) else { return false };
    let end = until(text, argument + 1, |byte| byte == *quote || byte == b'\n');
    let next = blank(text, end + 1);
    text.get(end) == Some(quote) && !text.get(next).is_some_and(|byte| b":=".contains(byte))
}

/// `- name: API_TOKEN` with `value: …` on the next line, or behind a comma: moves to the sign after `value`.
fn next_line_member(text: &[u8], start: usize, at: usize) -> usize {
    let line = text.get(start.saturating_sub(16)..start).unwrap_or_default();
    // `ParameterKey=DbPassword,ParameterValue=…`, `name=DB_PASSWORD,value=…`
    if let Some(label) = line.strip_suffix(b"=") {
        let named = ["Key", "name", "Name"].iter().any(|word| label.ends_with(word.as_bytes()));
        return if named { member(text, skip(text, at, b",", 1)).unwrap_or(at) } else { at };
    }
    let label = line.trim_ascii_end().strip_suffix(b":").unwrap_or_default().trim_ascii_end();
    let names =
        line.ends_with(b" ") && ["name", "Name", "key", "Key"].iter().any(|name| label.ends_with(name.as_bytes()));
    if !names {
        return at;
    }
    member(text, broad(text, skip(text, at, b",", 1))).or_else(|| member_below(text, start, at)).unwrap_or(at)
}

/// `- name: X-Api-Key` and lines below it `in: header`, `schema:`, `default: …`, as OpenAPI describes a parameter: the sign after the word that
/// its value stands behind. The lines stand no less deep than `name`.
fn member_below(text: &[u8], start: usize, at: usize) -> Option<usize> {
    const LINES_MAX: usize = 8;
    const LINE_MAX: usize = 120;
    let before = text.get(..start)?;
    let own = before.get(memchr::memrchr(b'\n', before).map_or(0, |end| end + 1)..)?;
    let depth = own.iter().take_while(|byte| b" -".contains(byte)).count();
    let mut line = at + usize::from(text.get(at) == Some(&b'\r')) + 1;
    for _ in 0..LINES_MAX {
        let rest = text.get(line..text.len().min(line + LINE_MAX))?;
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let indent = rest.iter().take_while(|byte| **byte == b' ').count();
        if indent < depth || indent >= end {
            return None;
        }
        let word = ["value", "default", "example"].iter().find(|word| {
            let rest = rest.get(indent..).unwrap_or_default();
            rest.strip_prefix(word.as_bytes()).is_some_and(|rest| rest.starts_with(b": "))
        });
        if let Some(word) = word {
            return Some(line + indent + word.len());
        }
        line += end + 1;
    }
    None
}

fn member(text: &[u8], at: usize) -> Option<usize> {
    let at = skip(text, at, QUOTES, 1);
    let at = if text.get(at..)?.starts_with(b"android:") { at + 8 } else { at };
    let rest = text.get(at..)?;
    let word = ["value", "Value", "content", "defaultValue", "default_value", "default", "ParameterValue"];
    let word = word.iter().find(|word| rest.starts_with(word.as_bytes()))?;
    Some(blank(text, skip(text, at + word.len(), QUOTES, 1)))
}

/// Skips the type in `var token string = …`, `token As String = …` and `Token { get; set; } = …`.
fn annotation(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with(b"{ get;") {
        let end = until(text, at, |byte| byte == b'}' || byte == b'\n');
        let next = blank(text, end + 1);
        return if text.get(next) == Some(&b'=') { next } else { at };
    }
    let at_type = if rest.starts_with(b"As ") { at + 3 } else { at };
    let word = until(text, at_type, |byte| !(byte.is_ascii_alphanumeric() || b"_*&[]".contains(&byte)));
    if word == at_type || word - at_type > 16 || !text.get(at_type).is_some_and(u8::is_ascii_alphabetic) {
        return at;
    }
    // `VARCHAR2(64) := …`
    let sized = skip(text, word + 1, b"0123456789", 5);
    let close = if text.get(word) == Some(&b'(') && text.get(sized) == Some(&b')') { sized + 1 } else { word };
    let next = blank(text, close);
    let sign = text.get(next) == Some(&b'=') || text.get(next..next + 2) == Some(b":=");
    if sign && next > word { next } else { at }
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

    #[test]
    fn a_described_parameter_has_its_value_some_lines_below_its_name() {
        let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
        let token = ["f0d4297c23312b6f", "5c4e7610006e3d98"].concat();
        for (text, expected) in [
            ("- name: X-Api-Key\n  in: header\n  schema:\n    type: string\n    default: ¶\n", true),
            ("- name: X-Api-Key\r\n  in: header\r\n  example: '¶'\r\n", true),
            ("- name: X-Api-Key\n  in: header\n- name: Build\n  example: ¶\n", false),
            ("- name: X-Request-Id\n  in: header\n  example: ¶\n", false),
            ("- name: X-Api-Key\n  in: header\n  example: your-api-key\n", false),
        ] {
            let text = text.replace('¶', &token);
            let mut scratch = Scratch::default();
            let found = engine.scan(text.as_bytes(), &mut scratch).first().and_then(|it| text.get(it.start..it.end));
            assert_eq!(found, expected.then_some(token.as_str()), "{text}");
        }
    }

    #[test]
    fn a_parameter_has_its_value_behind_its_key() {
        let engine = Engine::new(&KnownIdentities::default()).unwrap_or_else(|_| panic!("the rules are complete"));
        for (text, expected) in [
            ("ParameterKey=DbPassword,ParameterValue=Open-1987!", Some("Open-1987!")),
            ("  ParameterKey: DbPassword\n  ParameterValue: Open-1987!\n", Some("Open-1987!")),
            ("ParameterKey=DbPassword,UsePreviousValue=true", None),
            ("ParameterKey=DbName,ParameterValue=Open-1987!", None),
        ] {
            let mut scratch = Scratch::default();
            let found = engine.scan(text.as_bytes(), &mut scratch).first().and_then(|it| text.get(it.start..it.end));
            assert_eq!(found, expected, "{text}");
        }
    }
}
