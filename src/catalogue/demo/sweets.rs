//! Sweets.

use super::{DemoCategory, DemoProduct, Ink, Look, Motif, Vessel};

/// The wall behind this shelf's pictures.
const GROUND: Ink = Ink(0xF6DBD8);

pub(super) const CATEGORY: DemoCategory = DemoCategory {
    slug: "sweets",
    name: "Sweets & mithai",
    blurb: "Made in small batches and sent the same day; the best-before date is on every box.",
    products: PRODUCTS,
};

const PRODUCTS: &[DemoProduct] = &[
    DemoProduct {
        slug: "kaju-katli",
        name: "Kaju katli",
        description: "Thin diamonds of cashew and sugar, cooked to a soft fudge and finished with \
            edible silver leaf. No flour and no essence.\n\nMade every Thursday. Keeps for twelve \
            days in a cool place.",
        pack: "250 g",
        price_paise: 38_900,
        mrp_paise: 42_000,
        tax_rate_bp: 500,
        hsn: "2106",
        stock: 3,
        look: Look::new(
            GROUND,
            Vessel::SweetBox,
            [0x9B2F4B, 0xE6BE62, 0xEBDCB9],
            Motif::Katli,
            "KAJU",
        ),
    },
    DemoProduct {
        slug: "motichoor-ladoo",
        name: "Motichoor ladoo",
        description: "Tiny gram-flour pearls fried in ghee, bound with syrup and rolled by hand, \
            with melon seeds and cardamom. About twelve pieces in a box.",
        pack: "500 g",
        price_paise: 34_500,
        mrp_paise: 36_000,
        tax_rate_bp: 500,
        hsn: "2106",
        stock: 26,
        look: Look::new(
            GROUND,
            Vessel::Plate,
            [0xA83A4E, 0xF4D58C, 0xF0962E],
            Motif::Ladoo,
            "LADOO",
        ),
    },
    DemoProduct {
        slug: "pista-barfi",
        name: "Pista barfi",
        description: "Milk cooked down to khoya and set with ground pistachio. Dense, not too \
            sweet, cut in squares. Keep it in the refrigerator and eat it within a week.",
        pack: "250 g",
        price_paise: 41_250,
        mrp_paise: 43_500,
        tax_rate_bp: 500,
        hsn: "2106",
        stock: 18,
        look: Look::new(
            GROUND,
            Vessel::SweetBox,
            [0x3F7357, 0xE9C877, 0xB9CE8A],
            Motif::Barfi,
            "PISTA",
        ),
    },
    DemoProduct {
        slug: "jalebi",
        name: "Jalebi",
        description: "Fermented batter fried in spirals and soaked in saffron syrup. Warm them \
            for a minute in a hot pan and they are crisp again.",
        pack: "400 g",
        price_paise: 21_900,
        mrp_paise: 24_000,
        tax_rate_bp: 500,
        hsn: "2106",
        stock: 22,
        look: Look::new(
            GROUND,
            Vessel::Plate,
            [0x3F6E86, 0xF3DFA2, 0xF29A1F],
            Motif::Spiral,
            "JALEBI",
        ),
    },
    DemoProduct {
        slug: "gulab-jamun",
        name: "Gulab jamun",
        description: "Fourteen soft khoya dumplings in rose and cardamom syrup, in a sealed tin. \
            Stand the tin in hot water for ten minutes before opening.",
        pack: "1 kg",
        price_paise: 28_500,
        mrp_paise: 30_000,
        tax_rate_bp: 500,
        hsn: "2106",
        stock: 64,
        look: Look::new(GROUND, Vessel::Tin, [0xC25B6E, 0xF2D694, 0x8E4526], Motif::Jamun, "JAMUN"),
    },
    DemoProduct {
        slug: "mysore-pak",
        name: "Mysore pak",
        description: "Gram flour, sugar and a great deal of ghee, in the soft style that melts on \
            the tongue. Let it come to room temperature first.",
        pack: "250 g",
        price_paise: 29_675,
        mrp_paise: 31_500,
        tax_rate_bp: 500,
        hsn: "2106",
        stock: 31,
        look: Look::new(
            GROUND,
            Vessel::SweetBox,
            [0xC7792B, 0x7C2E3A, 0xEDB84D],
            Motif::Barfi,
            "MYSORE",
        ),
    },
    DemoProduct {
        slug: "gulkand",
        name: "Gulkand",
        description: "Petals of Damask roses layered with sugar and left in the sun until they \
            turn to jam. A spoonful in cold milk or rolled in a betel leaf.",
        pack: "400 g",
        price_paise: 23_900,
        mrp_paise: 26_500,
        tax_rate_bp: 500,
        hsn: "2007",
        stock: 40,
        look: Look::new(
            GROUND,
            Vessel::ClothJar,
            [0xD9899B, 0x8C2F4C, 0xB23A5C],
            Motif::Flower,
            "GULKAND",
        ),
    },
    DemoProduct {
        slug: "peanut-chikki",
        name: "Peanut chikki",
        description: "Roasted peanuts set in jaggery, rolled thin enough to snap. Nothing but \
            those two and a little cardamom.",
        pack: "200 g",
        price_paise: 9900,
        mrp_paise: 9900,
        tax_rate_bp: 500,
        hsn: "1704",
        stock: 85,
        look: Look::new(
            GROUND,
            Vessel::Packet,
            [0xB5652E, 0xF5D17A, 0xC98F4C],
            Motif::Peanut,
            "CHIKKI",
        ),
    },
];
