//! The end of a run: faults stop, and time walks past the longest wait there is, five days, while
//! jobs work and webhooks arrive. Whatever then is not in order never will be.

use crate::desk::JOBS;
use crate::driver::{Fate, Paused};
use crate::world::World;
use kirana::clock::{DAY, HOUR, MINUTE, SECOND};
use serde_json::json;

/// The longest pause of a refund that did not get through is six hours, of an event one.
const WALK: [i64; 14] = [
    5 * SECOND,
    MINUTE,
    4 * MINUTE,
    30 * MINUTE,
    HOUR,
    7 * HOUR,
    7 * HOUR,
    10 * HOUR,
    DAY,
    DAY,
    DAY,
    DAY,
    7 * HOUR,
    7 * HOUR,
];

impl World {
    pub async fn comes_to_rest(&mut self, paused: &mut Option<Paused>) {
        self.tell(|| "faults stop".to_owned());
        self.wake(paused).await;
        self.gateway_recovers().await;
        self.set_skew(1, 0);
        for (round, pause) in WALK.into_iter().enumerate() {
            self.passes(pause).await;
            self.banks_are_done().await;
            let server = round % 2;
            self.webhooks_arrive(server).await;
            for job in JOBS {
                self.works(server, job, Fate::Luck, &mut None).await;
            }
        }
        self.webhooks_arrive(0).await;
        for job in JOBS {
            self.works(0, job, Fate::Luck, &mut None).await;
        }
    }

    async fn webhooks_arrive(&mut self, server: usize) {
        for _ in 0..40 {
            let due = self.gateway.due().await.unwrap();
            let fresh: Vec<_> = due.into_iter().filter(|delivery| delivery.tries < 8).collect();
            if fresh.is_empty() {
                return;
            }
            for delivery in fresh {
                self.brings(server, &delivery, true, Fate::Luck, &mut None).await;
            }
        }
    }

    /// No refund is left between two states.
    async fn banks_are_done(&mut self) {
        let ledger = self.ledger().await;
        for refund in ledger["refunds"].as_array().unwrap() {
            if refund["status"] == "pending" {
                let lever = format!("refunds/{}/process", refund["id"].as_str().unwrap());
                self.pull(&lever, json!({})).await;
            }
        }
    }
}
