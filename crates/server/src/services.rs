//! The services of this binary. Registering one is one line here.

use platform::service::Registration;

/// All services, in the order in which they start.
pub(crate) const SERVICES: &[Registration] =
    &[accounts::REGISTRATION, logbook::REGISTRATION, credit::REGISTRATION, strangle::REGISTRATION];

/// The services that every process runs, whatever `--services` says: login and logs.
pub(crate) const ALWAYS: [&str; 2] = ["accounts", "logbook"];

/// Picks the services that `names` asks for; an empty list asks for all.
///
/// # Errors
///
/// Returns the first name that no service has.
pub(crate) fn pick(names: &[String]) -> Result<Vec<Registration>, String> {
    if let Some(unknown) = names.iter().find(|name| !SERVICES.iter().any(|s| s.name == **name)) {
        let known: Vec<_> = SERVICES.iter().map(|s| s.name).collect();
        return Err(format!(
            "--services: there is no `{unknown}`; choose from {}",
            known.join(", ")
        ));
    }
    let wanted = |service: &Registration| {
        names.is_empty()
            || ALWAYS.contains(&service.name)
            || names.iter().any(|name| name == service.name)
    };
    Ok(SERVICES.iter().copied().filter(wanted).collect())
}
