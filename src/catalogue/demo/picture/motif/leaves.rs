//! Leaves and flowers.

use super::Ink;

/// Two leaves and a bud, as they are plucked.
pub(super) fn tea(ink: Ink) -> String {
    let (dark, light) = (ink.dark(22), ink.light(28));
    format!(
        "<path d='M0 46C-6 30-44 24-50-22C-22-18-2 4 0 46z' fill='{ink}'/>\
         <path d='M0 46C6 30 44 24 50-22C22-18 2 4 0 46z' fill='{dark}'/>\
         <path d='M0 46C-20 12-14-26 0-52C14-26 20 12 0 46z' fill='{light}'/>\
         <g fill='none' stroke-width='3' stroke-linecap='round'>\
         <path d='M-40-12C-24 2-8 20 0 44M0-34V52' stroke='{dark}'/>\
         <path d='M40-12C24 2 8 20 0 44' stroke='{ink}'/></g>"
    )
}

/// One broad leaf with its veins: mint, bay, tulsi.
pub(super) fn leaf(ink: Ink) -> String {
    let (dark, light) = (ink.dark(20), ink.light(35));
    format!(
        "<g transform='rotate(28)'><path d='M0-52C38-30 40 18 0 46C-40 18-38-30 0-52z' \
         fill='{ink}'/><path d='M0-52C38-30 40 18 0 46z' fill='{dark}'/>\
         <path d='M0-38V58M0-18L18-30M0 2L24-12M0 22L20 10M0-18L-18-30M0 2L-24-12M0 22L-20 10' \
         fill='none' stroke='{light}' stroke-width='3' stroke-linecap='round'/></g>"
    )
}

/// A twig of neem: narrow leaves in pairs.
pub(super) fn neem(ink: Ink) -> String {
    let (dark, light) = (ink.dark(20), ink.light(15));
    let pairs: String = [(-22, 80), (2, 95), (26, 100)]
        .iter()
        .map(|&(y, size)| {
            format!(
                "<g transform='translate(0 {y})scale(.{size:02})'>\
                 <path d='M0 8C10-14 30-24 48-20C42-2 22 12 0 8z' fill='{dark}'/>\
                 <path d='M0 8C-10-14-30-24-48-20C-42-2-22 12 0 8z' fill='{light}'/></g>"
            )
        })
        .collect();
    let pairs = pairs.replace("scale(.100)", "");
    format!(
        "<path d='M0-30V54' stroke='{dark}' stroke-width='4' stroke-linecap='round'/>{pairs}\
         <path d='M0-26C-14-36-10-50 0-58C10-50 14-36 0-26z' fill='{ink}'/>"
    )
}

/// An open flower with eight petals: lotus on an incense packet, rose on a bottle.
pub(super) fn flower(ink: Ink) -> String {
    let (dark, light) = (ink.dark(18), ink.light(30));
    let ring = |ink: Ink, reach: i32, turn: i32| -> String {
        let (tip, side) = (reach + 8, reach * 62 / 100);
        (0..6)
            .map(|n| {
                let turn = n * 60 + turn;
                format!(
                    "<path d='M0 4C-{side}-6-{side}-{tip} 0-{tip}C{side}-{tip} {side}-6 0 4z' \
                     transform='rotate({turn})' fill='{ink}'/>"
                )
            })
            .collect()
    };
    format!(
        "{}{}{}<circle r='9' fill='#f2c14e'/>",
        ring(dark, 42, 30),
        ring(ink, 38, 0),
        ring(light, 22, 30)
    )
}
