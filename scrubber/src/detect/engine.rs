//! Puts the rules and known values together and runs a search over them.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use super::around::Around;
use super::builtin::Builtin;
use super::context::keys::Endings;
use super::context::{columns, commands};
use super::judge::{generic, public};
use super::memory::other_forms;
use super::permit::Permits;
use super::personal::known::{self, Known};
use super::personal::{names, streets};
use super::reading::{byte_lists, tags, window};
use super::rule::{Class, Rule, RuleSet, Validator};
use super::search::Search;
use super::sets::literals::{Literal, Literals, Target};
use super::shape::named::Rules;
use super::shape::pem;
use super::{Finding, KnownIdentities, KnownSecrets, RuleId, RuleInfo, Scratch};

/// Tells the engines of this process apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EngineId(u64);

impl EngineId {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Everything that a search reads.
pub(super) struct Parts {
    /// Another one whenever the same text may have other findings.
    pub engine: EngineId,
    pub literals: Literals,
    /// The first bytes of literals that hold no word.
    pub leads: Vec<u8>,
    pub endings: Endings,
    pub known: Vec<Known>,
    pub secrets: KnownSecrets,
    pub infos: Vec<RuleInfo>,
    pub rules: Rules,
    /// Rules that are searched for in a second pass.
    around: Option<Around>,
    /// What is let pass; mostly nothing.
    pub permits: Option<Permits>,
    /// For each rule its precedence: secrets of rule files, rules that are code, personal data.
    ranks: Vec<u16>,
    first_builtin: u16,
}

impl Parts {
    pub(super) fn new(mut set: RuleSet, known: &KnownIdentities) -> Self {
        set.forget_examples();
        let around = Around::new(&set);
        let rules = Rules::new(set);
        let (known, mut literals) = known::literals(known);
        for (words, target, ignore_case) in [
            (commands::COMMANDS, Target::Command, false),
            (&["Bearer", "Basic", "Token", "aivenv1"][..], Target::Scheme, true),
            (byte_lists::TYPES, Target::Bytes, false),
        ] {
            // A command may have several rows, which are all read where its name stands.
            let mut seen = BTreeSet::new();
            literals.extend(words.iter().filter(|word| seen.insert(**word)).map(|word| Literal {
                bytes: word.as_bytes().to_vec(),
                before: 0,
                ignore_case,
                target,
            }));
        }
        let end = Literal { bytes: pem::END.into(), before: 0, ignore_case: false, target: Target::KeyEnd };
        literals.push(end);
        literals.push(Literal { bytes: b"://".to_vec(), before: 0, ignore_case: false, target: Target::Url });
        literals.extend(rules.literals());
        literals.extend(names::literals());
        literals.extend(streets::literals());
        literals.extend(columns::literals());
        let mut infos: Vec<_> = rules.set.rules().iter().map(info).collect();
        let first_builtin = infos.len() as u16;
        infos.extend(Builtin::ALL.map(Builtin::info));
        let all = infos.len() as u16;
        let ranks = (0..all).map(|id| if rules.is_personal(usize::from(id)) { id + all } else { id }).collect();
        let literals = Literals::new(literals, |literal| match literal.target {
            Target::Rule(index) => rules.head_of_literal(index, &literal.bytes),
            Target::Near(_)
            | Target::Known(_)
            | Target::Home
            | Target::Command
            | Target::Url
            | Target::Scheme
            | Target::KeyEnd
            | Target::Bytes
            | Target::Person(_)
            | Target::Street(_)
            | Target::Column(_) => None,
        });
        let leads = literals.leads();
        Self {
            engine: EngineId::new(),
            literals,
            leads,
            endings: Endings::new(),
            known,
            secrets: KnownSecrets::default(),
            infos,
            rules,
            around,
            permits: None,
            ranks,
            first_builtin,
        }
    }

    /// The id of a rule that is code.
    pub(super) fn id(&self, builtin: Builtin) -> RuleId {
        RuleId(self.first_builtin + builtin as u16)
    }

