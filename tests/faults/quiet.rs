//! The end of a run: faults stop, and time walks past the longest wait there is, five days, while
//! jobs work and webhooks arrive. Whatever then is not in order never will be.

use crate::desk::JOBS;
use crate::driver::Fate;
use crate::world::World;
use kirana::clock::{DAY, HOUR, MINUTE};
use serde_json::json;

/// The longest pause of a refund that did not get through is six hours, of an event one.
const WALK: [i64; 6] = [5 * MINUTE, 7 * HOUR, 7 * HOUR, 2 * DAY, 2 * DAY + 10 * HOUR, 7 * HOUR];

impl World {
    pub async fn comes_to_rest(&mut self) {
        self.tell(|| "faults stop".to_owned());
        self.woken = false;
        self.gateway_recovers().await;
        // No refund stays between two states.
        let banks = json!({ "begin": "processed", "settle_seconds": 1 });
        self.pull("refunds", banks).await.unwrap();
        self.set_skew(1, 0);
        for (round, pause) in WALK.into_iter().enumerate() {
            self.passes(pause).await;
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
}
