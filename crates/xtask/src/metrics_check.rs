//! Compares the metrics that the alert rules and dashboards under `deploy/` read with those that a
//! running server exposes. An alert on a metric that does not exist never fires.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use std::{fs, io};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

use crate::promql::metric_names;
use crate::source::files;

/// What Prometheus makes by itself.
const OF_PROMETHEUS: [&str; 2] = ["up", "ALERTS"];

/// How long the server may take for its answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Prints every metric that is read and not exposed, with the file that reads it.
///
/// # Errors
///
/// Returns an error if the arguments are wrong, a file cannot be read, or the server does not
/// answer.
pub(crate) fn check(root: &Path, arguments: &[String]) -> anyhow::Result<ExitCode> {
    let [flag, url] = arguments else { bail!("usage: cargo xtask metrics-check --url URL") };
    ensure!(flag == "--url", "usage: cargo xtask metrics-check --url URL");

    let wanted = wanted(&root.join("deploy"))?;
    ensure!(!wanted.is_empty(), "no file under deploy/ names a metric");
    let exposed = exposed(&get(url, "/metrics")?);

    let mut missing = 0;
    for (name, readers) in &wanted {
        if !exposed.contains(name) {
            let readers: Vec<&str> = readers.iter().map(String::as_str).collect();
            println!("`{name}` is not exposed, but read by {}", readers.join(", "));
            missing += 1;
        }
    }
    println!("metrics-check: {} metrics read, {missing} missing", wanted.len());
    Ok(if missing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The metrics that rules and dashboards read, each with the files that read it. Names that a
/// recording rule makes are not among them.
fn wanted(deploy: &Path) -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
    let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut made: BTreeSet<String> = OF_PROMETHEUS.iter().map(|&name| name.to_owned()).collect();
    for path in files(deploy, &[".yml", ".json"])? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path)?;
        let expressions = if path.extension().is_some_and(|ending| ending == "json") {
            let dashboard: Value = serde_json::from_str(&text).with_context(|| name.clone())?;
            dashboard_expressions(&dashboard)
        } else {
            made.extend(rule_values(&text, "record"));
            rule_values(&text, "expr")
        };
        for metric in expressions.iter().flat_map(|expression| metric_names(expression)) {
            wanted.entry(metric).or_default().insert(name.clone());
        }
    }
    wanted.retain(|metric, _| !made.contains(metric));
    Ok(wanted)
}

/// The values of a key in a rule file, whether they stand on the line or indented below it.
fn rule_values(text: &str, key: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let plain = line.trim_start().trim_start_matches("- ");
        let Some(value) = plain.strip_prefix(key).and_then(|rest| rest.strip_prefix(':')) else {
            continue;
        };
        let indent = line.len() - plain.len();
        let mut value = value.trim().trim_start_matches(['|', '>', '-']).to_owned();
        while let Some(next) = lines
            .next_if(|next| next.trim().is_empty() || next.len() - next.trim_start().len() > indent)
        {
            value.push(' ');
            value.push_str(next.trim());
        }
        values.push(value.trim().to_owned());
    }
    values
}

/// The `expr` of every panel, however deep.
fn dashboard_expressions(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| match (key.as_str(), value) {
                ("expr", Value::String(expression)) => vec![expression.clone()],
                _ => dashboard_expressions(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(dashboard_expressions).collect(),
        _ => Vec::new(),
    }
}

/// The names in a page of metrics.
fn exposed(page: &str) -> BTreeSet<String> {
    page.lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| line.split(['{', ' ']).next().unwrap_or_default().to_owned())
        .collect()
}

/// Asks a server on this machine for a page. HTTP/1.0 keeps the answer in one piece.
fn get(url: &str, path: &str) -> anyhow::Result<String> {
    let address = url.strip_prefix("http://").context("the URL must begin with http://")?;
    let address = address.trim_end_matches('/');
    let answer = exchange(address, path).with_context(|| format!("cannot read {url}{path}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer is not HTTP")?;
    let status = head.lines().next().unwrap_or_default();
    ensure!(status.contains(" 200"), "{url}{path} answers `{status}`");
    Ok(body.to_owned())
}

fn exchange(address: &str, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\nAccept: text/plain\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_stands_on_its_line_or_below_it() {
        let text = "groups:\n  - rules:\n      - alert: A\n        expr: a_total > 0\n        for: 5m\n      - record: b:rate\n        expr: |\n          rate(b_total[5m])\n            / c_total\n        labels: {}\n";

        assert_eq!(rule_values(text, "expr"), ["a_total > 0", "rate(b_total[5m]) / c_total"]);
        assert_eq!(rule_values(text, "record"), ["b:rate"]);
    }

    #[test]
    fn the_panels_of_a_dashboard_are_read_at_every_depth() {
        let dashboard = serde_json::json!({
            "panels": [{ "targets": [{ "expr": "a" }], "panels": [{ "targets": [{ "expr": "b" }] }] }]
        });

        assert_eq!(dashboard_expressions(&dashboard), ["a", "b"]);
    }

    #[test]
    fn a_page_of_metrics_lists_its_names() {
        let page = "# TYPE a_total counter\na_total{x=\"1\"} 2\n\nb_seconds 0.1\n";

        assert_eq!(exposed(page), BTreeSet::from(["a_total".to_owned(), "b_seconds".to_owned()]));
    }
}
