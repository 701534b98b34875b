//! What happened, so that no run passes because nothing did.

use std::collections::BTreeMap;

macro_rules! tally {
    ($($name:ident),* $(,)?) => {
        /// How often each kind of thing happened.
        #[derive(Clone, Debug, Default)]
        pub struct Tally {
            $(pub $name: u64,)*
            /// (deed, point) where a server died.
            pub deaths: BTreeMap<(String, &'static str), u64>,
        }

        impl Tally {
            pub fn add(&mut self, other: &Tally) {
                $(self.$name += other.$name;)*
                for (at, times) in &other.deaths {
                    *self.deaths.entry(at.clone()).or_default() += times;
                }
            }

            pub fn entries(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($name), self.$name),)*]
            }
        }
    };
}

tally!(
    steps,
    crashes,
    pauses,
    commits_unheard,
    orders,
    paid,
    booked_late,
    late,
    surplus,
    mismatched,
    expired,
    called_off,
    refunds,
    told_paid,
    webhooks,
    webhooks_refused,
    webhooks_lost,
    webhooks_doubled,
    forged,
    foreign,
    old_tabs,
    pressed_twice,
    retries,
    returns,
    browsers_closed,
    sign_ins,
    desk_refunds,
    dashboard_refunds,
    shelf_changes,
    troubles,
    http_faults,
    late_captures,
    refunds_failed,
    refunds_sent_back,
    refunds_unanswered,
    refunds_refused,
    earlier_secrets,
    clocks_parted,
);

impl Tally {
    pub fn died_at(&mut self, deed: &str, point: &'static str) {
        *self.deaths.entry((deed.to_owned(), point)).or_default() += 1;
    }
}
