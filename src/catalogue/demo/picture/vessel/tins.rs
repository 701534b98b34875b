//! Tins and tubes.

use super::super::scene::{CREAM, STEEL, Scene, slab};

/// A rectangular tea tin with a stepped lid.
pub(super) fn caddy(scene: &Scene) -> String {
    let (body, accent) = (scene.look.body, scene.look.accent);
    [
        scene.shadow(330, 550, 158, 16),
        scene.solid(&slab(262, 122, 116, 34, 12), accent),
        scene.solid(&slab(222, 142, 196, 44, 14), body.dark(8)),
        scene.solid(&slab(200, 172, 240, 44, 10), body),
        scene.solid(&slab(200, 206, 240, 12, 4), accent),
        scene.solid(&slab(206, 214, 228, 336, 12), body),
        scene.flat("M206 236h228v6H206zM206 520h228v6H206z", accent),
        scene.label(320, 380, 176, 232, 88),
    ]
    .concat()
}

/// A cardboard tube with a lid.
pub(super) fn canister(scene: &Scene) -> String {
    let (body, accent) = (scene.look.body, scene.look.accent);
    let tube = "M208 210V520Q208 552 320 552T432 520V210z";
    let foot = "M208 498V520Q208 552 320 552T432 520V498Q432 528 320 528T208 498z";
    let lid = "M198 172V226Q198 254 320 254T442 226V172z";
    [
        scene.shadow(332, 546, 146, 22),
        scene.solid(tube, body),
        scene.solid(foot, accent),
        scene.solid(lid, accent),
        format!("<ellipse cx='320' cy='172' rx='122' ry='28' fill='{}'/>", accent.light(24)),
        format!("<ellipse cx='320' cy='172' rx='104' ry='21' fill='{}'/>", accent.light(10)),
        scene.label(320, 384, 176, 216, 18),
    ]
    .concat()
}

/// A round tin with rims and a paper band all round.
pub(super) fn tin(scene: &Scene) -> String {
    let (body, accent) = (scene.look.body, scene.look.accent);
    let shell = "M184 208V514Q184 552 320 552T456 514V208z";
    let band = "M184 262Q184 300 320 300T456 262V478Q456 516 320 516T184 478z";
    let stripe = |y: i32| {
        format!(
            "<path d='M184 {y}Q184 {b} 320 {b}T456 {y}' fill='none' stroke='{accent}' \
             stroke-width='7'/>",
            b = y + 38
        )
    };
    let rim = |cy: i32, rx: i32, ry: i32, fill| {
        format!("<ellipse cx='320' cy='{cy}' rx='{rx}' ry='{ry}' fill='{fill}'/>")
    };
    [
        scene.shadow(334, 546, 162, 24),
        scene.solid(shell, STEEL),
        scene.solid(band, body),
        stripe(272),
        stripe(468),
        rim(208, 140, 40, STEEL.dark(20)),
        rim(204, 136, 36, STEEL.light(45)),
        rim(206, 116, 28, STEEL.dark(6)),
        rim(209, 112, 25, STEEL.light(28)),
        format!("<circle cx='320' cy='400' r='92' fill='{CREAM}'/>"),
        format!(
            "<circle cx='320' cy='400' r='84' fill='none' stroke='{accent}' stroke-width='3'/>"
        ),
        scene.piece(320, 376, 0, 76),
        scene.word(320, 448, 124, body.dark(58)),
    ]
    .concat()
}
