//! The demo catalogue: a small Indian grocery, so that a fresh shop has something to sell.
//!
//! Products are the shop's own or generic regional goods; no brand is named. Prices, stock and
//! tax rates (GST as it stands since September 2025) are believable, not advice. Pictures are
//! drawn by [`draw`] from each product's [`Look`].

mod dry_fruit;
mod grains;
mod home;
mod oils;
mod pickles;
mod picture;
mod snacks;
mod spices;
mod sweets;
mod tea;
#[cfg(test)]
mod tests;

pub use picture::{Ink, Look, Motif, Vessel, draw};

/// A shelf of the demo shop.
#[derive(Clone, Copy, Debug)]
pub struct DemoCategory {
    /// Lower-case letters, digits and hyphens; unique among categories.
    pub slug: &'static str,
    pub name: &'static str,
    /// One sentence for the category page.
    pub blurb: &'static str,
    pub products: &'static [DemoProduct],
}

/// One thing for sale, as the catalogue tables want it.
#[derive(Clone, Copy, Debug)]
pub struct DemoProduct {
    /// Lower-case letters, digits and hyphens; unique in the whole catalogue.
    pub slug: &'static str,
    pub name: &'static str,
    /// Plain text of two to four sentences; an empty line parts paragraphs.
    pub description: &'static str,
    /// Net quantity as printed on the pack: `250 g`, `1 litre`.
    pub pack: &'static str,
    /// What the shopper pays, tax included.
    pub price_paise: i64,
    /// Maximum retail price, tax included; never below the price (Legal Metrology
    /// (Packaged Commodities) Rules, 2011).
    pub mrp_paise: i64,
    /// GST in basis points: 500 is 5 %.
    pub tax_rate_bp: i64,
    /// Heading of the GST tariff (HSN), 4 digits.
    pub hsn: &'static str,
    /// Pieces on the shelf; 0 means sold out.
    pub stock: i64,
    /// How it is drawn.
    pub look: Look,
}

/// Everything the demo shop sells, in the order of the menu.
pub const CATEGORIES: &[DemoCategory] = &[
    tea::CATEGORY,
    spices::CATEGORY,
    sweets::CATEGORY,
    snacks::CATEGORY,
    grains::CATEGORY,
    pickles::CATEGORY,
    dry_fruit::CATEGORY,
    oils::CATEGORY,
    home::CATEGORY,
];
