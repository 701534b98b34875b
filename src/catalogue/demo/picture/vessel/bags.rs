//! Pouches, packets and sacks.

use super::super::scene::{Scene, slab};

/// A paper pouch, folded over and clipped.
pub(super) fn pouch(scene: &Scene) -> String {
    let (body, accent) = (scene.look.body, scene.look.accent);
    let bag = "M212 190H428L446 516Q448 552 412 552H228Q192 552 194 516z";
    [
        scene.shadow(330, 552, 156, 16),
        scene.solid(bag, body),
        scene.flat("M212 200L240 232L232 520L198 540Q192 530 194 516z", body.dark(10)),
        scene.flat("M428 200L400 232L408 520L442 540Q448 530 446 516z", body.dark(18)),
        scene.flat(
            "M196 500Q320 560 444 500L446 516Q448 552 412 552H228Q192 552 194 516z",
            body.dark(14),
        ),
        scene.solid(&slab(210, 146, 220, 58, 6), body.light(12)),
        scene.flat("M210 196h220v8H210z", body.dark(22)),
        scene.solid(&slab(196, 162, 248, 16, 8), accent),
        scene.label(320, 370, 164, 220, 14),
    ]
    .concat()
}

/// A pillow pack with crimped ends and a window.
pub(super) fn packet(scene: &Scene) -> String {
    let look = scene.look;
    let (body, accent, goods) = (look.body, look.accent, look.goods);
    let teeth = |y: i32, step: i32| -> String {
        let points: String = (0..12).map(|_| format!("l10 {step}l10 {}", -step)).collect();
        format!("M200 {y}{points}")
    };
    let pack = "M200 166H440V206C452 300 452 420 440 512V552H200V512C188 420 188 300 200 206z";
    let window =
        "M320 350C388 350 410 380 410 424S384 500 320 500S230 468 230 424S252 350 320 350z";
    let pieces = [
        (266, 404, 20),
        (312, 392, -30),
        (360, 402, 50),
        (288, 444, 75),
        (334, 436, 10),
        (380, 436, -40),
        (310, 476, 35),
        (354, 472, -15),
        (256, 436, -60),
    ];
    let goods_in_sight: String =
        pieces.iter().map(|&(x, y, turn)| scene.piece(x, y, turn, 56)).collect();
    [
        scene.shadow(330, 554, 150, 14),
        scene.flat(&format!("{}V176H200z", teeth(166, -10)), body.dark(12)),
        scene.flat(&format!("{}V540H200z", teeth(550, 10)), body.dark(12)),
        scene.solid(pack, body),
        scene.flat("M200 166h240v34H200zM200 518h240v34H200z", body.dark(12)),
        format!(
            "<path d='M204 174h232M204 183h232M204 192h232M204 526h232M204 535h232M204 544h232' \
             stroke='{}' stroke-width='2'/>",
            body.light(18)
        ),
        scene.flat("M197 226C260 250 380 250 443 226V340C380 320 260 320 197 340z", accent),
        scene.word(320, 296, 206, accent.for_print()),
        format!(
            "<path d='{window}' fill='{}' stroke='{accent}' stroke-width='12'/>",
            goods.dark(34)
        ),
        goods_in_sight,
        format!("<path d='{window}' fill='none' stroke='{accent}' stroke-width='7'/>"),
        "<path d='M214 230C206 320 208 420 216 500' fill='none' stroke='#fff' stroke-width='9' \
         stroke-linecap='round' opacity='.35'/>"
            .to_owned(),
    ]
    .concat()
}

/// A cloth sack, rolled open and heaped.
pub(super) fn sack(scene: &Scene) -> String {
    let look = scene.look;
    let (body, accent) = (look.body, look.accent);
    let bag = "M198 286C160 366 158 486 186 530Q196 552 226 552H414Q444 552 454 530C482 486 480 \
               366 442 286z";
    [
        scene.shadow(334, 550, 172, 20),
        scene.solid(bag, body),
        format!(
            "<path d='M182 344Q320 372 458 344M170 500Q320 536 470 500' fill='none' \
             stroke='{accent}' stroke-width='6' stroke-dasharray='14 8'/>"
        ),
        format!(
            "<path d='M204 330C190 370 186 440 194 486M438 320C450 360 456 420 450 470M250 318\
             C244 330 242 342 242 352M386 318C392 330 394 342 394 352' fill='none' stroke='{}' \
             stroke-width='5' stroke-linecap='round' opacity='.6'/>",
            body.dark(24)
        ),
        format!("<ellipse cx='320' cy='268' rx='132' ry='34' fill='{}'/>", body.dark(40)),
        scene.heap(200, 440, 272, 112),
        scene.solid(
            "M180 262C180 250 196 250 204 258C240 290 400 290 436 258C444 250 460 250 460 262\
            C464 300 420 322 320 322S176 300 180 262z",
            body.light(14),
        ),
        scene.piece(320, 408, 0, 96),
        scene.word(320, 486, 190, body.for_print()),
    ]
    .concat()
}