    /// Finds all in `text`; the findings are in `scratch` afterwards.
    pub(super) fn scan(&self, text: &[u8], scratch: &mut Scratch) {
        let text = &*tags::set_apart(text);
        // What is let pass is counted each time.
        if self.permits.is_some() || scratch.layer > 0 {
            return self.scan_anew(text, scratch);
        }
        let known = scratch.memory.as_ref().map_or(0, |memory| memory.changes());
        let key = scratch.searched.text(text, self.engine, known);
        if let Some(found) = key.as_ref().and_then(|key| scratch.searched.get(key)) {
            scratch.findings.clear();
            scratch.findings.extend_from_slice(found);
            return;
        }
        self.scan_anew(text, scratch);
        let known_since = scratch.memory.as_ref().map_or(0, |memory| memory.changes());
        if let Some(key) = key.filter(|_| known_since == known) {
            scratch.searched.keep(key, &scratch.findings);
        }
    }

    fn scan_anew(&self, text: &[u8], scratch: &mut Scratch) {
        if scratch.again {
            return self.search(text, scratch);
        }
        // Before the search: what is found in another form of the text is noted while it is searched.
        let mut known = scratch.memory.as_ref().map_or(self.secrets.changes(), |memory| memory.changes());
        self.search(text, scratch);
        if let Some(memory) = &mut scratch.memory {
            if memory.is_full() {
                **memory = self.secrets.clone();
                scratch.searched.forget();
                known = memory.changes();
            }
            let found = scratch.findings.iter().chain(&scratch.joined_parts);
            self.remember(text, found, memory, &mut scratch.work);
            if memory.changes() > known {
                // What was found by its name may stand without it elsewhere in this text.
                self.search_again(text, scratch);
            }
        }
    }

    /// Adds to what was found where secrets that are known since stand.
    fn search_again(&self, text: &[u8], scratch: &mut Scratch) {
        let (found, allowed) = (std::mem::take(&mut scratch.findings), std::mem::take(&mut scratch.allowed));
        scratch.again = true;
        self.search(text, scratch);
        scratch.again = false;
        // What is let pass is not remembered: it was counted when all was looked for.
        scratch.allowed = allowed;
        scratch.findings.extend(found);
        self.settle(text, &mut scratch.findings, &mut scratch.joined_parts);
    }

    fn search(&self, text: &[u8], scratch: &mut Scratch) {
        if scratch.remembers {
            scratch.memory.get_or_insert_with(|| Box::new(self.secrets.clone()));
        }
        if self.permits.is_some() {
            scratch.nested.get_or_insert_default().scopes = scratch.scopes;
        }
        let mut search = Search::new(self, text, scratch);
        search.run();
        if let Some(around) = self.around.as_ref().filter(|_| !scratch.again) {
            search.around(around, &mut scratch.stretches);
        }
        search.found.retain(|finding| !self.is_public(text, finding));
        if let Some(permits) = &self.permits {
            permits.sieve(text, &mut search.found, scratch.scopes, &mut scratch.allowed);
        }
        self.settle(text, &mut search.found, &mut scratch.joined_parts);
        search.finish(scratch);
        if self.permits.is_some()
            && let Some(nested) = &mut scratch.nested
        {
            scratch.allowed.append(&mut nested.allowed);
        }
    }

