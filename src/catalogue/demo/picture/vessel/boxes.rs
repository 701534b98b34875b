//! Cartons and boxes.

use super::super::scene::{CREAM, Scene, slab};

/// A folding carton, its right side in shade.
pub(super) fn carton(scene: &Scene) -> String {
    let (body, accent) = (scene.look.body, scene.look.accent);
    [
        scene.shadow(340, 552, 164, 17),
        scene.flat("M190 186L236 158H462L412 186z", body.light(26)),
        scene.flat("M412 186L462 158V526L412 552z", body.dark(30)),
        scene.flat("M412 452L462 430V470L412 494z", accent.dark(30)),
        scene.solid("M190 186H412V552H190z", body),
        scene.flat("M190 452H412V494H190z", accent),
        scene.flat("M190 186H412V214Q301 262 190 214z", accent),
        format!("<circle cx='301' cy='342' r='92' fill='{CREAM}'/>"),
        format!(
            "<circle cx='301' cy='342' r='84' fill='none' stroke='{accent}' stroke-width='3'/>"
        ),
        scene.piece(301, 342, 0, 118),
        scene.word(301, 484, 196, accent.for_print()),
        scene.flat("M214 516h174v6H214zM240 530h122v5H240z", body.light(45)),
    ]
    .concat()
}

/// An open box of sweets in rows, the lid standing behind.
pub(super) fn sweet_box(scene: &Scene) -> String {
    let look = scene.look;
    let (body, accent) = (look.body, look.accent);
    let mut rows = String::new();
    for (y, left, count, size) in [(402, 204, 5, 54), (442, 186, 5, 62), (488, 168, 5, 70)] {
        let step = (640 - 2 * left) / (count - 1);
        for n in 0..count {
            rows.push_str(&scene.piece(left + n * step, y, 0, size));
        }
    }
    [
        scene.shadow(326, 566, 226, 18),
        scene.solid("M158 178Q158 164 172 164H468Q482 164 482 178L490 386H150z", body),
        format!(
            "<path d='M174 180H466L473 372H167z' fill='none' stroke='{accent}' stroke-width='4'/>"
        ),
        scene.label(320, 268, 250, 158, 70),
        scene.flat("M150 380H490L538 516H102z", body.dark(42)),
        scene.flat("M166 390H474L514 510H126z", CREAM.dark(8)),
        rows,
        scene.solid("M102 510H538L526 564Q524 572 512 572H128Q116 572 114 564z", body),
        scene.flat("M102 510H538L536 522H104z", accent),
        scene.flat("M296 510h48v62h-48z", accent),
        format!(
            "<path d='M320 540C290 512 262 522 270 540S300 556 320 540C350 512 378 522 370 \
             540S340 556 320 540z' fill='{accent}' stroke='{}' stroke-width='3'/>",
            accent.dark(22)
        ),
        format!("<circle cx='320' cy='541' r='10' fill='{}'/>", accent.dark(16)),
    ]
    .concat()
}

/// A cake of soap before its box.
pub(super) fn soap(scene: &Scene) -> String {
    let look = scene.look;
    let (body, accent, goods) = (look.body, look.accent, look.goods);
    let cake = goods.light(40);
    [
        scene.shadow(330, 556, 190, 18),
        scene.flat("M196 212L236 184H482L444 212z", body.light(28)),
        scene.flat("M444 212L482 184V500L444 528z", body.dark(28)),
        scene.solid("M196 212H444V528H196z", body),
        scene.flat("M196 238h248v7H196zM196 452h248v7H196z", accent),
        scene.label(320, 346, 196, 184, 90),
        scene.shadow(262, 576, 150, 14),
        scene.solid(&slab(124, 502, 276, 76, 36), cake.dark(12)),
        scene.solid(&slab(124, 484, 276, 80, 38), cake),
        format!(
            "<path d='{}' fill='none' stroke='{}' stroke-width='4'/>",
            slab(148, 500, 228, 46, 23),
            cake.dark(20)
        ),
        scene.word(262, 533, 190, cake.dark(40)),
        "<g fill='#fff' opacity='.6'><circle cx='424' cy='556' r='16'/><circle cx='446' cy='584' \
         r='10'/><circle cx='106' cy='566' r='13'/><circle cx='88' cy='590' r='8'/></g>"
            .to_owned(),
    ]
    .concat()
}

/// An incense holder with smoking sticks before its slim box.
pub(super) fn incense(scene: &Scene) -> String {
    let look = scene.look;
    let (body, accent) = (look.body, look.accent);
    let stick = |x: i32, y: i32| {
        format!(
            "<path d='M250 536L{x} {y}' stroke='#6b4a36' stroke-width='7' stroke-linecap='round'/>\
             <circle cx='{x}' cy='{y}' r='6' fill='#e8663a'/>"
        )
    };
    [
        scene.shadow(350, 552, 190, 18),
        scene.flat("M330 128L356 108H500L476 128z", body.light(26)),
        scene.flat("M476 128L500 108V528L476 550z", body.dark(30)),
        scene.solid("M330 128H476V550H330z", body),
        scene.flat("M330 156h146v7H330zM330 506h146v7H330z", accent),
        scene.label(403, 334, 116, 270, 56),
        stick(196, 262),
        stick(236, 244),
        stick(276, 262),
        "<g fill='none' stroke='#fff' stroke-width='7' stroke-linecap='round' opacity='.75'>\
         <path d='M196 246C176 216 214 196 196 164S206 120 198 100M236 228C256 200 220 176 238 146\
         S230 100 240 82'/></g>"
            .to_owned(),
        scene.shadow(252, 572, 108, 12),
        scene.solid("M156 528H344C338 566 306 578 250 578S162 566 156 528z", accent),
        format!("<ellipse cx='250' cy='528' rx='94' ry='17' fill='{}'/>", accent.light(32)),
        format!("<ellipse cx='250' cy='529' rx='78' ry='12' fill='{}'/>", accent.dark(30)),
        "<path d='M238 532L246 500M252 532L252 496M262 532L258 500' stroke='#6b4a36' \
         stroke-width='6'/>"
            .to_owned(),
    ]
    .concat()
}
