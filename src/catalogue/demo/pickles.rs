//! Pickles and chutneys.

use super::{DemoCategory, DemoProduct, Ink, Look, Motif, Vessel};

/// The wall behind this shelf's pictures.
const GROUND: Ink = Ink(0xE4E8C2);

pub(super) const CATEGORY: DemoCategory = DemoCategory {
    slug: "pickles",
    name: "Pickles & chutneys",
    blurb: "Salted, sunned and matured in stoneware. A dry spoon keeps them good for a year.",
    products: PRODUCTS,
};

const PRODUCTS: &[DemoProduct] = &[
    DemoProduct {
        slug: "mango-pickle",
        name: "Andhra mango pickle",
        description: "Raw mango cut with the stone, in mustard, chilli and sesame oil. Sharp and \
            hot, the avakaya of Guntur, six weeks in the jar before it is packed.",
        pack: "500 g",
        price_paise: 19_500,
        mrp_paise: 22_000,
        tax_rate_bp: 500,
        hsn: "2001",
        stock: 71,
        look: Look::new(GROUND, Vessel::Barni, [0x8A4A26, 0xC8452E, 0x8FA83A], Motif::Mango, "AAM"),
    },
    DemoProduct {
        slug: "lime-pickle",
        name: "Sweet lime pickle",
        description: "Thin-skinned limes with jaggery, cumin and black salt, matured until the \
            peel gives way. No oil at all.",
        pack: "400 g",
        price_paise: 15_900,
        mrp_paise: 17_000,
        tax_rate_bp: 500,
        hsn: "2001",
        stock: 54,
        look: Look::new(
            GROUND,
            Vessel::ClothJar,
            [0x7FA046, 0xC77B2E, 0xA9B83C],
            Motif::Lime,
            "NIMBU",
        ),
    },
    DemoProduct {
        slug: "garlic-pickle",
        name: "Garlic pickle",
        description: "Whole peeled cloves in mustard oil with fenugreek and chilli. Mellow by the \
            time it reaches you; strong all the same.",
        pack: "300 g",
        price_paise: 17_425,
        mrp_paise: 18_500,
        tax_rate_bp: 500,
        hsn: "2001",
        stock: 37,
        look: Look::new(
            GROUND,
            Vessel::Barni,
            [0x5E4B6E, 0xC2683A, 0xF0E4D6],
            Motif::Garlic,
            "LAHSUN",
        ),
    },
    DemoProduct {
        slug: "stuffed-red-chilli",
        name: "Stuffed red chilli pickle",
        description: "Fat winter chillies from Banaras, filled with mustard, fennel and dried \
            mango, then left in the sun. Slice one over dal and rice.",
        pack: "400 g",
        price_paise: 20_900,
        mrp_paise: 22_500,
        tax_rate_bp: 500,
        hsn: "2001",
        stock: 29,
        look: Look::new(
            GROUND,
            Vessel::Barni,
            [0x9C3A2C, 0xD9A23C, 0xC5302A],
            Motif::Chilli,
            "MIRCHI",
        ),
    },
    DemoProduct {
        slug: "tamarind-date-chutney",
        name: "Tamarind and date chutney",
        description: "Sweet and sour saunth for chaat and samosas: tamarind, dates, jaggery and \
            dry ginger. Ready to pour; refrigerate after opening.",
        pack: "350 g",
        price_paise: 12_900,
        mrp_paise: 13_500,
        tax_rate_bp: 500,
        hsn: "2103",
        stock: 86,
        look: Look::new(
            GROUND,
            Vessel::Bottle,
            [0x7A3B26, 0xE0A83E, 0x6B2E20],
            Motif::Dates,
            "SAUNTH",
        ),
    },
    DemoProduct {
        slug: "mint-chutney",
        name: "Mint and coriander chutney",
        description: "Fresh mint, coriander, green chilli and lime, blended cold and bottled the \
            same day. Keeps for a month in the refrigerator.",
        pack: "250 g",
        price_paise: 9950,
        mrp_paise: 10_500,
        tax_rate_bp: 500,
        hsn: "2103",
        stock: 43,
        look: Look::new(
            GROUND,
            Vessel::Bottle,
            [0x3F7A45, 0xF0E2B0, 0x6FA04A],
            Motif::Leaf,
            "PUDINA",
        ),
    },
    DemoProduct {
        slug: "aam-murabba",
        name: "Aam murabba",
        description: "Grated green mango slowly cooked in sugar with saffron and cardamom. Spread \
            it on hot paratha, or eat it from the spoon.",
        pack: "500 g",
        price_paise: 22_575,
        mrp_paise: 24_500,
        tax_rate_bp: 500,
        hsn: "2007",
        stock: 33,
        look: Look::new(
            GROUND,
            Vessel::ClothJar,
            [0xE0A03A, 0x8A4A26, 0xEFA92E],
            Motif::Mango,
            "MURABBA",
        ),
    },
];
