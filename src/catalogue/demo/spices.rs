//! Spices, whole and ground.

use super::{DemoCategory, DemoProduct, Ink, Look, Motif, Vessel};

/// The wall behind this shelf's pictures.
const GROUND: Ink = Ink(0xF5DFC4);

pub(super) const CATEGORY: DemoCategory = DemoCategory {
    slug: "spices",
    name: "Spices & masala",
    blurb: "Whole spices and fresh-ground masalas, packed in small jars so that they are used \
        while they smell of something.",
    products: PRODUCTS,
};

const PRODUCTS: &[DemoProduct] = &[
    DemoProduct {
        slug: "garam-masala",
        name: "Garam masala",
        description: "Eleven whole spices, roasted apart and ground together, with cardamom and \
            mace in front. Add half a spoon at the end of cooking; long boiling takes the scent \
            away.",
        pack: "100 g",
        price_paise: 14_500,
        mrp_paise: 16_500,
        tax_rate_bp: 500,
        hsn: "0910",
        stock: 94,
        look: Look::new(
            GROUND,
            Vessel::SpiceJar,
            [0x6E2F22, 0x8C3B2A, 0x8A5432],
            Motif::StarAnise,
            "GARAM",
        ),
    },
    DemoProduct {
        slug: "turmeric-powder",
        name: "Turmeric powder",
        description: "Ground from dried fingers grown around Erode, deep yellow and earthy, with \
            no added colour or starch. It stains, so use a dry spoon.",
        pack: "200 g",
        price_paise: 8675,
        mrp_paise: 9500,
        tax_rate_bp: 500,
        hsn: "0910",
        stock: 140,
        look: Look::new(
            GROUND,
            Vessel::SpiceJar,
            [0x9A5B12, 0xF2F0E6, 0xEBA21E],
            Motif::Root,
            "HALDI",
        ),
    },
    DemoProduct {
        slug: "kashmiri-chilli",
        name: "Kashmiri chilli powder",
        description: "Mild chilli with a deep red colour, for gravies that should look hotter \
            than they are. Stems are removed before grinding.",
        pack: "200 g",
        price_paise: 18_900,
        mrp_paise: 21_500,
        tax_rate_bp: 500,
        hsn: "0904",
        stock: 81,
        look: Look::new(
            GROUND,
            Vessel::Pouch,
            [0xB4302B, 0xF3D9A4, 0xC7342C],
            Motif::Chilli,
            "MIRCH",
        ),
    },
    DemoProduct {
        slug: "cumin-seeds",
        name: "Cumin seeds",
        description: "Whole jeera from Unjha, machine-cleaned and even in size. Let it crackle in \
            hot ghee for a tadka, or roast and crush it over curd.",
        pack: "250 g",
        price_paise: 16_250,
        mrp_paise: 17_500,
        tax_rate_bp: 500,
        hsn: "0909",
        stock: 110,
        look: Look::new(
            GROUND,
            Vessel::Packet,
            [0xC98A3D, 0x7A4A20, 0xB07B3E],
            Motif::Seeds,
            "JEERA",
        ),
    },
    DemoProduct {
        slug: "coriander-seeds",
        name: "Coriander seeds",
        description: "Round, pale green-gold seeds with a lemon note. Roast lightly and grind as \
            needed; ground coriander fades within weeks.",
        pack: "250 g",
        price_paise: 9900,
        mrp_paise: 11_000,
        tax_rate_bp: 500,
        hsn: "0909",
        stock: 97,
        look: Look::new(
            GROUND,
            Vessel::Bowl,
            [0xB5763A, 0xF1D28A, 0xC2A45A],
            Motif::Peppercorns,
            "DHANIYA",
        ),
    },
    DemoProduct {
        slug: "green-cardamom",
        name: "Green cardamom",
        description: "Pods of 7 mm and over from the Idukki hills, sun-green and tightly closed. \
            Crush them only when you need them; the seeds keep their oil inside the pod.",
        pack: "50 g",
        price_paise: 26_900,
        mrp_paise: 28_500,
        tax_rate_bp: 500,
        hsn: "0908",
        stock: 45,
        look: Look::new(
            GROUND,
            Vessel::SpiceJar,
            [0x3D6B3A, 0xC8A24E, 0x9DB462],
            Motif::Cardamom,
            "ELAICHI",
        ),
    },
    DemoProduct {
        slug: "black-pepper",
        name: "Black pepper",
        description: "Whole Tellicherry-grade berries from Wayanad, picked late so that they grow \
            large. Sharp first, then warm and a little fruity.",
        pack: "100 g",
        price_paise: 15_900,
        mrp_paise: 15_900,
        tax_rate_bp: 500,
        hsn: "0904",
        stock: 72,
        look: Look::new(
            GROUND,
            Vessel::Caddy,
            [0x3C3A46, 0xC79B4B, 0x4B4148],
            Motif::Peppercorns,
            "PEPPER",
        ),
    },
    DemoProduct {
        slug: "cinnamon-quills",
        name: "Cinnamon quills",
        description: "True cinnamon: thin bark rolled into soft quills that break between the \
            fingers. Sweet and gentle, for kheer, pulao and tea.",
        pack: "50 g",
        price_paise: 17_425,
        mrp_paise: 19_000,
        tax_rate_bp: 500,
        hsn: "0906",
        stock: 38,
        look: Look::new(
            GROUND,
            Vessel::Canister,
            [0x9C5A34, 0xF0DDB8, 0xB06A3B],
            Motif::Cinnamon,
            "DALCHINI",
        ),
    },
    DemoProduct {
        slug: "star-anise",
        name: "Star anise",
        description: "Whole stars with their seeds, for biryani, broths and winter drinks. One \
            star is enough for a pot; take it out before serving.",
        pack: "50 g",
        price_paise: 11_000,
        mrp_paise: 12_500,
        tax_rate_bp: 500,
        hsn: "0909",
        stock: 0,
        look: Look::new(
            GROUND,
            Vessel::ClothJar,
            [0x8B5A7A, 0xF0CE86, 0x8E4A2C],
            Motif::StarAnise,
            "CHAKRI",
        ),
    },
    DemoProduct {
        slug: "chaat-masala",
        name: "Chaat masala",
        description: "Dried mango, black salt, roasted cumin and a little asafoetida. Sour, salty \
            and smoky over fruit, curd and anything fried.",
        pack: "100 g",
        price_paise: 7950,
        mrp_paise: 9000,
        tax_rate_bp: 500,
        hsn: "0910",
        stock: 126,
        look: Look::new(
            GROUND,
            Vessel::Carton,
            [0x7A4B82, 0xF0BE4B, 0xC9A24A],
            Motif::Mango,
            "CHAAT",
        ),
    },
];
