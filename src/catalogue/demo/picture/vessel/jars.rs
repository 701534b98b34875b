//! Jars and bottles.

use super::super::Ink;
use super::super::scene::{CREAM, Scene, slab};

/// The colour of empty glass.
const GLASS: Ink = Ink(0xE8F1F0);

/// The gleam along the left side of glass or glaze.
fn gleam(path: &str) -> String {
    format!(
        "<path d='{path}' fill='none' stroke='#fff' stroke-width='12' stroke-linecap='round' \
         opacity='.5'/>"
    )
}

/// A glass jar with a ridged lid.
pub(super) fn spice_jar(scene: &Scene) -> String {
    let (accent, goods) = (scene.look.accent, scene.look.goods);
    let glass = "M226 216H414C440 232 446 250 446 276V516Q446 552 410 552H230Q194 552 194 516V276\
                 C194 250 200 232 226 216z";
    let fill = "M204 286Q262 270 320 282T436 280V514Q436 542 408 542H232Q204 542 204 514z";
    let ridges: String = (0..9).map(|n| format!("M{} 150V198", 232 + n * 22)).collect();
    [
        scene.shadow(332, 552, 158, 16),
        scene.solid(glass, GLASS),
        scene.solid(fill, goods.dark(6)),
        scene
            .flat("M204 286Q262 270 320 282T436 280V298Q380 300 320 298T204 304z", goods.light(24)),
        scene.solid(&slab(214, 192, 212, 30, 8), GLASS.dark(10)),
        scene.solid(&slab(206, 136, 228, 68, 14), accent),
        format!("<path d='{ridges}' stroke='{}' stroke-width='4' opacity='.5'/>", accent.dark(30)),
        scene.label(320, 416, 184, 196, 92),
        gleam("M214 300V500"),
    ]
    .concat()
}

/// A glass jar with a cloth cap tied with string.
pub(super) fn cloth_jar(scene: &Scene) -> String {
    let look = scene.look;
    let (body, accent, goods) = (look.body, look.accent, look.goods);
    let glass = "M240 232H400C448 250 462 290 462 330V510Q462 552 418 552H222Q178 552 178 510V330\
                 C178 290 192 250 240 232z";
    let fill = "M190 330C190 300 196 288 206 280Q320 270 434 280C444 288 450 300 450 330V508\
                Q450 542 416 542H224Q190 542 190 508z";
    let skirt = "M232 196H408L440 246Q424 258 410 246Q396 260 380 247Q364 260 350 248Q336 260 320 \
                 248Q304 260 290 248Q276 260 260 247Q244 260 230 246Q216 258 200 246z";
    [
        scene.shadow(332, 552, 166, 17),
        scene.solid(glass, GLASS),
        scene.solid(fill, goods),
        scene.flat(
            "M199 288C202 284 204 282 206 280Q320 270 434 280Q438 284 441 288Q320 282 199 \
                    288z",
            goods.light(40),
        ),
        scene.solid("M232 204V160Q232 136 320 136T408 160V204z", body),
        scene.solid(skirt, body),
        format!(
            "<path d='M260 144V200L238 246M300 137V200L292 248M340 137V200L350 248M380 \
             143V200L402 246\
             M234 164Q320 150 406 164' fill='none' stroke='{}' stroke-width='7' opacity='.55'/>",
            body.light(60)
        ),
        scene.solid(&slab(228, 190, 184, 14, 7), accent),
        format!(
            "<path d='M320 198C300 176 286 190 320 198C340 176 354 190 320 198M320 198L304 \
             226M320 198\
             L338 224' fill='none' stroke='{accent}' stroke-width='6' stroke-linecap='round'/>"
        ),
        scene.label(320, 412, 190, 190, 22),
        gleam("M204 330V490"),
    ]
    .concat()
}

/// A stoneware jar, glazed brown above and cream below.
pub(super) fn barni(scene: &Scene) -> String {
    let (body, accent) = (scene.look.body, scene.look.accent);
    let jar = "M252 216H388C396 240 470 262 470 350V500Q470 552 414 552H226Q170 552 170 500V350\
               C170 262 244 240 252 216z";
    let glaze = "M252 216H388C396 240 470 262 470 350V362Q396 384 320 374T170 366V350\
                 C170 262 244 240 252 216z";
    [
        scene.shadow(332, 552, 172, 18),
        scene.solid(jar, CREAM.dark(5)),
        scene.solid(glaze, body),
        scene.solid(&slab(240, 202, 160, 24, 12), body.dark(14)),
        scene.solid("M236 202Q240 150 320 150T404 202z", body),
        scene.solid(&slab(296, 120, 48, 38, 18), body.dark(10)),
        scene.solid(&slab(238, 212, 164, 12, 6), accent),
        format!(
            "<path d='M400 218C424 222 432 246 420 262M400 218C436 214 446 236 446 250' \
             fill='none' stroke='{accent}' stroke-width='7' stroke-linecap='round'/>"
        ),
        format!(
            "<path d='M173 392Q320 408 467 392M173 520Q320 536 467 520' fill='none' \
             stroke='{accent}' stroke-width='5'/>"
        ),
        scene.piece(320, 440, 0, 72),
        scene.word(320, 508, 210, body.dark(50)),
        gleam("M200 330C204 300 220 284 236 274"),
    ]
    .concat()
}

/// A tall bottle with a cap.
pub(super) fn bottle(scene: &Scene) -> String {
    let look = scene.look;
    let (accent, goods) = (look.accent, look.goods);
    let glass = "M284 150H356V214C356 262 430 264 430 336V514Q430 552 392 552H248Q210 552 210 \
                 514V336C210 264 284 262 284 214z";
    let fill = "M290 226H350C358 268 420 272 420 338V512Q420 542 390 542H250Q220 542 220 512V338\
                C220 272 282 268 290 226z";
    [
        scene.shadow(330, 552, 142, 16),
        scene.solid(glass, GLASS),
        scene.solid(fill, goods),
        format!("<ellipse cx='320' cy='226' rx='30' ry='6' fill='{}'/>", goods.light(40)),
        scene.solid(&slab(278, 146, 84, 16, 6), accent.dark(12)),
        scene.solid(&slab(282, 92, 76, 62, 12), accent),
        format!(
            "<path d='M296 104V146M312 104V146M328 104V146M344 104V146' stroke='{}' \
             stroke-width='4' opacity='.5'/>",
            accent.dark(35)
        ),
        scene.label(320, 428, 184, 178, 16),
        gleam("M232 350C234 312 258 300 276 286"),
    ]
    .concat()
}
