//! Fruit and garlic.

use super::Ink;

/// A mango with its leaf.
pub(super) fn mango(ink: Ink) -> String {
    let (blush, dark, light) = (ink.mix(Ink(0xD94A2B), 30), ink.dark(30), ink.light(48));
    format!(
        "<path d='M10-40C34-46 54-22 44 6C34 34 2 50-24 44C-36 42-48 46-50 40C-52 34-42 30-40 20\
         C-36-6-18-34 10-40z' fill='{ink}'/>\
         <path d='M10-40C34-46 54-22 44 6C34 34 2 50-24 44C14 34 38-4 10-40z' fill='{blush}'/>\
         <path d='M-28 12C-22-4-12-16 0-22' fill='none' stroke='{light}' stroke-width='6' \
         stroke-linecap='round'/>\
         <path d='M14-40Q14-48 10-54' fill='none' stroke='{dark}' stroke-width='5' \
         stroke-linecap='round'/>\
         <path d='M12-46C2-62-24-64-42-52C-28-38-6-36 12-46z' fill='#5f8f3e'/>\
         <path d='M4-48Q-16-56-32-51' fill='none' stroke='#86b25c' stroke-width='3'/>"
    )
}

/// Half a lime, cut across.
pub(super) fn lime(ink: Ink) -> String {
    let (dark, pith, flesh) = (ink.dark(18), ink.light(78), ink.light(34));
    let segments: String = (0..8)
        .map(|n| {
            let turn = n * 45;
            format!("<path d='M0-5L12-32Q0-40-12-32z' transform='rotate({turn})' fill='{flesh}'/>")
        })
        .collect();
    format!(
        "<circle r='48' fill='{dark}'/><circle cx='-1' cy='-1' r='46' fill='{ink}'/>\
         <circle r='40' fill='{pith}'/>{segments}"
    )
}

/// A bulb of garlic.
pub(super) fn garlic(ink: Ink) -> String {
    let (dark, blush) = (ink.dark(16), ink.mix(Ink(0xB07A9A), 42));
    format!(
        "<path d='M-4-52C2-30 6-24 24-14C56 6 44 46 0 44C-44 46-56 6-24-14C-8-24-10-34-12-50z' \
         fill='{ink}'/>\
         <path d='M-4-52C2-30 6-24 24-14C56 6 44 46 0 44C34 30 26-4-2-26z' fill='{dark}'/>\
         <path d='M-6-30C-26-10-30 18-20 38M-4-28C-8-6-6 20 0 42M0-26C20-10 26 16 18 38' \
         fill='none' stroke='{blush}' stroke-width='4' stroke-linecap='round'/>\
         <path d='M-14 43L-10 50M-2 44V52M12 43L9 50' stroke='{blush}' stroke-width='3'/>"
    )
}

/// Half a coconut, white inside.
pub(super) fn coconut(ink: Ink) -> String {
    let (dark, light, shade) = (ink.dark(30), ink.light(18), Ink(0xE6E1D6));
    format!(
        "<path d='M-50-8C-50 52 50 52 50-8z' fill='{ink}'/>\
         <path d='M50-8C50 36 14 46-4 38C28 30 36 10 36-8z' fill='{dark}'/>\
         <path d='M-40 10L-32 6M-28 26L-20 20M-8 34L-2 26M-36-2L-30-4' stroke='{light}' \
         stroke-width='3' stroke-linecap='round'/>\
         <ellipse cy='-8' rx='50' ry='24' fill='{dark}'/><ellipse cy='-9' rx='45' ry='20' \
         fill='#fffdf6'/><ellipse cy='-6' rx='32' ry='13' fill='{shade}'/>"
    )
}
