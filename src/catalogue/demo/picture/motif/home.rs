//! Ghee, honey, cane and the things of the house.

use super::Ink;

/// A brass pot full of ghee.
pub(super) fn pot(ink: Ink) -> String {
    let (brass, dark, light) = (Ink(0xC88A32), Ink(0x935F1E), Ink(0xF0C878));
    let shine = ink.light(45);
    format!(
        "<path d='M-22 38H22L28 50H-28z' fill='{dark}'/>\
         <path d='M-30-22C-58 2-44 44 0 44S58 2 30-22z' fill='{brass}'/>\
         <path d='M30-22C58 2 44 44 0 44C26 34 34 2 18-22z' fill='{dark}'/>\
         <path d='M-34-4C-40 8-36 20-28 28' fill='none' stroke='{light}' stroke-width='6' \
         stroke-linecap='round'/>\
         <path d='M-36-34C-36-24-24-22-30-18H30C24-22 36-24 36-34z' fill='{brass}'/>\
         <ellipse cy='-34' rx='38' ry='13' fill='{light}'/>\
         <ellipse cy='-33' rx='31' ry='9' fill='{ink}'/>\
         <path d='M-20-34Q-8-40 6-38' fill='none' stroke='{shine}' stroke-width='4' \
         stroke-linecap='round'/>"
    )
}

/// Two cut lengths of sugar cane.
pub(super) fn cane(ink: Ink) -> String {
    let (green, dark, pith) = (Ink(0x8AA048), Ink(0x62762E), ink.light(66));
    ["translate(8-10)rotate(-52)", "translate(-4 10)rotate(-24)"]
        .iter()
        .map(|place| {
            format!(
                "<g transform='{place}'><path d='M-50-13H42V13H-50z' fill='{green}'/>\
                 <path d='M-50 3H42V13H-50z' fill='{dark}'/>\
                 <path d='M-20-14V14M14-14V14' stroke='{pith}' stroke-width='5'/>\
                 <path d='M-14-14V14M20-14V14' stroke='{dark}' stroke-width='3'/>\
                 <ellipse cx='-50' rx='6' ry='13' fill='{dark}'/>\
                 <ellipse cx='42' rx='8' ry='13' fill='{pith}'/>\
                 <ellipse cx='42' rx='4' ry='8' fill='{ink}'/></g>"
            )
        })
        .collect()
}

/// Three camphor tablets, one alight.
pub(super) fn camphor(ink: Ink) -> String {
    let (side, edge) = (Ink(0xCFD9E4), Ink(0xAEBDCC));
    let tablets: String = [(-24, 24), (26, 28), (2, 8)]
        .iter()
        .map(|(x, y)| {
            format!(
                "<g transform='translate({x} {y})'>\
                 <path d='M-24 0V12C-24 26 24 26 24 12V0z' fill='{side}'/>\
                 <ellipse rx='24' ry='12' fill='#fff' stroke='{edge}' stroke-width='2'/></g>"
            )
        })
        .collect();
    format!(
        "{tablets}<path d='M2 8C-18-4-10-28 2-52C14-28 22-4 2 8z' fill='{ink}'/>\
         <path d='M2 6C-8-2-4-16 2-28C8-16 12-2 2 6z' fill='#ffe08a'/>"
    )
}

/// Seven cells, some of them full.
pub(super) fn honeycomb(ink: Ink) -> String {
    let (dark, light) = (ink.dark(22), ink.light(42));
    let cells: String = [(0, 0), (28, 0), (-28, 0), (14, 25), (-14, 25), (14, -25), (-14, -25)]
        .iter()
        .enumerate()
        .map(|(n, (x, y))| {
            let fill = if n % 3 == 0 { light } else { ink };
            format!(
                "<path d='M0-17L14-8V8L0 17L-14 8V-8z' transform='translate({x} {y})' \
                 fill='{fill}' stroke='{dark}' stroke-width='4' stroke-linejoin='round'/>"
            )
        })
        .collect();
    cells
}

/// A clay lamp with its flame.
pub(super) fn diya(ink: Ink) -> String {
    let (dark, light) = (ink.dark(26), ink.light(20));
    format!(
        "<path d='M-48 6C-40 46 30 48 50 2C24 14-22 16-48 6z' fill='{ink}'/>\
         <path d='M50 2C30 48-2 46-10 42C20 36 28 20 32 10z' fill='{dark}'/>\
         <ellipse cy='5' rx='48' ry='10' fill='{light}'/><ellipse cy='6' rx='38' ry='6' \
         fill='{dark}'/><path d='M14 2C-6-12 4-34 14-54C26-34 36-12 14 2z' fill='#f29f38'/>\
         <path d='M14 0C4-8 8-22 14-32C20-22 26-8 14 0z' fill='#ffe08a'/>"
    )
}
