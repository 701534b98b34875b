//! Nuts and dried fruit.

use super::{DemoCategory, DemoProduct, Ink, Look, Motif, Vessel};

/// The wall behind this shelf's pictures.
const GROUND: Ink = Ink(0xE6DEEB);

pub(super) const CATEGORY: DemoCategory = DemoCategory {
    slug: "dry-fruit",
    name: "Dry fruit & nuts",
    blurb: "Graded by hand and packed in small lots. Best kept cool and closed.",
    products: PRODUCTS,
};

const PRODUCTS: &[DemoProduct] = &[
    DemoProduct {
        slug: "california-almonds",
        name: "Almonds",
        description: "Whole shelled almonds, sweet and even, sorted twice for bitter ones. Soak \
            overnight to slip the skins, or roast them with salt.",
        pack: "500 g",
        price_paise: 52_900,
        mrp_paise: 59_900,
        tax_rate_bp: 500,
        hsn: "0802",
        stock: 68,
        look: Look::new(
            GROUND,
            Vessel::Pouch,
            [0x5B4A8A, 0xF0CE7A, 0xB5703A],
            Motif::Almond,
            "BADAM",
        ),
    },
    DemoProduct {
        slug: "cashews-w240",
        name: "Cashews W240",
        description: "Large whole kernels from Kollam, pale and unbroken; W240 means about 240 to \
            the pound. Unsalted and not fried.",
        pack: "500 g",
        price_paise: 61_575,
        mrp_paise: 67_500,
        tax_rate_bp: 500,
        hsn: "0801",
        stock: 51,
        look: Look::new(
            GROUND,
            Vessel::Canister,
            [0xB0603E, 0xF3DDA6, 0xEBD2A2],
            Motif::Cashew,
            "KAJU",
        ),
    },
    DemoProduct {
        slug: "roasted-pistachios",
        name: "Roasted pistachios",
        description: "Roasted in their shells with sea salt, most of them smiling already. Shells \
            are counted in the weight.",
        pack: "250 g",
        price_paise: 42_400,
        mrp_paise: 45_000,
        tax_rate_bp: 500,
        hsn: "0802",
        stock: 46,
        look: Look::new(
            GROUND,
            Vessel::Packet,
            [0x4E7A58, 0xF2E1B2, 0x93AD4E],
            Motif::Pistachio,
            "PISTA",
        ),
    },
    DemoProduct {
        slug: "green-raisins",
        name: "Green raisins",
        description: "Long seedless kishmish, dried in the shade in Sangli so that they stay \
            green and tart. Rinse before use.",
        pack: "250 g",
        price_paise: 15_900,
        mrp_paise: 17_500,
        tax_rate_bp: 500,
        hsn: "0806",
        stock: 90,
        look: Look::new(
            GROUND,
            Vessel::SpiceJar,
            [0x5E7A3A, 0xE8D9F0, 0xA9B04E],
            Motif::Raisins,
            "KISHMISH",
        ),
    },
    DemoProduct {
        slug: "kashmiri-walnuts",
        name: "Kashmiri walnut kernels",
        description: "Light halves, hand-cracked in Anantnag this autumn. Store them in the \
            refrigerator: walnut oil turns with warmth.",
        pack: "250 g",
        price_paise: 39_900,
        mrp_paise: 44_000,
        tax_rate_bp: 500,
        hsn: "0802",
        stock: 25,
        look: Look::new(
            GROUND,
            Vessel::Sack,
            [0xB98F9A, 0x7A3F58, 0xC79A62],
            Motif::Walnut,
            "AKHROT",
        ),
    },
    DemoProduct {
        slug: "kimia-dates",
        name: "Kimia dates",
        description: "Soft, dark and moist, with a taste of caramel. No sugar or syrup is added. \
            Keep them cold.",
        pack: "500 g",
        price_paise: 28_900,
        mrp_paise: 28_900,
        tax_rate_bp: 500,
        hsn: "0804",
        stock: 59,
        look: Look::new(
            GROUND,
            Vessel::Carton,
            [0x7B3F58, 0xEBC06A, 0x6E3A26],
            Motif::Dates,
            "KHAJUR",
        ),
    },
    DemoProduct {
        slug: "phool-makhana",
        name: "Phool makhana",
        description: "Popped lotus seeds from the ponds of Darbhanga, large and white. Toast them \
            dry until they crack under a finger, then add ghee and salt.",
        pack: "200 g",
        price_paise: 31_250,
        mrp_paise: 34_500,
        tax_rate_bp: 500,
        hsn: "2008",
        stock: 42,
        look: Look::new(
            GROUND,
            Vessel::Bowl,
            [0x7A6AA6, 0xF0D68E, 0xF7EBD6],
            Motif::Makhana,
            "MAKHANA",
        ),
    },
];