    /// Whether what was found is public, as far as its rule may take that for a secret.
    fn is_public(&self, text: &[u8], found: &Finding) -> bool {
        let (start, end) = (found.start, found.start + public::without_colour(text, found.start, found.end));
        if text.get(start..end).is_some_and(public::is_sample) {
            return true;
        }
        let Some(place) = found.rule.0.checked_sub(self.first_builtin) else {
            let rule = self.rules.set.rules().get(usize::from(found.rule.0));
            return rule.is_some_and(|rule| {
                rule.validators.contains(&Validator::NotPublic) && public::is_public(text, start, end)
                    || rule.class == Class::Secret && public::is_listed_digest(text, start, end)
            });
        };
        match Builtin::ALL.get(usize::from(place)) {
            Some(Builtin::StreetAddress) => public::is_office(text, start),
            Some(Builtin::PersonName) => text.get(start..end).is_some_and(public::is_nobodys_name),
            Some(Builtin::GenericPassword) => {
                public::is_public(text, start, end)
                    || public::names_an_entry(text, start, end)
                    || public::is_listed_digest(text, start, end)
            }
            Some(Builtin::RandomToken) => {
                public::is_public(text, start, end) || text.get(start..end).is_some_and(public::is_public_id)
            }
            Some(Builtin::GenericSecret) => {
                public::is_public(text, start, end)
                    || public::is_listed_digest(text, start, end)
                    || text.get(start..end).is_some_and(public::is_publishable)
            }
            Some(Builtin::UrlPassword | Builtin::AuthorizationHeader) => public::is_public(text, start, end),
            Some(_) | None => false,
        }
    }

    /// The rule of this id, where there is one.
    pub(super) fn rule_of(&self, id: &str) -> Option<RuleId> {
        let place = self.infos.iter().position(|info| &*info.id == id)?;
        u16::try_from(place).ok().map(RuleId)
    }

    /// Whether what a rule finds is a secret that can be found again by itself.
    pub(super) fn is_secret(&self, rule: RuleId) -> bool {
        match rule.0.checked_sub(self.first_builtin) {
            None => !self.rules.is_personal(usize::from(rule.0)),
            Some(place) => Builtin::ALL.get(usize::from(place)).is_some_and(|builtin| builtin.is_secret()),
        }
    }

    /// Notes the secrets and the names of persons that were found.
    fn remember<'f>(
        &self,
        text: &[u8],
        found: impl Iterator<Item = &'f Finding> + Clone,
        memory: &mut KnownSecrets,
        work: &mut u64,
    ) {
        let mut value = Vec::new();
        let person = self.id(Builtin::PersonName);
        for finding in found.clone().filter(|finding| finding.rule == person) {
            value.clear();
            window::unescape_into(text.get(finding.start..finding.end).unwrap_or_default(), &mut value);
            names::remembered(&value).iter().for_each(|form| memory.add_name(form, person));
        }
        for finding in found.filter(|finding| self.is_secret(finding.rule)) {
            value.clear();
            window::unescape_into(text.get(finding.start..finding.end).unwrap_or_default(), &mut value);
            *work += value.len() as u64;
            let behind = text.get(finding.end..).unwrap_or_default();
            if !memory.is_news(&value, behind, finding.rule) {
                continue;
            }
            memory.add_found(&value, finding.rule);
            other_forms::each(&value, &mut |form| memory.add_found(form, finding.rule));
            // `curl` takes an account and its password as one.
            if (finding.rule == self.id(Builtin::CommandPassword) || generic::is_account(&value))
                && let Some(password) = other_forms::password_of(&value)
            {
                memory.add_found(password, finding.rule);
                other_forms::each(password, &mut |form| memory.add_found(form, finding.rule));
            }
            // With its host the password of an address looks like one of mail, and both were joined.
            if finding.rule == self.id(Builtin::UrlPassword)
                && let Some(at) = memchr::memrchr(b'@', &value)
            {
                memory.add_found(value.get(..at).unwrap_or_default(), finding.rule);
            }
        }
    }

