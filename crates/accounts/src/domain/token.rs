//! Access tokens: JSON web tokens with one algorithm, HS256, and a key that is named.
//!
//! # Invariants
//!
//! - The key is chosen by `kid` among the two that are configured, never by what else the token
//!   says; a token without a known `kid` is refused before its signature is looked at.
//! - Nothing of a token is believed, kept or logged before its signature has been verified.
//! - All claims are required; `exp` has no leeway.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::ids::{SessionId, UserId};

const ISSUER: &str = "quintet";
const AUDIENCE: &str = "quintet-api";

/// A token that was issued by a clock which is ahead of ours by more than this is refused.
const MAX_SKEW: TimeDelta = TimeDelta::seconds(60);

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    aud: String,
    /// Whom it speaks for.
    pub(crate) sub: UserId,
    /// The session it belongs to.
    pub(crate) sid: SessionId,
    /// Names this token.
    pub(crate) jti: String,
    iat: i64,
    exp: i64,
}

/// Why a token was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    /// It is not a token of ours.
    #[error("token is not valid")]
    Invalid,
    /// It was good once.
    #[error("token has expired")]
    Expired,
    /// It could not be made.
    #[error("token cannot be signed")]
    Sign,
}

/// The key that signs, and the one before it, which still verifies.
pub(crate) struct Keyring {
    current: Key,
    previous: Option<Key>,
    validation: Validation,
}

struct Key {
    kid: String,
    sign: EncodingKey,
    verify: DecodingKey,
}

impl Keyring {
    /// Makes a ring of the current key and, during a rotation, the previous one.
    pub(crate) fn new(current: &[u8], previous: Option<&[u8]>) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Compared in `verify`, with the clock that is given and without leeway.
        validation.validate_exp = false;
        Self { current: Key::new(current), previous: previous.map(Key::new), validation }
    }

    /// Issues a token for a session.
    pub(crate) fn issue(
        &self,
        sub: &UserId,
        sid: &SessionId,
        jti: String,
        now: DateTime<Utc>,
        lifetime: TimeDelta,
    ) -> Result<String, TokenError> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: sub.clone(),
            sid: sid.clone(),
            jti,
            iat: now.timestamp(),
            exp: (now + lifetime).timestamp(),
        };
        let header = Header { kid: Some(self.current.kid.clone()), ..Header::default() };
        jsonwebtoken::encode(&header, &claims, &self.current.sign).map_err(|_| TokenError::Sign)
    }

    /// Verifies a token and returns what it says.
    pub(crate) fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        let key = header.kid.and_then(|kid| self.find(&kid)).ok_or(TokenError::Invalid)?;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.verify, &self.validation)
            .map_err(|_| TokenError::Invalid)?
            .claims;

        if claims.iat > (now + MAX_SKEW).timestamp() {
            return Err(TokenError::Invalid);
        }
        if claims.exp <= now.timestamp() {
            return Err(TokenError::Expired);
        }
        Ok(claims)
    }

    fn find(&self, kid: &str) -> Option<&Key> {
        [Some(&self.current), self.previous.as_ref()].into_iter().flatten().find(|k| k.kid == kid)
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({})", self.current.kid)
    }
}

impl Key {
    fn new(secret: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"quintet kid\0");
        hash.update(secret);
        let digest = hex::encode(hash.finalize());
        Self {
            kid: digest.chars().take(16).collect(),
            sign: EncodingKey::from_secret(secret),
            verify: DecodingKey::from_secret(secret),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OLD: &[u8] = b"the-old-key-of-at-least-32-bytes!!";
    const NEW: &[u8] = b"the-new-key-of-at-least-32-bytes!!";

    fn user() -> UserId {
        format!("user_{}", "1".repeat(32)).parse().unwrap()
    }

    fn session() -> SessionId {
        format!("session_{}", "2".repeat(32)).parse().unwrap()
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    fn issue(ring: &Keyring, second: i64) -> String {
        let lifetime = TimeDelta::minutes(30);
        ring.issue(&user(), &session(), "jti".into(), at(second), lifetime).unwrap()
    }

    #[test]
    fn a_token_says_what_was_put_in_until_it_expires() {
        let ring = Keyring::new(NEW, None);
        let token = issue(&ring, 1_000);
        let claims = ring.verify(&token, at(2_799)).unwrap();
        assert_eq!((claims.sub, claims.sid, claims.jti.as_str()), (user(), session(), "jti"));
        assert_eq!(ring.verify(&token, at(2_800)), Err(TokenError::Expired));
        assert_eq!(ring.verify(&token, at(900)), Err(TokenError::Invalid));
    }

    #[test]
    fn the_previous_key_verifies_during_a_rotation_and_not_after() {
        let token = issue(&Keyring::new(OLD, None), 0);
        assert!(Keyring::new(NEW, Some(OLD)).verify(&token, at(1)).is_ok());
        assert_eq!(Keyring::new(NEW, None).verify(&token, at(1)), Err(TokenError::Invalid));
    }

    fn forge(header: &Header, claims: &serde_json::Value, key: &[u8]) -> String {
        jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(key)).unwrap()
    }

    #[test]
    fn no_other_algorithm_no_other_audience_no_missing_claim() {
        let ring = Keyring::new(NEW, None);
        let kid = Some(Key::new(NEW).kid);
        let hs256 = Header { kid: kid.clone(), ..Header::default() };
        let full = serde_json::json!({"iss": "quintet", "aud": "quintet-api", "sub": user(),
            "sid": session(), "jti": "j", "iat": 0, "exp": 100});
        assert!(ring.verify(&forge(&hs256, &full, NEW), at(1)).is_ok());

        let hs512 = Header { kid, ..Header::new(Algorithm::HS512) };
        assert_eq!(ring.verify(&forge(&hs512, &full, NEW), at(1)), Err(TokenError::Invalid));
        let nameless = forge(&Header::default(), &full, NEW);
        assert_eq!(ring.verify(&nameless, at(1)), Err(TokenError::Invalid));
        for claim in ["iss", "aud", "sub", "sid", "jti", "iat", "exp"] {
            let mut partial = full.clone();
            partial.as_object_mut().unwrap().remove(claim);
            let token = forge(&hs256, &partial, NEW);
            assert_eq!(ring.verify(&token, at(1)), Err(TokenError::Invalid), "{claim}");
        }
        let mut other = full.clone();
        other["aud"] = "elsewhere".into();
        assert_eq!(ring.verify(&forge(&hs256, &other, NEW), at(1)), Err(TokenError::Invalid));
    }

    #[test]
    fn an_unsigned_token_is_refused() {
        let ring = Keyring::new(NEW, None);
        let token = issue(&ring, 0);
        let (message, _) = token.rsplit_once('.').unwrap();
        assert_eq!(ring.verify(&format!("{message}."), at(1)), Err(TokenError::Invalid));
        assert_eq!(ring.verify(message, at(1)), Err(TokenError::Invalid));
    }

    proptest! {
        #[test]
        fn changing_any_byte_is_noticed(place in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
            let ring = Keyring::new(NEW, Some(OLD));
            let token = issue(&ring, 0);
            let mut bytes = token.clone().into_bytes();
            let place = place.index(bytes.len());
            prop_assume!(bytes[place] != byte);
            bytes[place] = byte;
            let tampered = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(ring.verify(&tampered, at(1)), Err(TokenError::Invalid));
        }

        #[test]
        fn nonsense_is_refused_and_never_panics(text in "\\PC{0,200}") {
            prop_assert!(Keyring::new(NEW, None).verify(&text, at(1)).is_err());
        }
    }
}
