//! Which crate may depend on which, read from the manifests.

use std::path::Path;
use std::{fs, io};

/// What one manifest says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Manifest {
    dependencies: Vec<String>,
    dev_dependencies: Vec<String>,
    inherits_lints: bool,
}

/// The place of a crate in the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `platform` and `console`: they know nothing of ours.
    Leaf,
    /// An engine below a service: pure, without a run time and without I/O.
    Engine,
    /// A service, `accounts` or `logbook`.
    Service,
    TestKit,
    Server,
    XTask,
}

/// Crates that do I/O, and therefore stand in no engine.
const IO_CRATES: [&str; 7] =
    ["tokio", "sqlx", "axum", "reqwest", "redis", "object_store", "tracing-subscriber"];

/// Reports what the manifests under `crates/` break.
///
/// # Errors
///
/// Returns the error of the file system.
pub(crate) fn check(root: &Path) -> io::Result<Vec<String>> {
    let mut manifests = Vec::new();
    for entry in fs::read_dir(root.join("crates"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path().join("Cargo.toml");
        if path.is_file() {
            manifests.push((name, parse(&fs::read_to_string(path)?)));
        }
    }
    manifests.sort_by(|a, b| a.0.cmp(&b.0));

    let ours: Vec<&str> = manifests.iter().map(|(name, _)| name.as_str()).collect();
    Ok(manifests.iter().flat_map(|(name, manifest)| broken(name, manifest, &ours)).collect())
}

fn broken(name: &str, manifest: &Manifest, ours: &[&str]) -> Vec<String> {
    let file = format!("crates/{name}/Cargo.toml");
    let mut broken = Vec::new();
    if !manifest.inherits_lints {
        broken.push(format!("{file}: add `[lints]` with `workspace = true`"));
    }
    for dependency in &manifest.dependencies {
        let is_ours = ours.contains(&dependency.as_str());
        if is_ours && !may_use(name, dependency) {
            broken.push(format!("{file}: `{name}` must not depend on `{dependency}`"));
        }
        if place(name) == Place::Engine && IO_CRATES.contains(&dependency.as_str()) {
            broken.push(format!("{file}: an engine is pure and must not use `{dependency}`"));
        }
    }
    for dependency in &manifest.dev_dependencies {
        let is_ours = ours.contains(&dependency.as_str());
        let for_tests = dependency == "testkit" && place(name) != Place::Engine;
        if is_ours && !for_tests && !may_use(name, dependency) {
            broken.push(format!("{file}: the tests of `{name}` must not use `{dependency}`"));
        }
    }
    broken
}

fn place(name: &str) -> Place {
    match name {
        "platform" | "console" => Place::Leaf,
        "testkit" => Place::TestKit,
        "server" => Place::Server,
        "xtask" => Place::XTask,
        "delta-sim" | "doc-convert" => Place::Engine,
        _ if name.ends_with("-engine") => Place::Engine,
        _ => Place::Service,
    }
}

/// The table of who may import whom. Services never meet in code.
fn may_use(name: &str, dependency: &str) -> bool {
    match (place(name), place(dependency)) {
        (Place::Server, other) => !matches!(other, Place::XTask | Place::TestKit),
        (Place::TestKit, _) | (Place::Service, Place::Leaf) => dependency == "platform",
        (Place::Service | Place::XTask, Place::Engine) => true,
        (Place::Engine, Place::Engine) => name != dependency,
        _ => false,
    }
}

/// Reads the few lines of a manifest that matter here. Every manifest of ours has one dependency a
/// line, which `cargo xtask layers` may therefore rely on.
fn parse(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut section = "";
    for line in text.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']');
            continue;
        }
        let end = line.find(['.', '=', ' ']).unwrap_or(line.len());
        let key = line.get(..end).unwrap_or_default();
        if key.is_empty() || key.starts_with('#') {
            continue;
        }
        match section {
            "dependencies" | "build-dependencies" => manifest.dependencies.push(key.to_owned()),
            "dev-dependencies" => manifest.dev_dependencies.push(key.to_owned()),
            "lints" => manifest.inherits_lints |= line.replace(' ', "") == "workspace=true",
            _ => {}
        }
    }
    manifest
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: [&str; 6] = ["platform", "testkit", "credit", "credit-engine", "levels", "server"];

    fn problems(name: &str, text: &str) -> Vec<String> {
        broken(name, &parse(text), &OURS)
    }

    #[test]
    fn a_service_uses_the_platform_its_engine_and_in_tests_the_test_kit() {
        let text = "[lints]\nworkspace = true\n[dependencies]\nplatform.workspace = true\ncredit-engine.workspace = true\naxum = \"0.8\"\n[dev-dependencies]\ntestkit.workspace = true\n";

        assert_eq!(problems("credit", text), Vec::<String>::new());
    }

    #[test]
    fn a_service_never_uses_another_service_or_the_test_kit_outside_tests() {
        let text = "[lints]\nworkspace=true\n[dependencies]\nlevels.workspace = true\ntestkit.workspace = true\n";

        let problems = problems("credit", text);

        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].contains("`credit` must not depend on `levels`"), "{problems:?}");
    }

    #[test]
    fn nothing_imports_the_server_and_the_platform_imports_nothing() {
        let lints = "[lints]\nworkspace = true\n[dependencies]\n";

        assert_eq!(problems("levels", &format!("{lints}server.workspace = true\n")).len(), 1);
        assert_eq!(problems("platform", &format!("{lints}levels.workspace = true\n")).len(), 1);
    }

    #[test]
    fn an_engine_is_pure() {
        let text = "[lints]\nworkspace = true\n[dependencies]\ntokio.workspace = true\n[dev-dependencies]\ntestkit.workspace = true\n";

        assert_eq!(problems("credit-engine", text).len(), 2);
    }

    #[test]
    fn lints_are_inherited_everywhere() {
        assert!(problems("credit", "[dependencies]\n")[0].contains("[lints]"));
    }
}