    /// Sorts, joins what overlaps and moves ends that would cut a character. The rule of the highest precedence names a
    /// joined span. What it was joined from is left in `parts`, to be found again by itself.
    fn settle(&self, text: &[u8], found: &mut Vec<Finding>, parts: &mut Vec<Finding>) {
        parts.clear();
        for finding in found.iter_mut() {
            while finding.start > 0 && is_continuation(text, finding.start) {
                finding.start -= 1;
            }
            while is_continuation(text, finding.end) {
                finding.end += 1;
            }
        }
        let rank = |rule: RuleId| self.ranks.get(usize::from(rule.0)).copied().unwrap_or(u16::MAX);
        found.sort_unstable_by_key(|finding| (finding.start, finding.end, rank(finding.rule)));
        let mut grown = None;
        found.dedup_by(|next, last| {
            let overlaps = next.start < last.end;
            if overlaps {
                if (next.start, next.end) != (last.start, last.end) {
                    parts.push(*next);
                }
                // Once: what it has grown to is no part.
                if next.end > last.end && grown.replace(last.start) != Some(last.start) {
                    parts.push(*last);
                }
                last.end = last.end.max(next.end);
                if rank(next.rule) < rank(last.rule) {
                    last.rule = next.rule;
                }
            }
            overlaps
        });
    }
}

fn info(rule: &Rule) -> RuleInfo {
    RuleInfo { id: rule.id.clone(), kind: rule.kind.clone(), description: rule.description.clone(), class: rule.class }
}

