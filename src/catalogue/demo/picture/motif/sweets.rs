//! Sweets and fried snacks.

use super::Ink;

/// A thin diamond with silver leaf.
pub(super) fn katli(ink: Ink) -> String {
    let (dark, light) = (ink.dark(24), ink.light(60));
    format!(
        "<path d='M-50 6L0 40L50 6V14L0 50L-50 14z' fill='{dark}'/>\
         <path d='M-50 6L0-30L50 6L0 40z' fill='{ink}'/>\
         <path d='M-26 4L-4-14L18-2L30 8L4 26L-10 14z' fill='{light}'/>\
         <path d='M-14 8L6-6M-2 16L16 6' stroke='#c4ccd0' stroke-width='3' stroke-linecap='round'/>"
    )
}

/// A square of barfi with slivers of pistachio.
pub(super) fn barfi(ink: Ink) -> String {
    let (dark, deep, light) = (ink.dark(16), ink.dark(30), ink.light(24));
    format!(
        "<path d='M-48-10L0 12V48L-48 24z' fill='{dark}'/><path d='M48-10L0 12V48L48 24z' \
         fill='{deep}'/><path d='M-48-10L0-34L48-10L0 14z' fill='{light}'/>\
         <g stroke='#6f9440' stroke-width='6' stroke-linecap='round'>\
         <path d='M-18-10L-8-14M4-18L14-14M2 0L12-5M22-8L28-10'/></g>"
    )
}

/// A round ladoo of many small pearls, a cashew bit on top.
pub(super) fn ladoo(ink: Ink) -> String {
    let (dark, deep, light) = (ink.dark(14), ink.dark(28), ink.light(34));
    format!(
        "<circle r='45' fill='{dark}'/><circle cx='-5' cy='-5' r='38' fill='{ink}'/>\
         <g fill='{light}'><circle cx='-24' cy='-16' r='6'/><circle cx='-6' cy='-30' r='6'/>\
         <circle cx='-10' cy='-8' r='6'/><circle cx='-28' cy='8' r='5'/><circle cx='10' cy='-14' \
         r='5'/><circle cx='2' cy='12' r='5'/></g>\
         <g fill='{deep}'><circle cx='26' cy='-16' r='5'/><circle cx='18' cy='4' r='5'/>\
         <circle cx='30' cy='10' r='5'/><circle cx='-14' cy='24' r='5'/><circle cx='8' cy='30' \
         r='5'/><circle cx='22' cy='24' r='4'/><circle cx='-34' cy='-6' r='4'/></g>\
         <path d='M4-38C10-46 20-42 20-34' fill='none' stroke='#f4e2b8' stroke-width='8' \
         stroke-linecap='round'/>"
    )
}

/// A smooth dumpling in syrup, a sliver of pistachio on top.
pub(super) fn jamun(ink: Ink) -> String {
    let (dark, light) = (ink.dark(24), ink.light(42));
    format!(
        "<ellipse cy='38' rx='52' ry='14' fill='#e0a04a' opacity='.75'/>\
         <circle r='44' fill='{dark}'/><circle cx='-4' cy='-4' r='38' fill='{ink}'/>\
         <path d='M-28-8C-26-20-18-28-8-30' fill='none' stroke='{light}' stroke-width='8' \
         stroke-linecap='round'/>\
         <path d='M6-24L22-20M14-32L18-12' stroke='#9db85a' stroke-width='6' \
         stroke-linecap='round'/>"
    )
}

/// A fried spiral: jalebi or murukku by its colour.
pub(super) fn spiral(ink: Ink) -> String {
    let (dark, light) = (ink.dark(26), ink.light(45));
    let coil = "M4 4C-8 8-14-8-2-14C16-20 26 2 14 16C-4 34-34 18-32-8C-30-38 12-46 32-24\
                C48-4 44 24 26 38";
    format!(
        "<g fill='none' stroke-linecap='round'><path d='{coil}' stroke='{dark}' stroke-width='15'/>\
         <path d='{coil}' stroke='{ink}' stroke-width='10'/>\
         <path d='{coil}' stroke='{light}' stroke-width='3' stroke-dasharray='9 14'/></g>"
    )
}

/// Short threads of fried gram flour.
pub(super) fn sev(ink: Ink) -> String {
    let (dark, light) = (ink.dark(24), ink.light(32));
    format!(
        "<g fill='none' stroke-width='9' stroke-linecap='round'>\
         <path d='M-40-8Q-20-26 6-24M-8 36Q20 40 38 22' stroke='{dark}'/>\
         <path d='M-34 22Q-14 2 12 8M14-38Q28-24 40-26' stroke='{ink}'/>\
         <path d='M-22-36Q-30-8-24 34M20-6Q34 4 44 0' stroke='{light}'/>\
         <path d='M-6-12Q6 10 2 28' stroke='{ink}'/><path d='M26 8L20 38' stroke='{dark}'/></g>"
    )
}

/// Two crisp slices of banana.
pub(super) fn banana_chip(ink: Ink) -> String {
    let (dark, light) = (ink.dark(22), ink.light(36));
    ["translate(-14-10)", "translate(18 16)rotate(40)"]
        .iter()
        .map(|place| {
            format!(
                "<g transform='{place}'><ellipse rx='34' ry='30' fill='{dark}'/>\
                 <ellipse cx='-2' cy='-3' rx='31' ry='26' fill='{ink}'/>\
                 <path d='M-2-12L4 0L-2 8L-9 0zM-20-4L-16 4M14-10L16 0M-4-22H4' fill='{dark}' \
                 stroke='{dark}' stroke-width='3' stroke-linecap='round'/>\
                 <path d='M-24-8Q-20-20-8-23' fill='none' stroke='{light}' stroke-width='4' \
                 stroke-linecap='round'/></g>"
            )
        })
        .collect()
}

/// A roasted disc with pepper and bubbles: papad or khakhra.
pub(super) fn papad(ink: Ink) -> String {
    let (dark, deep, light) = (ink.dark(20), ink.dark(55), ink.light(34));
    format!(
        "<circle cy='3' r='48' fill='{dark}'/>\
         <path d='M0-48C30-50 46-26 47-2C50 28 24 46 2 46C-28 48-48 24-47 0C-46-28-28-46 0-48z' \
         fill='{ink}'/><g fill='{light}'><circle cx='-20' cy='-18' r='9'/><circle cx='16' \
         cy='-26' r='6'/>\
         <circle cx='22' cy='10' r='10'/><circle cx='-12' cy='22' r='7'/><circle cx='2' cy='-4' \
         r='5'/></g><path d='M-32 4h.1M-6-30h.1M34-10h.1M6 32h.1M-26 28h.1M8 12h.1M-8 6h.1M28 \
         28h.1M-36-14h.1' stroke='{deep}' stroke-width='6' stroke-linecap='round'/>"
    )
}
