//! The part of a search that looks at the addresses of servers: `scheme://user:password@host`.

use super::builtin::Builtin;
use super::search::Search;
use super::{generic, value};

/// No user's name and password together are longer.
const USERINFO_MAX: usize = 512;

impl Search<'_> {
    /// An address goes on at `start`, after its `://`.
    pub(super) fn url(&mut self, start: usize) {
        // The given bytes tell most addresses apart: without an `@` before the next blank or quote there is nothing to find.
        let ahead = self.text.get(start..self.text.len().min(start + USERINFO_MAX)).unwrap_or_default();
        let host = ahead
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || b"\"'`<>\\".contains(byte))
            .unwrap_or(ahead.len());
        let Some(at) = ahead.get(..host).and_then(|part| memchr::memrchr(b'@', part)) else { return };
        let userinfo = ahead.get(..at).unwrap_or_default();
        // A later `@` belongs to a path or a query, unless no slash stands before it.
        let userinfo = match memchr::memchr2(b'/', b'?', userinfo) {
            None => userinfo,
            Some(_) => {
                let Some(first) = memchr::memchr(b'@', userinfo) else { return };
                userinfo.get(..first).filter(|part| memchr::memchr2(b'/', b'?', part).is_none()).unwrap_or_default()
            }
        };
        let (from, password) = match memchr::memchr(b':', userinfo) {
            Some(colon) => (colon + 1, userinfo.get(colon + 1..).unwrap_or_default()),
            None => (0, userinfo),
        };
        let alone = from == 0;
        let secret = if alone { generic::is_random(password, 20) } else { password.len() >= 3 };
        let named = password.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
        let code = password.iter().any(|byte| b"{}$<>()".contains(byte))
            && password.len() < 40
            && !password.iter().any(u8::is_ascii_digit);
        if secret && !named && !code && !generic::is_marker(password) && !value::is_placeholder(password) {
            self.report(Builtin::UrlPassword, start + from, start + from + password.len());
        }
    }
}
