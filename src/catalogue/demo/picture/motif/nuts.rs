//! Nuts and dried fruit.

use super::Ink;

/// A whole curved cashew.
pub(super) fn cashew(ink: Ink) -> String {
    let (dark, light) = (ink.dark(20), ink.light(45));
    format!(
        "<g fill='none' stroke-linecap='round'>\
         <path d='M-26 24C-38-22 8-44 28-12' stroke='{dark}' stroke-width='38'/>\
         <path d='M-26 22C-37-22 8-43 27-13' stroke='{ink}' stroke-width='31'/>\
         <path d='M-33 14C-36-12-16-32 6-30' stroke='{light}' stroke-width='5'/></g>"
    )
}

/// One almond, pointed and grained.
pub(super) fn almond(ink: Ink) -> String {
    let (dark, light) = (ink.dark(24), ink.light(30));
    format!(
        "<g transform='rotate(24)'><path d='M0-52C22-30 34-6 30 16C26 46-26 46-30 16C-34-6-22-30 \
         0-52z' fill='{ink}'/><path d='M0-52C22-30 34-6 30 16C28 32 14 39 0 39C16 14 14-20 0-52z' \
         fill='{dark}'/>\
         <path d='M-3-36C-16-14-20 4-18 20M0-28C-6-8-6 10-4 28M5-22C10-4 11 12 10 26' fill='none' \
         stroke='{light}' stroke-width='3' stroke-linecap='round'/></g>"
    )
}

/// A split shell with the green kernel showing.
pub(super) fn pistachio(ink: Ink) -> String {
    let (dark, shell, edge) = (ink.dark(24), Ink(0xEAD7B0), Ink(0xC9AE7C));
    format!(
        "<g transform='rotate(-30)'><path d='M-46 0C-30-38 26-40 50-6C26 4-24 8-46 0z' \
         fill='{shell}'/><path d='M-44 2C-20 6 26 2 46-4C40 10-20 20-44 2z' fill='{ink}'/>\
         <path d='M-36 8C-8 12 20 8 38 2' fill='none' stroke='{dark}' stroke-width='3'/>\
         <path d='M-46 0C-34 42 24 42 50-6C40 18-18 26-46 0z' fill='{edge}'/>\
         <path d='M-26-14C-8-26 14-26 28-18' fill='none' stroke='{edge}' stroke-width='3' \
         stroke-linecap='round'/></g>"
    )
}

/// A few wrinkled raisins.
pub(super) fn raisins(ink: Ink) -> String {
    let (dark, light) = (ink.dark(30), ink.light(36));
    [(-23, -16, 34), (23, -18, -40), (0, 24, 80)]
        .iter()
        .map(|(x, y, turn)| {
            format!(
                "<g transform='translate({x} {y})rotate({turn})'>\
                 <path d='M0-30C13-30 22-16 21-2C22 14 13 31 0 31\
                 C-13 31-22 14-21-2C-22-16-13-30 0-30z' fill='{ink}'/>\
                 <path d='M0-30C13-30 22-16 21-2C22 14 13 31 0 31C12 16 12-16 0-30z' fill='{dark}' \
                 opacity='.45'/>\
                 <path d='M-9-22Q-2-10-8 2T-6 23M1-25Q10-12 3 0T6 24M14-14Q9-2 14 10' fill='none' \
                 stroke='{dark}' stroke-width='3' stroke-linecap='round'/>\
                 <path d='M-15-12Q-18 0-15 10' fill='none' stroke='{light}' stroke-width='4' \
                 stroke-linecap='round'/></g>"
            )
        })
        .collect()
}

/// Half a walnut kernel.
pub(super) fn walnut(ink: Ink) -> String {
    let (dark, light) = (ink.dark(28), ink.light(28));
    format!(
        "<path d='M0-46C14-56 34-46 34-30C50-22 50-2 42 8C46 28 30 42 16 40C8 50-8 50-16 40\
         C-30 42-46 28-42 8C-50-2-50-22-34-30C-34-46-14-56 0-46z' fill='{ink}'/>\
         <path d='M0-46V44' stroke='{dark}' stroke-width='5'/>\
         <path d='M14-32C28-30 30-14 18-10C34-6 36 14 20 14C30 24 20 34 12 \
         30M-14-32C-28-30-30-14-18-10\
         C-34-6-36 14-20 14C-30 24-20 34-12 30' fill='none' stroke='{dark}' stroke-width='4' \
         stroke-linecap='round'/>\
         <path d='M26-26C34-22 38-16 38-8M-26-36C-18-42-12-40-8-38' fill='none' stroke='{light}' \
         stroke-width='4' stroke-linecap='round'/>"
    )
}

/// Two dates.
pub(super) fn dates(ink: Ink) -> String {
    let (dark, light) = (ink.dark(32), ink.light(34));
    [(12, -16, 70), (-6, 14, 46)]
        .iter()
        .map(|(x, y, turn)| {
            format!(
                "<g transform='translate({x} {y})rotate({turn})'>\
                 <path d='M0-46C24-44 25 36 0 44C-25 36-24-44 0-46z' fill='{ink}'/>\
                 <path d='M0-46C24-44 25 36 0 44C10 20 10-24 0-46z' fill='{dark}'/>\
                 <path d='M-11-24C-14-8-14 8-10 22' fill='none' stroke='{light}' stroke-width='4' \
                 stroke-linecap='round'/><ellipse cy='-44' rx='7' ry='4' fill='#d9b27a'/></g>"
            )
        })
        .collect()
}

/// A peanut in its shell.
pub(super) fn peanut(ink: Ink) -> String {
    let (dark, light) = (ink.dark(24), ink.light(34));
    format!(
        "<g transform='rotate(38)'><path d='M0-54C26-54 32-24 20-6C18 0 20 4 23 10C34 34 20 56 0 56\
         C-20 56-34 34-23 10C-20 4-18 0-20-6C-32-24-26-54 0-54z' fill='{ink}'/>\
         <path d='M0-54C26-54 32-24 20-6C18 0 20 4 23 10C34 34 20 56 0 56\
         C14 36 4 8 6-2C12-20 12-40 0-54z' fill='{dark}'/>\
         <g fill='none' stroke='{light}' stroke-width='3' stroke-linecap='round'>\
         <path d='M-14-40C-20-28-14-12-10-4M-3-44V-18M-12 12C-20 26-16 40-10 46M-3 14V44M-15-28H-8\
         M-16 28H-7'/></g></g>"
    )
}

/// Popped lotus seeds.
pub(super) fn makhana(ink: Ink) -> String {
    let (dark, spot) = (ink.dark(14), Ink(0xA86B3C));
    [(-20, -16, 0), (22, -10, 90), (0, 22, 200)]
        .iter()
        .map(|(x, y, turn)| {
            format!(
                "<g transform='translate({x} {y})rotate({turn})'>\
                 <path d='M-4-25C10-30 20-20 22-8C32 4 20 20 10 20C0 30-16 24-20 14C-32 \
                 4-24-14-16-16C-14-22-10-25-4-25z' fill='{dark}'/>\
                 <path d='M-5-22C8-26 16-18 18-8C26 2 16 15 8 16C0 24-14 20-17 11C-27 2-20-12-14-14\
                 C-12-19-9-22-5-22z' fill='{ink}'/>\
                 <path d='M-8-6L-3-9M4 2L9 0M-7 8L-3 9M6-12L9-9' stroke='{spot}' stroke-width='4' \
                 stroke-linecap='round'/></g>"
            )
        })
        .collect()
}
