//! A paid order is never lost, doubled or wrong: three doors into one settlement, and everything
//! that can go wrong at each of them.

mod bad_luck;
mod captures;
mod deploying;
mod doors;
mod intake;
mod late;
mod money;
mod polling;
mod refunds;
mod returns;
mod rotation;
mod watching;
mod webhooks;
