//! Turns events of `tracing` into lines.

use std::fmt;

use platform::clock::Clock;
use platform::correlation::Correlation;
use tracing::field::{Field as Name, Visit};
use tracing::span::{Attributes, Id, Record as Changes};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, Scope};

use super::line::{Field, Record, plain_field, text_field};
use super::queue::Queue;

/// Where lines go.
#[derive(Debug, Clone)]
pub(crate) struct Outlets {
    /// The log file, always JSON.
    pub(crate) file: Option<Queue>,
    /// Standard output.
    pub(crate) stdout: Option<Queue>,
    /// Whether standard output is JSON too.
    pub(crate) stdout_json: bool,
}

/// Writes each event as a line.
#[derive(Debug)]
pub(crate) struct LineLayer {
    pub(crate) outlets: Outlets,
    pub(crate) clock: Clock,
}

/// The fields of a span, kept with it.
struct SpanFields(Vec<Field>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for LineLayer {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Collected::default();
        attributes.record(&mut fields);
        span.extensions_mut().insert(SpanFields(fields.fields));
    }

    fn on_record(&self, id: &Id, changes: &Changes<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Collected::default();
        changes.record(&mut fields);
        let mut extensions = span.extensions_mut();
        if let Some(kept) = extensions.get_mut::<SpanFields>() {
            kept.0.extend(fields.fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut collected = Collected::default();
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(kept) = span.extensions().get::<SpanFields>() {
                collected.fields.extend(kept.0.iter().cloned());
            }
        }
        event.record(&mut collected);
        let (logger, mut fields) = (event.metadata().target(), collected.fields);
        // What comes through the `log` crate names its origin in fields.
        let logger = collected.log_target.unwrap_or_else(|| logger.to_owned());
        fields.retain(|(name, _)| !name.starts_with("log."));
        let record = Record {
            at: self.clock.now(),
            level: level(*event.metadata().level()),
            logger,
            message: collected.message,
            fields,
            correlation: Correlation::current(),
        };
        self.outlets.write(&record);
    }
}

impl Outlets {
    fn write(&self, record: &Record) {
        let json = (self.file.is_some() || self.stdout_json).then(|| record.json());
        if let (Some(queue), Some(line)) = (&self.file, &json) {
            queue.push(line.as_bytes());
        }
        if let Some(queue) = &self.stdout {
            match &json {
                Some(line) if self.stdout_json => queue.push(line.as_bytes()),
                _ => queue.push(record.text().as_bytes()),
            }
        }
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => "ERROR",
        Level::WARN => "WARN",
        Level::INFO => "INFO",
        Level::DEBUG | Level::TRACE => "DEBUG",
    }
}

/// The fields of an event or span, in order.
#[derive(Default)]
struct Collected {
    message: String,
    log_target: Option<String>,
    fields: Vec<Field>,
}

impl Visit for Collected {
    fn record_str(&mut self, name: &Name, value: &str) {
        match name.name() {
            "message" => value.clone_into(&mut self.message),
            "log.target" => self.log_target = Some(value.to_owned()),
            name => self.fields.push(text_field(name, value)),
        }
    }

    fn record_bool(&mut self, name: &Name, value: bool) {
        self.fields.push(plain_field(name.name(), value));
    }

    fn record_i64(&mut self, name: &Name, value: i64) {
        self.fields.push(plain_field(name.name(), value));
    }

    fn record_u64(&mut self, name: &Name, value: u64) {
        self.fields.push(plain_field(name.name(), value));
    }

    fn record_f64(&mut self, name: &Name, value: f64) {
        // JSON has no NaN and no infinity.
        if value.is_finite() {
            self.fields.push(plain_field(name.name(), value));
        } else {
            self.fields.push(text_field(name.name(), &value.to_string()));
        }
    }

    fn record_error(&mut self, name: &Name, value: &(dyn std::error::Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        self.record_str(name, &text);
    }

    fn record_debug(&mut self, name: &Name, value: &dyn fmt::Debug) {
        self.record_str(name, &format!("{value:?}"));
    }
}
