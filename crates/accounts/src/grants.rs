//! Rules over the grants and scopes that people and keys hold.

use platform::auth::{Caller, Credential, Grant, Role};

/// The most grants of one person or key.
const MOST: usize = 64;

/// A text in a list that was refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// Its place; `None` if the list itself is refused.
    pub(crate) place: Option<usize>,
    /// Why.
    pub(crate) reason: String,
}

/// Reads grants such as `viewer` or `credit:operator`; each counts once.
pub(crate) fn parse(texts: &[String]) -> Result<Vec<Grant>, Refused> {
    check_length(texts)?;
    let mut grants = Vec::with_capacity(texts.len());
    for (place, text) in texts.iter().enumerate() {
        let grant: Grant = text.parse().map_err(|reason: &str| refused(place, text, reason))?;
        if grant.service.as_deref().is_some_and(|service| !is_service(service)) {
            return Err(refused(place, text, "must name a service in lower case"));
        }
        if !grants.contains(&grant) {
            grants.push(grant);
        }
    }
    Ok(grants)
}

/// Reads scopes such as `*`, `*:read` or `credit:write`; each counts once.
pub(crate) fn parse_scopes(texts: &[String]) -> Result<Vec<String>, Refused> {
    check_length(texts)?;
    let mut scopes: Vec<String> = Vec::with_capacity(texts.len());
    for (place, text) in texts.iter().enumerate() {
        let good = text.split_once(':').map_or(text == "*", |(service, kind)| {
            (service == "*" || is_service(service))
                && ["read", "write", "audit", "admin", "*"].contains(&kind)
        });
        if !good {
            let rule =
                "must be `*` or <service>:<kind> with the kind read, write, audit, admin or *";
            return Err(refused(place, text, rule));
        }
        if !scopes.contains(text) {
            scopes.push(text.clone());
        }
    }
    Ok(scopes)
}

/// Writes grants as they were read.
pub(crate) fn texts(grants: &[Grant]) -> Vec<String> {
    grants.iter().map(ToString::to_string).collect()
}

/// Tells whether one of `held` includes `wanted`.
pub(crate) fn includes(held: &[Grant], wanted: &Grant) -> bool {
    held.iter().any(|grant| {
        (grant.service.is_none() || grant.service == wanted.service)
            && grant.role.includes(wanted.role)
    })
}

/// Returns the first of `wanted` that `held` does not include.
pub(crate) fn beyond<'a>(held: &[Grant], wanted: &'a [Grant]) -> Option<&'a Grant> {
    wanted.iter().find(|grant| !includes(held, grant))
}

/// Tells whether these grants make an administrator of everything.
pub(crate) fn is_admin(grants: &[Grant]) -> bool {
    grants.iter().any(|grant| grant.service.is_none() && grant.role == Role::Admin)
}

/// Returns what `caller` may hand on to others: their grants; nothing if they are a key whose
/// scopes narrow them, because handing on would widen.
pub(crate) fn transferable(caller: &Caller) -> &[Grant] {
    let narrowed = caller.credential == Credential::ApiKey
        && caller.scopes.as_ref().is_some_and(|scopes| !scopes.iter().any(|s| s == "*"));
    if narrowed { &[] } else { &caller.grants }
}

/// Returns what a key may do now: its own grants as far as its owner still has them, or all of the
/// owner's if it names none.
pub(crate) fn of_key(key: &[Grant], owner: &[Grant]) -> Vec<Grant> {
    if key.is_empty() {
        return owner.to_vec();
    }
    key.iter().filter(|grant| includes(owner, grant)).cloned().collect()
}

fn check_length(texts: &[String]) -> Result<(), Refused> {
    if texts.len() <= MOST {
        return Ok(());
    }
    let reason = format!("must have at most {MOST} entries, has {}", texts.len());
    Err(Refused { place: None, reason })
}

fn refused(place: usize, text: &str, reason: &str) -> Refused {
    let shown: String = text.chars().take(80).collect();
    Refused { place: Some(place), reason: format!("{reason}, was `{shown}`") }
}

fn is_service(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(texts: &[&str]) -> Vec<Grant> {
        parse(&owned(texts)).unwrap()
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|t| (*t).to_owned()).collect()
    }

    #[test]
    fn a_grant_that_cannot_be_read_is_named_by_its_place() {
        let refused = parse(&owned(&["viewer", "credit:king"])).unwrap_err();
        assert_eq!(refused.place, Some(1));
        assert!(refused.reason.contains("`credit:king`"), "{}", refused.reason);
        assert!(parse(&owned(&["a\0:viewer"])).is_err());
        assert_eq!(parse(&vec!["viewer".to_owned(); 65]).unwrap_err().place, None);
        assert_eq!(grants(&["viewer", "viewer"]).len(), 1);
    }

    #[test]
    fn scopes_have_two_forms() {
        let good = owned(&["*", "*:read", "credit:write", "credit:*"]);
        assert_eq!(parse_scopes(&good), Ok(good));
        for bad in ["", "read", "credit:fly", ":read", "Credit:read"] {
            assert!(parse_scopes(&owned(&[bad])).is_err(), "{bad}");
        }
    }

    #[test]
    fn nobody_hands_on_what_they_do_not_hold() {
        let service_admin = grants(&["credit:admin", "viewer"]);
        assert_eq!(beyond(&service_admin, &grants(&["credit:operator", "levels:viewer"])), None);
        let admin = grants(&["admin"]);
        assert_eq!(beyond(&service_admin, &admin), admin.first());
        assert_eq!(beyond(&admin, &grants(&["auditor", "credit:admin"])), None);
        assert!(is_admin(&admin) && !is_admin(&service_admin));
    }

    #[test]
    fn a_key_follows_its_owner_down_but_not_up() {
        let key = grants(&["credit:operator", "viewer"]);
        assert_eq!(of_key(&key, &grants(&["operator"])), key);
        assert_eq!(of_key(&key, &grants(&["viewer"])), grants(&["viewer"]));
        assert_eq!(of_key(&[], &grants(&["viewer"])), grants(&["viewer"]));
        assert!(of_key(&key, &[]).is_empty());
    }
}
