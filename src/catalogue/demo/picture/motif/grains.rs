//! Grains and pulses.

use super::Ink;

/// An ear of wheat.
pub(super) fn ear(ink: Ink) -> String {
    let (dark, light) = (ink.dark(24), ink.light(22));
    let kernels: String = [-22, -2, 18]
        .iter()
        .map(|y| {
            format!(
                "<g transform='translate(0 {y})'><path d='M0 14C2-6 10-16 22-20C24-4 14 10 0 14z' \
                 fill='{dark}'/><path d='M0 14C-2-6-10-16-22-20C-24-4-14 10 0 14z' \
                 fill='{light}'/></g>"
            )
        })
        .collect();
    format!(
        "<path d='M0-20V56M-14-34L-22-54M14-34L22-54M0-40V-60' fill='none' stroke='{dark}' \
         stroke-width='3' stroke-linecap='round'/>{kernels}\
         <path d='M0-8C-12-20-10-38 0-48C10-38 12-20 0-8z' fill='{ink}'/>"
    )
}

/// A pinch of split lentils.
pub(super) fn lentils(ink: Ink) -> String {
    let (dark, light) = (ink.dark(24), ink.light(36));
    [(-26, -18), (6, -30), (34, -10), (0, 2), (-32, 20), (28, 24), (-4, 34)]
        .iter()
        .map(|(x, y)| {
            format!(
                "<g transform='translate({x} {y})'><ellipse rx='17' ry='15' fill='{dark}'/>\
                 <ellipse cx='-1' cy='-2' rx='14' ry='12' fill='{ink}'/>\
                 <path d='M-9-5Q-5-11 2-11' fill='none' stroke='{light}' stroke-width='3' \
                 stroke-linecap='round'/></g>"
            )
        })
        .collect()
}

/// Long grains of rice; also flakes, when seen from near.
pub(super) fn rice(ink: Ink) -> String {
    let (dark, light) = (ink.dark(22), ink.light(70));
    [(-28, -20, 60), (8, -32, -20), (34, -4, 40), (-4, 2, -60), (-30, 22, 15), (22, 30, 75)]
        .iter()
        .map(|(x, y, turn)| {
            format!(
                "<g transform='translate({x} {y})rotate({turn})'>\
                 <ellipse rx='8' ry='24' fill='{dark}'/><ellipse cx='-1' rx='6' ry='22' \
                 fill='{ink}'/>\
                 <path d='M-3-12V8' stroke='{light}' stroke-width='3' stroke-linecap='round'/></g>"
            )
        })
        .collect()
}

/// Round chickpeas with their beak.
pub(super) fn chickpeas(ink: Ink) -> String {
    let (dark, light) = (ink.dark(22), ink.light(40));
    [(-22, -18, 0), (20, -22, 70), (30, 18, 150), (-8, 22, 230)]
        .iter()
        .map(|(x, y, turn)| {
            format!(
                "<g transform='translate({x} {y})rotate({turn})'>\
                 <path d='M0-27C6-22 22-18 21 0C20 24-20 24-21 0C-22-18-6-22 0-27z' fill='{ink}'/>\
                 <path d='M0-27C6-22 22-18 21 0C20 14 8 20-2 18C10 8 10-10 0-27z' fill='{dark}'/>\
                 <circle cx='-9' cy='-4' r='4' fill='{light}'/></g>"
            )
        })
        .collect()
}

/// Kidney beans.
pub(super) fn beans(ink: Ink) -> String {
    let (dark, light) = (ink.dark(34), ink.light(42));
    [(-20, -18, -20), (24, -6, 60), (-8, 26, 15)]
        .iter()
        .map(|(x, y, turn)| {
            format!(
                "<g transform='translate({x} {y})rotate({turn})'>\
                 <path d='M-28 0C-30-24-8-24 0-18C8-24 30-24 28 0C26 22-26 22-28 0z' fill='{ink}'/>\
                 <path d='M-28 0C-26 22 26 22 28 0C16 12-16 12-28 0z' fill='{dark}'/>\
                 <path d='M-6-15Q0-10 6-15' fill='none' stroke='{light}' stroke-width='5' \
                 stroke-linecap='round'/><path d='M-20-8Q-18-14-12-15' fill='none' \
                 stroke='{light}' stroke-width='4' stroke-linecap='round' opacity='.7'/></g>"
            )
        })
        .collect()
}
