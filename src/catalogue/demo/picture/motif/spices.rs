//! Spices and coffee.

use super::Ink;

/// A star of eight boats, each with its seed.
pub(super) fn star_anise(ink: Ink) -> String {
    let (dark, seed) = (ink.dark(28), Ink(0xC97B3A));
    let arms: String = (0..8)
        .map(|n| {
            let turn = n * 45;
            format!(
                "<g transform='rotate({turn})'>\
                 <path d='M0 2C-15-16-12-38 0-52C12-38 15-16 0 2z' fill='{ink}'/>\
                 <path d='M0-8C-6-20-5-32 0-42C5-32 6-20 0-8z' fill='{dark}'/>\
                 <ellipse cy='-24' rx='4' ry='7' fill='{seed}'/></g>"
            )
        })
        .collect();
    format!("{arms}<circle r='7' fill='{dark}'/>")
}

/// A long chilli with its green stalk.
pub(super) fn chilli(ink: Ink) -> String {
    let (dark, light) = (ink.dark(22), ink.light(40));
    format!(
        "<path d='M-36-30C-44 10-8 46 50 44C26 34 6 10-4-34C-14-42-28-40-36-30z' fill='{ink}'/>\
         <path d='M-36-30C-44 10-8 46 50 44C4 38-20 12-20-37C-28-38-32-35-36-30z' fill='{dark}'/>\
         <path d='M-8-24C-4 0 4 16 16 26' fill='none' stroke='{light}' stroke-width='4' \
         stroke-linecap='round' opacity='.7'/>\
         <path d='M-40-26C-34-44-8-48-1-32C-10-36-14-28-20-32C-26-28-32-34-40-26z' fill='#5b8c3a'/>\
         <path d='M-21-38C-22-48-18-54-10-56' fill='none' stroke='#4a7530' stroke-width='6' \
         stroke-linecap='round'/>"
    )
}

/// A knobbly root: turmeric or ginger by its colour.
pub(super) fn root(ink: Ink) -> String {
    let (dark, light) = (ink.dark(26), ink.light(22));
    format!(
        "<g fill='none' stroke-linecap='round'>\
         <path d='M-34 18C-14 4 12 8 34-8M-4 8L-16-22M14 4L26 32' stroke='{dark}' \
         stroke-width='28'/>\
         <path d='M-35 15C-14 1 12 5 33-11M-5 5L-17-24M13 2L25 29' stroke='{ink}' \
         stroke-width='22'/>\
         <path d='M-26 4L-20 20M-14 0L-8 14M22-14L28 2M12-9L17 5M-24-16L-10-18M16 22L28 16' \
         stroke='{dark}' stroke-width='3'/></g>\
         <ellipse cx='38' cy='-13' rx='7' ry='9' fill='{light}'/>"
    )
}

/// A pinch of cumin, fennel or coriander seeds.
pub(super) fn seeds(ink: Ink) -> String {
    let (dark, light) = (ink.dark(26), ink.light(26));
    [(-24, -20, 40), (14, -28, -30), (34, 4, 70), (-6, 6, 10), (-34, 20, -50), (16, 32, 30)]
        .iter()
        .map(|(x, y, turn)| {
            format!(
                "<g transform='translate({x} {y})rotate({turn})'>\
                 <ellipse rx='9' ry='21' fill='{dark}'/><ellipse cx='-2' rx='6' ry='19' \
                 fill='{ink}'/><path d='M-2-15V15' stroke='{light}' stroke-width='2'/></g>"
            )
        })
        .collect()
}

/// Three ribbed pods.
pub(super) fn cardamom(ink: Ink) -> String {
    let (dark, light) = (ink.dark(30), ink.light(30));
    [(-24, -14, -50), (22, -16, 18), (0, 26, 72)]
        .iter()
        .map(|(x, y, turn)| {
            format!(
                "<g transform='translate({x} {y})rotate({turn})'>\
                 <path d='M0-34C30-34 28 28 0 32C-28 28-30-34 0-34z' fill='{ink}'/>\
                 <path d='M0-34C30-34 28 28 0 32C20 20 18-24 0-34z' fill='{dark}'/>\
                 <path d='M-1-33C-26-22-24 20-2 31C-14 16-14-18-1-33z' fill='{light}'/>\
                 <path d='M0-33C-8-12-8 12 0 31' fill='none' stroke='{dark}' stroke-width='3'/>\
                 <path d='M0-34V-42M0 32V37' stroke='#c2a062' stroke-width='7' \
                 stroke-linecap='round'/></g>"
            )
        })
        .collect()
}

/// Round corns: pepper, mustard, coriander.
pub(super) fn peppercorns(ink: Ink) -> String {
    let (dark, light) = (ink.dark(30), ink.light(40));
    [(-22, -16), (14, -24), (34, 6), (-2, 8), (-34, 18), (16, 32)]
        .iter()
        .map(|(x, y)| {
            format!(
                "<g transform='translate({x} {y})'><circle r='17' fill='{dark}'/>\
                 <circle cx='-2' cy='-2' r='14' fill='{ink}'/>\
                 <path d='M-10-5A11 11 0 0 1-2-12' fill='none' stroke='{light}' stroke-width='4' \
                 stroke-linecap='round'/></g>"
            )
        })
        .collect()
}

/// Two quills, rolled at the ends.
pub(super) fn cinnamon(ink: Ink) -> String {
    let (dark, light) = (ink.dark(30), ink.light(24));
    ["translate(0 12)rotate(-28)", "translate(-2-8)rotate(22)"]
        .iter()
        .map(|place| {
            format!(
                "<g transform='{place}'><path d='M-48-12H44V12H-48z' fill='{ink}'/>\
                 <path d='M-48 2H44V12H-48z' fill='{dark}'/>\
                 <path d='M-40-6H30' stroke='{light}' stroke-width='3' stroke-linecap='round'/>\
                 <ellipse cx='-48' rx='5' ry='12' fill='{dark}'/>\
                 <ellipse cx='44' rx='7' ry='12' fill='{light}'/>\
                 <path d='M47-6C40-8 39 6 45 5' fill='none' stroke='{dark}' stroke-width='3'/></g>"
            )
        })
        .collect()
}

/// Two roasted beans.
pub(super) fn coffee_beans(ink: Ink) -> String {
    let (dark, light) = (ink.dark(45), ink.light(22));
    ["translate(18-14)rotate(64)", "translate(-14 12)rotate(-24)"]
        .iter()
        .map(|place| {
            format!(
                "<g transform='{place}'><ellipse rx='25' ry='36' fill='{ink}'/>\
                 <path d='M-15-20C-19-8-19 6-15 18' fill='none' stroke='{light}' stroke-width='4' \
                 stroke-linecap='round'/>\
                 <path d='M2-36C-10-14 14 10 0 36' fill='none' stroke='{dark}' \
                 stroke-width='5'/></g>"
            )
        })
        .collect()
}
