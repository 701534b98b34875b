//! Pulses, rice and flour. Loose goods are weighed to order and carry no GST.

use super::{DemoCategory, DemoProduct, Ink, Look, Motif, Vessel};

/// The wall behind this shelf's pictures.
const GROUND: Ink = Ink(0xEADFCB);

pub(super) const CATEGORY: DemoCategory = DemoCategory {
    slug: "grains",
    name: "Dals, rice & atta",
    blurb: "Weighed when you order: pulses and rice from this year's crop, and flour from the \
        stone mill.",
    products: PRODUCTS,
};

const PRODUCTS: &[DemoProduct] = &[
    DemoProduct {
        slug: "toor-dal",
        name: "Toor dal",
        description: "Split pigeon peas from Latur, unpolished, the base of sambar and everyday \
            dal. Soak for half an hour and it cooks soft in three whistles.\n\nSold loose: \
            weighed into a plain bag when you order.",
        pack: "1 kg",
        price_paise: 16_800,
        mrp_paise: 18_000,
        tax_rate_bp: 0,
        hsn: "0713",
        stock: 150,
        look: Look::new(
            GROUND,
            Vessel::Sack,
            [0xC9A878, 0x8C5A2B, 0xEDBB45],
            Motif::Lentils,
            "TOOR",
        ),
    },
    DemoProduct {
        slug: "moong-dal",
        name: "Moong dal",
        description: "Yellow split moong, washed and easy to digest. Cooks without soaking in \
            about twenty minutes.\n\nSold loose: weighed into a plain bag when you order.",
        pack: "1 kg",
        price_paise: 14_250,
        mrp_paise: 15_000,
        tax_rate_bp: 0,
        hsn: "0713",
        stock: 132,
        look: Look::new(
            GROUND,
            Vessel::Sack,
            [0xA9B58A, 0x5F7340, 0xF3D860],
            Motif::Lentils,
            "MOONG",
        ),
    },
    DemoProduct {
        slug: "masoor-dal",
        name: "Masoor dal",
        description: "Split red lentils that turn gold in the pot and fall apart by themselves. \
            The quickest dal of all, for soup and khichdi.\n\nSold loose: weighed into a plain \
            bag when you order.",
        pack: "1 kg",
        price_paise: 11_900,
        mrp_paise: 12_800,
        tax_rate_bp: 0,
        hsn: "0713",
        stock: 128,
        look: Look::new(
            GROUND,
            Vessel::Bowl,
            [0x4F7C84, 0xE6C27A, 0xE8794A],
            Motif::Lentils,
            "MASOOR",
        ),
    },
    DemoProduct {
        slug: "kabuli-chana",
        name: "Kabuli chana",
        description: "Large white chickpeas, 10 mm and over. Soak overnight with a pinch of soda \
            and they become buttery inside while the skin holds.\n\nSold loose: weighed into a \
            plain bag when you order.",
        pack: "1 kg",
        price_paise: 15_925,
        mrp_paise: 17_500,
        tax_rate_bp: 0,
        hsn: "0713",
        stock: 96,
        look: Look::new(
            GROUND,
            Vessel::Sack,
            [0xB98E6A, 0xA2402E, 0xE9CC94],
            Motif::Chickpeas,
            "KABULI",
        ),
    },
    DemoProduct {
        slug: "rajma",
        name: "Jammu rajma",
        description: "Small, dark red kidney beans from Bhaderwah, known for a thin skin and a \
            thick gravy. Soak for eight hours; boil hard for ten minutes first.\n\nSold loose: \
            weighed into a plain bag when you order.",
        pack: "1 kg",
        price_paise: 21_500,
        mrp_paise: 23_000,
        tax_rate_bp: 0,
        hsn: "0713",
        stock: 57,
        look: Look::new(
            GROUND,
            Vessel::Bowl,
            [0xB98A4E, 0x6E2F26, 0x8C2F2E],
            Motif::Beans,
            "RAJMA",
        ),
    },
    DemoProduct {
        slug: "basmati-rice",
        name: "Aged basmati rice",
        description: "Long-grain basmati from the foot of the Himalaya, rested for eighteen \
            months so that the grains stay apart. Soak for thirty minutes, then cook in plenty of \
            water.",
        pack: "5 kg",
        price_paise: 74_900,
        mrp_paise: 82_500,
        tax_rate_bp: 500,
        hsn: "1006",
        stock: 44,
        look: Look::new(
            GROUND,
            Vessel::Sack,
            [0xD8C7A6, 0x2F6B6B, 0xF6EBD2],
            Motif::Rice,
            "BASMATI",
        ),
    },
    DemoProduct {
        slug: "red-rice",
        name: "Palakkadan matta rice",
        description: "Coarse red rice from Palakkad, parboiled with the bran on. Needs forty \
            minutes and gives back a nutty, filling meal.",
        pack: "2 kg",
        price_paise: 18_600,
        mrp_paise: 19_500,
        tax_rate_bp: 500,
        hsn: "1006",
        stock: 61,
        look: Look::new(
            GROUND,
            Vessel::Pouch,
            [0x8A4A38, 0xEBD3A0, 0xB06048],
            Motif::Rice,
            "MATTA",
        ),
    },
    DemoProduct {
        slug: "chakki-atta",
        name: "Stone-ground atta",
        description: "Whole MP Sharbati wheat, milled cold between stones with all its bran. \
            Rotis stay soft until evening. Best within six weeks of the milling date on the bag.",
        pack: "5 kg",
        price_paise: 28_500,
        mrp_paise: 31_000,
        tax_rate_bp: 500,
        hsn: "1101",
        stock: 79,
        look: Look::new(GROUND, Vessel::Pouch, [0xC99B5B, 0x7A3E22, 0xD9A441], Motif::Ear, "ATTA"),
    },
];