fn is_continuation(text: &[u8], at: usize) -> bool {
    text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_number_all_words_beside_as_many_as_rules_may_have() {
        let names = names::literals().count() + streets::literals().count() + columns::literals().count();
        let own = commands::COMMANDS.len() + byte_lists::TYPES.len() + names;
        // What is known of the user, schemes and builtin rules are fewer than these.
        assert!(own + 1000 + crate::detect::rule::WORDS_MAX < usize::from(u16::MAX), "{own}");
    }

    #[test]
    fn work_grows_no_faster_than_the_text() {
        let parts = Parts::new(RuleSet::shipped().unwrap_or_default(), &KnownIdentities::default());
        let pieces = [
            "password=",
            "password: \"",
            "token\\\":\\\"",
            "-----BEGIN PRIVATE KEY-----",
            "a://a:",
            "%3D%41",
            "\\\\",
            "\\u001b[",
            "eyJhbGciOi.",
            "cGFzc3dvcmQ9b3BlbnNlc2FtZTEy",
            "curl -u a:b\n-",
            "/home/a",
            "1.1.",
            "4111 1111 ",
            "a:b:",
            "a@b.",
            "Bearer ",
            "AKIAQ7",
            "&#65;",
            "\\u0041",
            "\\101",
            "=3DAB ",
            "41 42 ",
            "12-34-56-78-9a-",
            "\"a\" + ",
            "\u{200b}a",
            "a\u{1b}[1m",
            "cGFzc3dvcmQ9b3BlbnNlc2FtZTEycGFzc3dvcmQ9b3Bl\n",
            "x\\",
            "passport 1234567 ",
            "AKIAQ7\" \"",
            "glpat-ab\\n",
            "-----END PRIVATE KEY-----\n",
            "\nq7Zp4Xw2-----END PRIVATE KEY-----",
            "key q7Zp4Xw2Lr9Tb6Nk1q7Zp4Xw2Lr9Tb6Nk2q7Zp4Xw2Lr9Tb6Nk3q7Zp4Xw2Lr9Tb6Nk4abcdefgh\n",
            "ghp_q7Zp4Xw2L...",
            "H4sIAAAAAAAA//",
            "+/aB3x9Kq2aB3x9Kq2",
            "sudo -S <<< ",
            "machine a login b password c ",
            "-----BEGIN PRIVATE KEY-----\n-a",
            "a,token\nb,",
            "t(a,token) values(1,",
            "(1, x(a,token) values(3), ",
            "(1,'q7Zp4Xw2Lr9T'),",
            "token,token\n",
            "a,a,token,token,a,token,token,token\n",
            "    1\u{2192}cGFzc3dvcmQ9b3BlbnNlc2FtZTEycGFzc3dvcmQ9b3Bl\n",
            "passwords: {a: b1, ",
            "secrets:\n  a: b\n",
            "\"password\",[[\"a1\",",
            "<tr><th>password</th></tr><tr><td>",
            "login a1b2c3 d4 ",
            "the password a1 is ",
            "cat key\nab12cd\n",
            "COPY t (password, a) FROM stdin;\nx1\t",
            "a,dob\nb,",
            "dob,dob\n",
            "dob: 1984-03-12\n",
            "dob: [1984-03-12, dob: 1984-03-12, ",
            "recovery codes:\n1234-5678\n",
            "PIN: 4711 ",
            "eyJhbGciOiJIUzI1NiJ9.\neyJhbGciOiJIUzI1NiJ9.\n",
            "dob | dob | passport\n",
            "(1, x(a,dob) values(3), ",
            "deploy key,a deploy key\n",
            "| deploy key | deploy key |\n",
            "> GET token\n\"a1\"\n",
            "(gdb) p token\n(gdb) p ",
            "\n     7\u{2192}token: ",
            "     7\ttoken&quot;:",
            "curl -u \n",
            "-u a -p ",
            "1) \"token\"\n2) \"token\"\n",
            "a1b2c3 is the deploy key as the deploy key ",
            "A_TOKEN,A_TOKEN\n",
            "key? deploy key? a1 ",
            " name=\"token\"\n\n",
            "\"a1\" . ",
            "'a1b2c3'\"d4",
            "[\"a1b2\",\"c3d4\"].join(\"\")",
            "[\"a1b2c3\",\"].join(\"\")",
            "\"\".join([\"a1b2c3\",",
            "chr(49).",
            "x/hooks/a1b2c3d4e5f6g7h8i9/",
            "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK\n",
            "%u0041",
            "ParameterKey=token,",
            "\"a1\"\n \"",
            "''",
            "\u{ff41}\u{ff11}",
            "\u{59d3}\u{540d}\u{ff1a}\u{738b}\u{660e}\n",
            "\u{443}\u{43b}. \u{41b} 7",
            "a\u{ad}b",
            "\\u{41}",
            "\\U00000041",
            "C:\\Users\\A B ",
            "-rw-r--r-- 1 kmori staff ",
            "a at b dot c ",
            "kmori@b:~/a",
            "    q7Zp4Xw2Lr9Tb6Nk1q7Zp4Xw2Lr9Tb6Nk2q7Zp4Xw2Lr9Tb6Nk3q7Zp4Xw2Lr9Tb6N\n",
            "> > > q7Zp4Xw2Lr9Tb6Nk1q7Zp4Xw2Lr9Tb6Nk2 q7Zp4Xw2Lr9Tb6Nk3q7Zp4Xw2\n",
            "api_key=q7Zp4Xw2Lr9T\u{2026}",
            "%DB_PASS%",
            "echo a1b2c3 > token\n",
            "assert 'a1' == password\n",
            "expect(password).toBe(\"a1\") ",
            "the password for the a is ",
            "password = q(a1 q(",
            "Expected: \"a1\" password ",
            "--password\n  a1\n",
            "+token,\n",
            "a.c:1:- name: TOKEN\n",
            "tel 030 1234567 ",
            "password=opensesame12",
            "k\\u0000e\\u0000y\\u0000=\\u0000",
            "    \"Id\": \"ab12cd34\"\n",
            "    \\\"Id\\\": \\\"ab12cd34\\\"\\n",
            "a\"\"b1\",",
        ];
        for piece in pieces {
            let work = |bytes: usize, mut scratch: Scratch| {
                // The windows of the last pieces reach as far as those of the others.
                let text = piece.repeat(bytes / piece.len()) + &" ".repeat(40_000);
                parts.scan(text.as_bytes(), &mut scratch);
                scratch.work + scratch.nested.map_or(0, |nested| nested.work)
            };
            let (once, thrice) = (work(60_000, Scratch::default()), work(180_000, Scratch::default()));
            assert!(thrice <= once * 7 / 2 + 20_000, "{piece}: {once} then {thrice}");
            assert!(once <= 60_000 * 80, "{piece}: {once}");
            // What is found anew is looked for again from the start.
            let remembering = work(60_000, Scratch::remembering());
            assert!(remembering <= once * 4 + 60_000 * 20, "{piece}: {once}, remembering {remembering}");
        }
    }
}
