//! Snacks.

use super::{DemoCategory, DemoProduct, Ink, Look, Motif, Vessel};

/// The wall behind this shelf's pictures.
const GROUND: Ink = Ink(0xF7E9BC);

pub(super) const CATEGORY: DemoCategory = DemoCategory {
    slug: "snacks",
    name: "Snacks & namkeen",
    blurb: "Crisp things for the tea table, fried in fresh oil or roasted without any.",
    products: PRODUCTS,
};

const PRODUCTS: &[DemoProduct] = &[
    DemoProduct {
        slug: "bikaneri-bhujia",
        name: "Bikaneri bhujia",
        description: "Fine sev of moth-bean and gram flour with pepper, clove and cardamom, as it \
            is made in Bikaner. Fried in groundnut oil.",
        pack: "400 g",
        price_paise: 14_900,
        mrp_paise: 16_500,
        tax_rate_bp: 500,
        hsn: "2106",
        stock: 105,
        look: Look::new(
            GROUND,
            Vessel::Packet,
            [0xC8402F, 0xF6CF55, 0xE8B23C],
            Motif::Sev,
            "BHUJIA",
        ),
    },
    DemoProduct {
        slug: "rice-murukku",
        name: "Rice murukku",
        description: "Crisp spirals of rice and urad flour with cumin and sesame. Thicker than \
            shop murukku, so they arrive whole more often than not.",
        pack: "250 g",
        price_paise: 11_575,
        mrp_paise: 12_500,
        tax_rate_bp: 500,
        hsn: "2106",
        stock: 58,
        look: Look::new(
            GROUND,
            Vessel::Canister,
            [0x2F7F7A, 0xF3C45A, 0xD99A3F],
            Motif::Spiral,
            "MURUKKU",
        ),
    },
    DemoProduct {
        slug: "banana-chips",
        name: "Kerala banana chips",
        description: "Nendran bananas sliced thin and fried in coconut oil with turmeric and \
            salt. Three ingredients besides the banana, and no more.",
        pack: "200 g",
        price_paise: 12_900,
        mrp_paise: 14_000,
        tax_rate_bp: 500,
        hsn: "2008",
        stock: 92,
        look: Look::new(
            GROUND,
            Vessel::Packet,
            [0x3F8A4E, 0xF8E08A, 0xF2C63C],
            Motif::BananaChip,
            "NENDRAN",
        ),
    },
    DemoProduct {
        slug: "masala-peanuts",
        name: "Masala peanuts",
        description: "Peanuts in a spiced gram-flour coat, baked instead of fried. Chilli comes \
            late, so the second handful is braver than the first.",
        pack: "250 g",
        price_paise: 8450,
        mrp_paise: 9500,
        tax_rate_bp: 500,
        hsn: "2008",
        stock: 117,
        look: Look::new(
            GROUND,
            Vessel::Pouch,
            [0xD0672F, 0xFBE3A0, 0xD3A15C],
            Motif::Peanut,
            "PEANUTS",
        ),
    },
    DemoProduct {
        slug: "diamond-cuts",
        name: "Shakarpara",
        description: "Sweet diamond biscuits of wheat flour, semolina and ghee. They keep for a \
            month in a closed jar, if anyone lets them.",
        pack: "300 g",
        price_paise: 10_500,
        mrp_paise: 11_500,
        tax_rate_bp: 500,
        hsn: "1905",
        stock: 49,
        look: Look::new(
            GROUND,
            Vessel::ClothJar,
            [0x5A7FA8, 0xE9C46A, 0xE0AE5C],
            Motif::Katli,
            "SHAKAR",
        ),
    },
    DemoProduct {
        slug: "methi-khakhra",
        name: "Methi khakhra",
        description: "Wholewheat rounds with fenugreek leaf, roasted on an iron pan under a \
            wooden press. Ten pieces; good with curd or as they are.",
        pack: "200 g",
        price_paise: 7900,
        mrp_paise: 8500,
        tax_rate_bp: 0,
        hsn: "1905",
        stock: 74,
        look: Look::new(
            GROUND,
            Vessel::Carton,
            [0x5F7F3A, 0xF4D77E, 0xD9B36A],
            Motif::Papad,
            "KHAKHRA",
        ),
    },
    DemoProduct {
        slug: "urad-papad",
        name: "Urad papad",
        description: "Sun-dried discs of urad flour with cracked pepper and asafoetida. Roast \
            over a flame for half a minute, or fry.",
        pack: "250 g",
        price_paise: 9600,
        mrp_paise: 9600,
        tax_rate_bp: 0,
        hsn: "1905",
        stock: 83,
        look: Look::new(
            GROUND,
            Vessel::Pouch,
            [0x6C5A94, 0xF3CF6C, 0xE8CD94],
            Motif::Papad,
            "PAPAD",
        ),
    },
    DemoProduct {
        slug: "south-mixture",
        name: "South mixture",
        description: "Sev, boondi, peanuts, roasted gram and fried curry leaves, with chilli and \
            a little garlic. The old bakery mixture, loud when eaten.",
        pack: "350 g",
        price_paise: 13_250,
        mrp_paise: 14_500,
        tax_rate_bp: 500,
        hsn: "2106",
        stock: 66,
        look: Look::new(
            GROUND,
            Vessel::Bowl,
            [0xC25A2C, 0xFBE09A, 0xE9A935],
            Motif::Sev,
            "MIXTURE",
        ),
    },
];
