//! Bowls and plates.

use super::super::Ink;
use super::super::scene::{STEEL, Scene};

/// A bowl, heaped.
pub(super) fn bowl(scene: &Scene) -> String {
    let look = scene.look;
    let (body, accent) = (look.body, look.accent);
    let side = "M124 372C126 470 214 530 270 534H370C426 530 514 470 516 372z";
    [
        scene.shadow(332, 556, 176, 18),
        scene.solid("M252 524H388L404 552Q406 560 392 560H248Q234 560 236 552z", body.dark(14)),
        scene.solid(side, body),
        format!("<ellipse cx='320' cy='372' rx='196' ry='44' fill='{}'/>", body.light(30)),
        format!("<ellipse cx='320' cy='374' rx='180' ry='35' fill='{}'/>", body.dark(40)),
        scene.heap(146, 494, 396, 186),
        scene.solid(
            "M124 372C126 412 230 428 320 428S514 412 516 372C516 378 515 392 512 402\
            C490 432 400 448 320 448S150 432 128 402C125 392 124 378 124 372z",
            body.light(20),
        ),
        format!(
            "<path d='M148 446Q320 492 492 446' fill='none' stroke='{accent}' stroke-width='6' \
             stroke-dasharray='2 14' stroke-linecap='round'/>"
        ),
        scene.word(320, 508, 180, body.for_print()),
    ]
    .concat()
}

/// A steel plate on a cloth, with sweets in a pyramid.
pub(super) fn plate(scene: &Scene) -> String {
    let look = scene.look;
    let (body, accent) = (look.body, look.accent);
    let ellipse = |cy: i32, rx: i32, ry: i32, fill: Ink| {
        format!("<ellipse cx='320' cy='{cy}' rx='{rx}' ry='{ry}' fill='{fill}'/>")
    };
    let mut pyramid = String::new();
    for (y, count, step) in [(446, 4, 92), (372, 3, 92), (300, 2, 92), (232, 1, 0)] {
        for n in 0..count {
            let x = 320 - (count - 1) * step / 2 + n * step;
            pyramid.push_str(&scene.piece(x, y, n * 9 - 9, 106));
        }
    }
    [
        scene.flat("M320 470L606 560L320 632L34 560z", body),
        format!(
            "<path d='M320 486L556 560L320 618L84 560z' fill='none' stroke='{accent}' \
             stroke-width='5' stroke-dasharray='12 8'/>"
        ),
        scene.shadow(328, 556, 214, 34),
        ellipse(524, 226, 48, STEEL.dark(22)),
        ellipse(516, 226, 48, STEEL.light(30)),
        ellipse(518, 196, 37, STEEL.dark(8)),
        ellipse(522, 188, 32, STEEL.light(18)),
        scene.shadow(320, 508, 180, 22),
        pyramid,
    ]
    .concat()
}
