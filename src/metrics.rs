//! What the process counts, for Prometheus. One set for each shop in the process, so that tests do
//! not count each other's deeds.

use crate::error::Fault;
use prometheus::{IntCounter, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder};

/// Counters that only rise, and gauges that are read from the database when they are asked for.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// By `outcome`: new, known, refused.
    pub webhooks: IntCounterVec,
    /// By `door` and `outcome`: paid, waiting, ended, unknown.
    pub settlements: IntCounterVec,
    /// By `job` and `outcome`: done, failed, panicked.
    pub job_rounds: IntCounterVec,
    pub password_hashes: IntCounter,
    /// By `what`, as the database says now.
    pub standing: IntGaugeVec,
}

impl Metrics {
    /// Fails only on a name that is used twice.
    pub fn new() -> Result<Metrics, Fault> {
        let registry = Registry::new();
        let counter = |name: &str, help: &str, labels: &[&str]| -> prometheus::Result<_> {
            let counter = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counter.clone()))?;
            Ok(counter)
        };
        let make = || -> prometheus::Result<_> {
            let standing = IntGaugeVec::new(
                Opts::new("kirana_standing", "Rows that wait for something, and ages in seconds"),
                &["what"],
            )?;
            registry.register(Box::new(standing.clone()))?;
            let hashes = IntCounter::new("kirana_password_hashes_total", "Passwords hashed")?;
            registry.register(Box::new(hashes.clone()))?;
            Ok((
                counter("kirana_webhooks_total", "Webhooks received", &["outcome"])?,
                counter("kirana_settlements_total", "Payments asked about", &["door", "outcome"])?,
                counter("kirana_job_rounds_total", "Rounds of the jobs", &["job", "outcome"])?,
                hashes,
                standing,
            ))
        };
        let (webhooks, settlements, job_rounds, password_hashes, standing) =
            make().map_err(|e| Fault::new("making the metrics", e))?;
        Ok(Metrics { registry, webhooks, settlements, job_rounds, password_hashes, standing })
    }

    /// In the text format of Prometheus (version 0.0.4).
    pub fn text(&self) -> Result<String, Fault> {
        TextEncoder::new()
            .encode_to_string(&self.registry.gather())
            .map_err(|e| Fault::new("writing the metrics", e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told_with_its_labels() {
        let metrics = Metrics::new().unwrap();
        metrics.webhooks.with_label_values(&["new"]).inc();
        metrics.settlements.with_label_values(&["poller", "paid"]).inc_by(2);
        metrics.standing.with_label_values(&["inbox_waiting"]).set(7);
        let text = metrics.text().unwrap();
        for line in [
            "kirana_webhooks_total{outcome=\"new\"} 1",
            "kirana_settlements_total{door=\"poller\",outcome=\"paid\"} 2",
            "kirana_standing{what=\"inbox_waiting\"} 7",
        ] {
            assert!(text.contains(line), "{line} is missing in {text}");
        }
    }
}
