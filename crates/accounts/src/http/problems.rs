//! Failures as problem documents; only here are status codes chosen.

use chrono::TimeDelta;
use http::StatusCode;
use platform::http::etag::stale;
use platform::problem::{FieldError, Problem};

use crate::domain::password::PasswordError;
use crate::domain::token::TokenError;
use crate::grants::Refused;
use crate::passwords::PasswordsError;
use crate::people::PeopleError;
use crate::sign_in::{PasswordChangeError, SignInError};

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => unauthorized("wrong_credentials", "You were not let in")
                .detail("The user name or the password is wrong."),
            SignInError::Locked(time) => locked(time),
            SignInError::Inactive => {
                Self::new(StatusCode::FORBIDDEN, "user_inactive", "This user is not active")
                    .detail("Ask an administrator to activate it.")
            }
            SignInError::Refresh => unauthorized("invalid_refresh_token", "The session has ended")
                .detail("The refresh token is unknown, expired or revoked. Sign in again."),
            SignInError::Superseded => Self::new(
                StatusCode::CONFLICT,
                "refresh_superseded",
                "The token was exchanged a moment ago",
            )
            .detail(
                "Another tab has just refreshed this session. Repeat with the token it received.",
            )
            .retry_after(1),
            SignInError::Reused => unauthorized("refresh_token_reused", "The session was ended")
                .detail(
                    "The refresh token had been used before, so that it may be in other hands: \
                     all tokens of this session were revoked. Sign in again.",
                ),
            SignInError::Csrf => csrf(),
            SignInError::Passwords(source) => source.into(),
            SignInError::Token(source) => Self::internal(source),
            SignInError::Id(source) => Self::internal(source),
            SignInError::Db(source) => source.into(),
        }
    }
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::EmailTaken => {
                Self::new(StatusCode::CONFLICT, "email_taken", "This address is in use")
                    .detail("Another user, possibly an inactive one, has this e-mail address.")
                    .field("/email", "email_taken", "is in use by another user")
            }
            PeopleError::NotFound => Self::not_found("user_not_found", "user"),
            PeopleError::Stale(current) => stale(current),
            PeopleError::LastAdmin => Self::new(
                StatusCode::CONFLICT,
                "last_admin",
                "The last administrator stays",
            )
            .detail(
                "This is the only active administrator of all services. Make another one first.",
            ),
            PeopleError::Beyond(grant) => {
                Self::new(StatusCode::FORBIDDEN, "beyond_your_grants", "This is above you")
                    .detail(format!("It concerns the grant `{grant}`, which you do not hold."))
            }
            PeopleError::WrongPassword => Self::invalid(vec![FieldError::new(
                "/current_password",
                "wrong_password",
                "is not the current password",
            )]),
            PeopleError::SamePassword => Self::invalid(vec![FieldError::new(
                "/new_password",
                "password_unchanged",
                "must differ from the current password",
            )]),
            PeopleError::Refused(rule) => refused_password("/new_password", &rule),
            PeopleError::Passwords(source) => source.into(),
            PeopleError::Id(source) => Self::internal(source),
            PeopleError::Db(source) => source.into(),
        }
    }
}

impl From<PasswordChangeError> for Problem {
    fn from(error: PasswordChangeError) -> Self {
        match error {
            PasswordChangeError::SignIn(source) => source.into(),
            PasswordChangeError::People(source) => source.into(),
        }
    }
}

impl From<PasswordsError> for Problem {
    fn from(error: PasswordsError) -> Self {
        match error {
            PasswordsError::Busy => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "login_busy", "Too many sign-ins")
                    .detail("Many passwords are being checked just now. Try again in a moment.")
                    .retry_after(2)
            }
            other => Self::internal(other),
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Expired => unauthorized("token_expired", "The access token has expired")
                .detail("Refresh the session with POST /api/auth/refresh, or sign in again."),
            TokenError::Invalid => unauthorized("invalid_token", "The access token is not valid")
                .detail("Sign in again with POST /api/auth/login."),
            TokenError::Sign => Self::internal(error),
        }
    }
}

/// The answer to a session that has ended before its token did.
pub(super) fn session_ended() -> Problem {
    unauthorized("session_ended", "The session has ended")
        .detail("It was signed out, revoked, or its user is no longer active. Sign in again.")
}

/// The answer to a key that is unknown, revoked or expired; nobody learns which.
pub(super) fn invalid_key() -> Problem {
    unauthorized("invalid_api_key", "The API key is not valid")
        .detail("It is unknown, revoked or expired. Make a new one with POST /api/auth/api-keys.")
}

/// The answer to a cookie without the token that only scripts of our origin can read.
pub(super) fn csrf() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "csrf", "The request does not come from the console")
        .detail("Send the value of the cookie `quintet_csrf` as the header `X-CSRF-Token`.")
}

/// The answer to a key that does what only a person may.
pub(super) fn person_required() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "person_required", "An API key may not do this")
        .detail("Sign in with a password instead.")
}

/// The answer to a person who has not yet replaced a one-time password.
pub(super) fn password_change_required() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "password_change_required",
        "The password must be changed first",
    )
    .detail("Set a new password with POST /api/auth/password.")
}

/// The answer to a password that breaks a rule.
pub(super) fn refused_password(pointer: &str, rule: &PasswordError) -> Problem {
    Problem::invalid(vec![FieldError::new(pointer, rule.code(), rule.to_string())])
}

/// Says which entry of a list was refused.
pub(super) fn refused_entry(pointer: &str, code: &'static str, refused: Refused) -> FieldError {
    let pointer = match refused.place {
        Some(place) => format!("{pointer}/{place}"),
        None => pointer.to_owned(),
    };
    FieldError::new(pointer, code, refused.reason)
}

fn locked(time: TimeDelta) -> Problem {
    let seconds = u64::try_from(time.num_seconds()).unwrap_or(0) + 1;
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_attempts", "Too many wrong passwords")
        .detail(format!("Try again in {} minutes.", seconds.div_ceil(60)))
        .retry_after(seconds)
}

fn unauthorized(code: &'static str, title: &'static str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code, title)
}
