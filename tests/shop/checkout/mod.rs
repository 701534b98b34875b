//! From cart to order: what is placed is what was shown, once, and no unit is promised twice.

mod order_pages;
mod placing;
mod stock;
mod sums;
