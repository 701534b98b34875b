//! Tea and coffee.

use super::{DemoCategory, DemoProduct, Ink, Look, Motif, Vessel};

/// The wall behind this shelf's pictures.
const GROUND: Ink = Ink(0xDCE7D3);

pub(super) const CATEGORY: DemoCategory = DemoCategory {
    slug: "tea-coffee",
    name: "Tea & coffee",
    blurb: "Leaf from Assam, Darjeeling and the Nilgiris, and coffee roasted in small lots.",
    products: PRODUCTS,
};

const PRODUCTS: &[DemoProduct] = &[
    DemoProduct {
        slug: "assam-tea",
        name: "Assam tea",
        description: "Strong, malty black tea from the Brahmaputra valley, in the small broken \
            leaf that gives a quick, coppery cup. Made for milk: boil it with water for three \
            minutes, then add milk and sugar to taste.\n\nOne pack makes about a hundred cups. \
            Keep the tin closed and away from spices.",
        pack: "250 g",
        price_paise: 18_500,
        mrp_paise: 21_000,
        tax_rate_bp: 500,
        hsn: "0902",
        stock: 120,
        look: Look::new(
            GROUND,
            Vessel::Caddy,
            [0x2F6B57, 0xD8A23C, 0x5D9440],
            Motif::TeaLeaf,
            "ASSAM",
        ),
    },
    DemoProduct {
        slug: "darjeeling-first-flush",
        name: "Darjeeling first flush",
        description: "Whole leaf plucked in March and April, light in the cup with a scent of \
            muscat grapes. Steep for three minutes in water just off the boil, and drink it \
            without milk.",
        pack: "100 g",
        price_paise: 64_900,
        mrp_paise: 69_500,
        tax_rate_bp: 500,
        hsn: "0902",
        stock: 34,
        look: Look::new(
            GROUND,
            Vessel::Canister,
            [0x3C5A8C, 0xE2C16B, 0x7FA653],
            Motif::TeaLeaf,
            "SPRING",
        ),
    },
    DemoProduct {
        slug: "nilgiri-tea",
        name: "Nilgiri black tea",
        description: "Bright, brisk tea from the Blue Mountains, grown at about 1,800 metres. It \
            stays clear when chilled, which makes it a good tea for ice and lemon.",
        pack: "250 g",
        price_paise: 22_450,
        mrp_paise: 24_000,
        tax_rate_bp: 500,
        hsn: "0902",
        stock: 76,
        look: Look::new(
            GROUND,
            Vessel::Pouch,
            [0x4E7FA0, 0xF0C75E, 0x4F8A4B],
            Motif::TeaLeaf,
            "NILGIRI",
        ),
    },
    DemoProduct {
        slug: "masala-chai",
        name: "Masala chai blend",
        description: "Assam leaf with crushed ginger, green cardamom, cinnamon, clove and black \
            pepper, and nothing else: no flavouring, no sugar. Simmer a spoonful in half milk, \
            half water for four minutes.",
        pack: "200 g",
        price_paise: 19_900,
        mrp_paise: 22_500,
        tax_rate_bp: 500,
        hsn: "0902",
        stock: 88,
        look: Look::new(
            GROUND,
            Vessel::Carton,
            [0xA8442E, 0xEDBB55, 0x8C4A24],
            Motif::StarAnise,
            "CHAI",
        ),
    },
    DemoProduct {
        slug: "kashmiri-kahwa",
        name: "Kashmiri kahwa",
        description: "Green tea with saffron threads, almond slivers, cardamom and cinnamon, as \
            it is served in the valley. Brew it gently for five minutes and sweeten with honey.",
        pack: "100 g",
        price_paise: 37_500,
        mrp_paise: 39_900,
        tax_rate_bp: 500,
        hsn: "0902",
        stock: 27,
        look: Look::new(
            GROUND,
            Vessel::Caddy,
            [0x8A3350, 0xE3B65A, 0x4C8B53],
            Motif::Leaf,
            "KAHWA",
        ),
    },
    DemoProduct {
        slug: "tulsi-green-tea",
        name: "Tulsi green tea",
        description: "Green tea from the hills with dried tulsi leaf. Fresh and faintly peppery, \
            low in caffeine. Steep for two minutes in hot, not boiling, water.",
        pack: "100 g",
        price_paise: 21_000,
        mrp_paise: 21_000,
        tax_rate_bp: 500,
        hsn: "0902",
        stock: 63,
        look: Look::new(
            GROUND,
            Vessel::Pouch,
            [0x6B9A55, 0xF2E2A8, 0x3F7A3C],
            Motif::Leaf,
            "TULSI",
        ),
    },
    DemoProduct {
        slug: "filter-coffee",
        name: "South Indian filter coffee",
        description: "Arabica and robusta from Chikmagalur, ground for the steel filter and \
            blended with one part chicory to four of coffee. Gives a thick decoction that stands \
            up to hot, frothed milk.",
        pack: "500 g",
        price_paise: 42_575,
        mrp_paise: 46_000,
        tax_rate_bp: 500,
        hsn: "2101",
        stock: 52,
        look: Look::new(
            GROUND,
            Vessel::Tin,
            [0x6A3A2A, 0xE0B04A, 0x6B3F26],
            Motif::CoffeeBeans,
            "COFFEE",
        ),
    },
    DemoProduct {
        slug: "monsoon-malabar-beans",
        name: "Monsooned Malabar beans",
        description: "Whole arabica beans that rested through the monsoon winds of the coast \
            until they turned pale and swelled. Low in acid, with a taste of wood and dark \
            chocolate. Roasted medium in small lots; the roasting day is on the pack.",
        pack: "250 g",
        price_paise: 48_900,
        mrp_paise: 52_000,
        tax_rate_bp: 500,
        hsn: "0901",
        stock: 19,
        look: Look::new(
            GROUND,
            Vessel::Pouch,
            [0x3E2C28, 0xC98B4B, 0x7A4A2C],
            Motif::CoffeeBeans,
            "MALABAR",
        ),
    },
];
