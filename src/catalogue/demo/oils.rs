//! Ghee, oils, honey and coconut.

use super::{DemoCategory, DemoProduct, Ink, Look, Motif, Vessel};

/// The wall behind this shelf's pictures.
const GROUND: Ink = Ink(0xD3E6E6);

pub(super) const CATEGORY: DemoCategory = DemoCategory {
    slug: "ghee-oils",
    name: "Ghee, oils & honey",
    blurb: "Cold-pressed oils, ghee from cultured butter, and honey that has only been strained.",
    products: PRODUCTS,
};

const PRODUCTS: &[DemoProduct] = &[
    DemoProduct {
        slug: "cow-ghee",
        name: "Cow ghee",
        description: "Churned from cultured cream and clarified slowly until the milk solids \
            brown, which is where the scent comes from. Grainy at room temperature, as it should \
            be.",
        pack: "1 litre",
        price_paise: 78_500,
        mrp_paise: 84_000,
        tax_rate_bp: 500,
        hsn: "0405",
        stock: 47,
        look: Look::new(GROUND, Vessel::Tin, [0xD99A2B, 0x8C3A2A, 0xF2C34A], Motif::Pot, "GHEE"),
    },
    DemoProduct {
        slug: "mustard-oil",
        name: "Kachi ghani mustard oil",
        description: "Pressed cold from black mustard, with its full sting. Heat it until it just \
            smokes before cooking; use it raw for pickles.",
        pack: "1 litre",
        price_paise: 21_900,
        mrp_paise: 23_500,
        tax_rate_bp: 500,
        hsn: "1514",
        stock: 83,
        look: Look::new(
            GROUND,
            Vessel::Bottle,
            [0x8A6A1E, 0x5A4316, 0xD9A520],
            Motif::Flower,
            "SARSON",
        ),
    },
    DemoProduct {
        slug: "groundnut-oil",
        name: "Wood-pressed groundnut oil",
        description: "Pressed in a wooden ghani below 45 °C and left to settle, not refined. \
            Smells of roasted peanuts and suits every day's frying.",
        pack: "1 litre",
        price_paise: 33_575,
        mrp_paise: 36_000,
        tax_rate_bp: 500,
        hsn: "1508",
        stock: 62,
        look: Look::new(
            GROUND,
            Vessel::Bottle,
            [0x9C4F2C, 0xC8783A, 0xEBC063],
            Motif::Peanut,
            "PEANUT",
        ),
    },
    DemoProduct {
        slug: "coconut-oil",
        name: "Virgin coconut oil",
        description: "Pressed from fresh coconut within a day of opening. Clear when warm and \
            white below 24 °C; both are normal. For cooking, hair and skin.",
        pack: "500 ml",
        price_paise: 29_900,
        mrp_paise: 32_500,
        tax_rate_bp: 500,
        hsn: "1513",
        stock: 55,
        look: Look::new(
            GROUND,
            Vessel::ClothJar,
            [0x7FA9AE, 0x7A4A30, 0xF3EFE2],
            Motif::Coconut,
            "COCONUT",
        ),
    },
    DemoProduct {
        slug: "forest-honey",
        name: "Forest honey",
        description: "Gathered from rock-bee combs in the Nilgiri biosphere and only strained, \
            never heated. Dark, a little smoky; it may set, and softens again in warm water.",
        pack: "500 g",
        price_paise: 34_900,
        mrp_paise: 37_500,
        tax_rate_bp: 500,
        hsn: "0409",
        stock: 36,
        look: Look::new(
            GROUND,
            Vessel::SpiceJar,
            [0x8A4F16, 0x5E3B22, 0xE09A22],
            Motif::Honeycomb,
            "HONEY",
        ),
    },
    DemoProduct {
        slug: "kolhapuri-jaggery",
        name: "Kolhapuri jaggery powder",
        description: "Cane juice boiled down in open pans and sieved to a soft powder. Tastes of \
            toffee and a little of salt. No sulphur is used, so it is brown, not yellow.",
        pack: "1 kg",
        price_paise: 11_900,
        mrp_paise: 13_000,
        tax_rate_bp: 500,
        hsn: "1701",
        stock: 101,
        look: Look::new(GROUND, Vessel::Pouch, [0xA0703C, 0xF3E0B2, 0xB5752E], Motif::Cane, "GUR"),
    },
];
