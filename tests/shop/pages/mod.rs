//! What is true of every page: few statements, no needless script, strict headers, text that stays
//! text.

mod escaping;
mod headers;
mod statements;

pub use statements::statements_of;
