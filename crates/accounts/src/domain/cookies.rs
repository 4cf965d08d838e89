//! The cookies of the console: their names, attributes, and how they are found in a request.

/// The access token; scripts cannot read it.
pub(crate) const SESSION: &str = "quintet_session";
/// The refresh token; sent to the sign-in routes only, and scripts cannot read it.
pub(crate) const REFRESH: &str = "quintet_refresh";
/// The token that the console repeats in `X-CSRF-Token`; scripts of our origin read it.
pub(crate) const CSRF: &str = "quintet_csrf";

/// Finds a cookie in a `Cookie` header.
pub(crate) fn find<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// Writes a `Set-Cookie` value; a lifetime of zero removes the cookie.
pub(crate) fn set(name: &str, value: &str, lifetime_seconds: i64, secure: bool) -> String {
    let path = if name == REFRESH { "/api/auth" } else { "/" };
    let hidden = if name == CSRF { "" } else { "; HttpOnly" };
    let secure = if secure { "; Secure" } else { "" };
    let age = lifetime_seconds.max(0);
    format!("{name}={value}; Path={path}; Max-Age={age}; SameSite=Strict{hidden}{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let header = "a=1; xquintet_csrf=no; quintet_csrf=yes";
        assert_eq!(find(header, CSRF), Some("yes"));
        assert_eq!(find(header, SESSION), None);
        assert_eq!(find("", CSRF), None);
    }

    #[test]
    fn scripts_read_only_the_csrf_token_and_the_refresh_token_stays_with_its_routes() {
        assert_eq!(
            set(SESSION, "t", 60, true),
            "quintet_session=t; Path=/; Max-Age=60; SameSite=Strict; HttpOnly; Secure"
        );
        assert_eq!(
            set(REFRESH, "t", 60, false),
            "quintet_refresh=t; Path=/api/auth; Max-Age=60; SameSite=Strict; HttpOnly"
        );
        assert_eq!(set(CSRF, "", 0, false), "quintet_csrf=; Path=/; Max-Age=0; SameSite=Strict");
    }
}
