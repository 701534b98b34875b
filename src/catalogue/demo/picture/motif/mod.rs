//! The goods themselves: small drawings about 100 units across, centred on the origin.

mod fruit;
mod grains;
mod home;
mod leaves;
mod nuts;
mod spices;
mod sweets;

use super::Ink;

/// What is inside, drawn in the colour of the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motif {
    Almond,
    BananaChip,
    Barfi,
    Beans,
    Camphor,
    Cane,
    Cardamom,
    Cashew,
    Chickpeas,
    Chilli,
    Cinnamon,
    Coconut,
    CoffeeBeans,
    Dates,
    Diya,
    Ear,
    Flower,
    Garlic,
    Honeycomb,
    Jamun,
    Katli,
    Ladoo,
    Leaf,
    Lentils,
    Lime,
    Makhana,
    Mango,
    Neem,
    Papad,
    Peanut,
    Peppercorns,
    Pistachio,
    Pot,
    Raisins,
    Rice,
    Root,
    Seeds,
    Sev,
    Spiral,
    StarAnise,
    TeaLeaf,
    Walnut,
}

/// The drawing of a motif: SVG elements for a group.
pub(super) fn draw(motif: Motif, ink: Ink) -> String {
    match motif {
        Motif::Almond => nuts::almond(ink),
        Motif::BananaChip => sweets::banana_chip(ink),
        Motif::Barfi => sweets::barfi(ink),
        Motif::Beans => grains::beans(ink),
        Motif::Camphor => home::camphor(ink),
        Motif::Cane => home::cane(ink),
        Motif::Cardamom => spices::cardamom(ink),
        Motif::Cashew => nuts::cashew(ink),
        Motif::Chickpeas => grains::chickpeas(ink),
        Motif::Chilli => spices::chilli(ink),
        Motif::Cinnamon => spices::cinnamon(ink),
        Motif::Coconut => fruit::coconut(ink),
        Motif::CoffeeBeans => spices::coffee_beans(ink),
        Motif::Dates => nuts::dates(ink),
        Motif::Diya => home::diya(ink),
        Motif::Ear => grains::ear(ink),
        Motif::Flower => leaves::flower(ink),
        Motif::Garlic => fruit::garlic(ink),
        Motif::Honeycomb => home::honeycomb(ink),
        Motif::Jamun => sweets::jamun(ink),
        Motif::Katli => sweets::katli(ink),
        Motif::Ladoo => sweets::ladoo(ink),
        Motif::Leaf => leaves::leaf(ink),
        Motif::Lentils => grains::lentils(ink),
        Motif::Lime => fruit::lime(ink),
        Motif::Makhana => nuts::makhana(ink),
        Motif::Mango => fruit::mango(ink),
        Motif::Neem => leaves::neem(ink),
        Motif::Papad => sweets::papad(ink),
        Motif::Peanut => nuts::peanut(ink),
        Motif::Peppercorns => spices::peppercorns(ink),
        Motif::Pistachio => nuts::pistachio(ink),
        Motif::Pot => home::pot(ink),
        Motif::Raisins => nuts::raisins(ink),
        Motif::Rice => grains::rice(ink),
        Motif::Root => spices::root(ink),
        Motif::Seeds => spices::seeds(ink),
        Motif::Sev => sweets::sev(ink),
        Motif::Spiral => sweets::spiral(ink),
        Motif::StarAnise => spices::star_anise(ink),
        Motif::TeaLeaf => leaves::tea(ink),
        Motif::Walnut => nuts::walnut(ink),
    }
}

/// Whether it stands on a table by itself; other things lie as they fell.
pub(super) const fn stands(motif: Motif) -> bool {
    matches!(motif, Motif::Camphor | Motif::Diya | Motif::Jamun | Motif::Pot)
}

/// How large one drawing is in a heap, in percent: single big things smaller than clusters.
pub(super) const fn heaped(motif: Motif) -> i32 {
    match motif {
        Motif::Lentils | Motif::Rice | Motif::Seeds | Motif::Peppercorns => 52,
        Motif::Chickpeas | Motif::Beans | Motif::Sev => 56,
        _ => 60,
    }
}
