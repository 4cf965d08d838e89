//! Argon2id over memory that does not stay.
//!
//! One hash fills 19 MiB. What the allocator gets back it may keep, for each thread that ever hashed:
//! a burst of sign-ins would leave the process hundreds of megabytes larger. So the memory is asked
//! for in a piece that is too large to be kept, of which only what is needed is ever touched.

use argon2::password_hash::Error;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::Zeroize as _;

/// The GNU allocator gives pieces above 32 MiB back to the system as soon as they are free.
const NEVER_KEPT: usize = 33 * 1024 * 1024;

/// Hashes a password with a salt of its own.
pub(crate) fn hash(password: &[u8]) -> Result<String, Error> {
    let (algorithm, version, params) = (Algorithm::Argon2id, Version::default(), Params::default());
    let salt = Salt::generate();
    let hash = PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(version.into()),
        params: ParamsString::try_from(&params)?,
        salt: Some(salt),
        hash: Some(compute(
            &Argon2::new(algorithm, version, params),
            password,
            &salt,
            Params::DEFAULT_OUTPUT_LEN,
        )?),
    };
    Ok(hash.to_string())
}

/// Compares a password with a stored hash, with the parameters of that hash, in constant time.
pub(crate) fn verify(password: &[u8], stored: &str) -> Result<bool, Error> {
    let stored = PasswordHash::new(stored)?;
    let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else {
        return Err(Error::EncodingInvalid);
    };
    let algorithm = Algorithm::try_from(stored.algorithm.as_str())?;
    let version = stored.version.map(Version::try_from).transpose()?.unwrap_or_default();
    let argon2 = Argon2::new(algorithm, version, Params::try_from(&stored)?);
    Ok(compute(&argon2, password, salt, expected.len())? == *expected)
}

fn compute(
    argon2: &Argon2<'_>,
    password: &[u8],
    salt: &Salt,
    length: usize,
) -> Result<Output, Error> {
    let blocks = argon2.params().block_count();
    let mut memory: Vec<Block> = Vec::new();
    let room = blocks.max(NEVER_KEPT / Block::SIZE);
    memory.try_reserve_exact(room).map_err(|_| Error::OutOfMemory)?;
    memory.resize(blocks, Block::new());

    let mut output = [0; Output::MAX_LENGTH];
    let output = output.get_mut(..length).ok_or(Error::OutputSize)?;
    let filled = argon2.hash_password_into_with_memory(password, salt, output, &mut memory);
    for block in &mut memory {
        block.zeroize();
    }
    filled?;
    Ok(Output::new(output)?)
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHasher as _, PasswordVerifier as _};

    use super::*;

    #[test]
    fn hashes_are_those_of_the_library_and_the_other_way_round() {
        let ours = hash(b"analytical engine").unwrap();
        let theirs = Argon2::default().hash_password(b"analytical engine").unwrap().to_string();

        assert!(Argon2::default().verify_password(b"analytical engine", ours.as_str()).is_ok());
        assert!(verify(b"analytical engine", &theirs).unwrap());
        assert!(!verify(b"difference engine", &theirs).unwrap());
        assert_ne!(ours, hash(b"analytical engine").unwrap(), "each has a salt of its own");
    }

    #[test]
    fn a_hash_is_compared_with_its_own_parameters() {
        let small = Argon2::new(
            Algorithm::Argon2i,
            Version::V0x10,
            Params::new(64, 3, 2, Some(24)).unwrap(),
        );
        let stored = small.hash_password(b"analytical engine").unwrap().to_string();
        assert!(verify(b"analytical engine", &stored).unwrap(), "{stored}");
        assert!(!verify(b"difference engine", &stored).unwrap());
    }

    #[test]
    fn what_is_not_a_whole_hash_is_an_error() {
        for stored in [
            "",
            "x",
            "$argon2id$v=19$m=19456,t=2,p=1",
            "$scrypt$v=1$x=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
        ] {
            assert!(verify(b"analytical engine", stored).is_err(), "{stored}");
        }
    }
}
