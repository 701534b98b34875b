//! The words of this room: what a shelf, a card and a product page show.

use crate::money::{Paise, TaxRate};
use serde::{Deserialize, Serialize};

/// Products on one page of a list.
pub const PAGE_SIZE: i64 = 24;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    pub slug: String,
    pub name: String,
    pub blurb: String,
    /// Products on sale in it.
    pub products: i64,
}

/// A product as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    pub id: String,
    pub slug: String,
    pub name: String,
    pub pack: String,
    pub picture: String,
    pub price: Paise,
    pub mrp: Paise,
    /// Units that nobody has bought or holds.
    pub left: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub id: String,
    pub slug: String,
    pub name: String,
    pub description: String,
    pub pack: String,
    /// Addresses on this site; the first is the main one.
    pub pictures: Vec<String>,
    pub price: Paise,
    pub mrp: Paise,
    pub tax_rate: TaxRate,
    pub hsn: String,
    pub left: i64,
    pub withdrawn: bool,
    pub category_slug: String,
    pub category_name: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best match for a search, otherwise by category and name.
    #[default]
    Featured,
    Newest,
    PriceUp,
    PriceDown,
    Name,
}

impl Sort {
    pub const ALL: [Sort; 5] =
        [Sort::Featured, Sort::Newest, Sort::PriceUp, Sort::PriceDown, Sort::Name];

    /// The word in an address; an unknown one means the default.
    pub fn parse(word: &str) -> Sort {
        Sort::ALL.into_iter().find(|sort| sort.word() == word).unwrap_or_default()
    }

    pub fn word(self) -> &'static str {
        match self {
            Sort::Featured => "featured",
            Sort::Newest => "newest",
            Sort::PriceUp => "price-up",
            Sort::PriceDown => "price-down",
            Sort::Name => "name",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Sort::Featured => "Featured",
            Sort::Newest => "Newest",
            Sort::PriceUp => "Price, low to high",
            Sort::PriceDown => "Price, high to low",
            Sort::Name => "Name",
        }
    }
}

/// What a shopper asks of the list of products.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub text: String,
    pub category: Option<String>,
    pub sort: Sort,
    /// From 1.
    pub page: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    pub items: Vec<Card>,
    pub total: i64,
    pub page: i64,
    pub pages: i64,
}

/// Where a product stands in a list. Only what asks for the same list again may be given it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// 1 is behind all that can be had.
    pub part: i64,
    pub keys: Vec<Key>,
}

/// What a list is ordered by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    Whole(i64),
    Text(String),
}

/// What a merchant, or the demonstration, puts on the shelf.
#[derive(Clone, Debug)]
pub struct NewProduct {
    pub category_id: String,
    pub slug: String,
    pub name: String,
    pub description: String,
    pub pack: String,
    pub pictures: Vec<String>,
    pub price: Paise,
    pub mrp: Paise,
    pub tax_rate: TaxRate,
    pub hsn: String,
    pub stock: i64,
}

/// Why a product cannot be bought in that number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StockRefusal {
    /// Unknown or withdrawn.
    NotForSale,
    /// So many units are free; 0 is "sold out".
    OnlyLeft { name: String, left: i64 },
}
