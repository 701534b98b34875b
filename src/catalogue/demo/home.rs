//! Soap, incense and things for the prayer shelf.

use super::{DemoCategory, DemoProduct, Ink, Look, Motif, Vessel};

/// The wall behind this shelf's pictures.
const GROUND: Ink = Ink(0xDEE2F2);

pub(super) const CATEGORY: DemoCategory = DemoCategory {
    slug: "home-puja",
    name: "Home & puja",
    blurb: "Soap made by the cold process, incense without charcoal, and clay lamps from the \
        potter.",
    products: PRODUCTS,
};

const PRODUCTS: &[DemoProduct] = &[
    DemoProduct {
        slug: "sandalwood-soap",
        name: "Sandalwood soap",
        description: "Cold-process soap of coconut and castor oil with Mysore sandalwood oil, \
            cured for six weeks. One cake; lasts longer on a dry dish.",
        pack: "125 g",
        price_paise: 9900,
        mrp_paise: 11_000,
        tax_rate_bp: 500,
        hsn: "3401",
        stock: 108,
        look: Look::new(
            GROUND,
            Vessel::Soap,
            [0xB07A4A, 0xF0D9A0, 0xE9A86C],
            Motif::Flower,
            "SANDAL",
        ),
    },
    DemoProduct {
        slug: "neem-soap",
        name: "Neem and tulsi soap",
        description: "Cold-process soap with neem oil and dried tulsi leaf. Plain, green and a \
            little bitter to smell, for skin that minds perfume.",
        pack: "125 g",
        price_paise: 7450,
        mrp_paise: 8500,
        tax_rate_bp: 500,
        hsn: "3401",
        stock: 115,
        look: Look::new(GROUND, Vessel::Soap, [0x4E8060, 0xEAD9A0, 0x9CBF8A], Motif::Neem, "NEEM"),
    },
    DemoProduct {
        slug: "mogra-incense",
        name: "Mogra incense sticks",
        description: "Forty sticks rolled by hand with jasmine, sandal dust and tree resin on \
            bamboo, without charcoal. Each burns for about forty minutes.",
        pack: "40 sticks",
        price_paise: 12_000,
        mrp_paise: 12_000,
        tax_rate_bp: 500,
        hsn: "3307",
        stock: 77,
        look: Look::new(
            GROUND,
            Vessel::Incense,
            [0x5F5A9C, 0xE6BE5A, 0xD8C9F0],
            Motif::Flower,
            "MOGRA",
        ),
    },
    DemoProduct {
        slug: "clay-diyas",
        name: "Clay diyas",
        description: "Twelve small lamps of river clay, thrown and fired by a potter in \
            Kumartuli. Soak them in water for an hour before the first use and they drink less \
            oil.",
        pack: "Set of 12",
        price_paise: 14_900,
        mrp_paise: 16_000,
        tax_rate_bp: 0,
        hsn: "6912",
        stock: 48,
        look: Look::new(
            GROUND,
            Vessel::Carton,
            [0x5A5590, 0xF0C75E, 0xB8633A],
            Motif::Diya,
            "DIYA",
        ),
    },
    DemoProduct {
        slug: "camphor-tablets",
        name: "Camphor tablets",
        description: "Pure camphor for aarti: it burns away completely and leaves no ash. Keep \
            the tin closed, away from flames and children.",
        pack: "100 g",
        price_paise: 21_500,
        mrp_paise: 23_500,
        tax_rate_bp: 1800,
        hsn: "2914",
        stock: 39,
        look: Look::new(
            GROUND,
            Vessel::Canister,
            [0x3E6C92, 0xF2E3B4, 0xF28A3A],
            Motif::Camphor,
            "KAPOOR",
        ),
    },
    DemoProduct {
        slug: "lime-dishwash",
        name: "Lime dish-wash liquid",
        description: "Plant-based surfactants, salt and cold-pressed lime oil. Cuts grease in \
            cold water; rinses without perfume on the plates.",
        pack: "750 ml",
        price_paise: 16_450,
        mrp_paise: 18_000,
        tax_rate_bp: 1800,
        hsn: "3402",
        stock: 69,
        look: Look::new(
            GROUND,
            Vessel::Bottle,
            [0x4A8A5C, 0xE8B93A, 0xB9CC4E],
            Motif::Lime,
            "LIME",
        ),
    },
];
