//! Listens to what sqlx logs, so that the bare handler runs the very statements that the page ran.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

#[derive(Clone, Default)]
pub struct Statements {
    on: Arc<AtomicBool>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Statements {
    pub fn watch() -> Statements {
        let statements = Statements::default();
        tracing_subscriber::registry().with(statements.clone()).init();
        statements
    }

    pub fn start(&self) {
        self.on.store(true, Ordering::SeqCst);
    }

    pub fn stop(&self) -> Vec<String> {
        self.on.store(false, Ordering::SeqCst);
        std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S: Subscriber> Layer<S> for Statements {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.on.load(Ordering::Relaxed) && metadata.target() == "sqlx::query"
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut read = Read::default();
        event.record(&mut read);
        // What is longer than its summary is logged with empty lines around it.
        let statement = read.statement.trim();
        let text = if statement.is_empty() { read.summary } else { statement.to_owned() };
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    }
}

#[derive(Default)]
struct Read {
    summary: String,
    statement: String,
}

impl Visit for Read {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => self.summary = value.to_owned(),
            "db.statement" => self.statement = value.to_owned(),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
