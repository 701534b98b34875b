//! Parts without meaning: the document around every page, fields, prices, notices, error pages.
//!
//! Owns no table and knows no rule of the shop. What must stay true: text that a visitor or a
//! merchant typed is escaped wherever it is put, every field has a label, and every message is tied
//! to its field.

mod document;
mod error_page;
mod fields;
mod footer;
mod header;
mod notices;
mod page_parts;
mod price;
#[cfg(test)]
mod tests;

pub use document::{Document, Frame};
pub use error_page::ErrorPage;
pub use fields::{CheckField, Field, SelectField, TextArea};
pub use notices::{EmptyState, ErrorSummary, Notice};
pub use page_parts::{Crumbs, PageHead, Pager};
pub use price::{Price, PriceTag};
