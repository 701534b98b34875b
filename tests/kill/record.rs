//! What somebody outside was told and may rely on: the list that the database is held against when
//! everything is over (a killed program must not take back anything that it acknowledged).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Filled by shoppers and by the door that webhooks come through.
#[derive(Default)]
pub struct Record(Mutex<Told>);

#[derive(Default)]
pub struct Told {
    pub adds: Vec<Added>,
    /// Placement key and the order that the shop led to.
    pub placed: Vec<(String, String)>,
    /// Order id and the number on its page.
    pub paid: Vec<(String, String)>,
    /// Payment id and gateway order, as the gateway confirmed a captured payment.
    pub captured: Vec<(String, String)>,
    /// Events that were answered with 2xx.
    pub events: BTreeSet<String>,
    /// What webhooks were answered with, by status.
    pub hooks: BTreeMap<u16, u64>,
    /// Carts that were meant to be bought once.
    pub bought_once: BTreeSet<String>,
    /// Answers by status; 0 counts requests without an answer.
    pub answers: BTreeMap<u16, u64>,
    /// Answers that must not be, whatever was killed.
    pub surprises: Vec<String>,
    /// Gateway orders that were made beside another one with the same receipt and never shown.
    pub spare_gateway_orders: usize,
    /// From the end of a program to the first page of the next.
    pub recoveries: Vec<Duration>,
}

/// An acknowledged "add to cart" with the version that the shopper was shown.
#[derive(Clone, Debug)]
pub struct Added {
    pub cart: String,
    pub version: i64,
    pub product: String,
    pub units: i64,
}

impl Record {
    pub fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn surprise(&self, words: impl Into<String>) {
        let mut told = self.told();
        if told.surprises.len() < 50 {
            told.surprises.push(words.into());
        }
    }

    pub fn answered(&self, status: u16) {
        *self.told().answers.entry(status).or_default() += 1;
    }
}

impl Told {
    pub fn unanswered(&self) -> u64 {
        self.answers.get(&0).copied().unwrap_or(0)
    }

    /// Answers that begin with 5.
    pub fn broken(&self) -> u64 {
        self.answers.iter().filter(|(status, _)| **status >= 500).map(|(_, times)| times).sum()
    }

    /// Placement keys for which the shop named two different orders.
    pub fn keys_with_two_orders(&self) -> Vec<String> {
        let mut known: BTreeMap<&str, &str> = BTreeMap::new();
        let mut doubled = Vec::new();
        for (key, order) in &self.placed {
            let first = *known.entry(key).or_insert(order);
            if first != order {
                doubled.push(format!("{key}: {first} and {order}"));
            }
        }
        doubled
    }
}
