//! Draws the picture of a demo product as one small SVG: an arched niche in the colour of the
//! category, a vessel on a table, and a few pieces of what is inside.
//!
//! Everything is computed from the product's [`Look`], in whole numbers, so the same product
//! always gives the same bytes. Presentation is in attributes only (no `style`, no script, no
//! reference to anything outside), so a strict Content-Security-Policy has nothing to object to.

mod ink;
mod motif;
mod scene;
mod vessel;

pub use ink::Ink;
pub use motif::Motif;
pub use vessel::Vessel;

use super::DemoProduct;
use scene::Scene;

/// How a product is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The colour of the wall behind; one per category.
    pub ground: Ink,
    /// What it is packed in.
    pub vessel: Vessel,
    /// The main colour of the packing.
    pub body: Ink,
    /// Lids, borders and ribbons.
    pub accent: Ink,
    /// The colour of what is inside.
    pub goods: Ink,
    /// The thing itself, on the label and beside the vessel.
    pub motif: Motif,
    /// At most 9 capital letters.
    pub label: &'static str,
}

impl Look {
    /// A look from its `[body, accent, goods]` colours, each 0xRRGGBB.
    pub const fn new(
        ground: Ink,
        vessel: Vessel,
        [body, accent, goods]: [u32; 3],
        motif: Motif,
        label: &'static str,
    ) -> Self {
        Self {
            ground,
            vessel,
            body: Ink(body),
            accent: Ink(accent),
            goods: Ink(goods),
            motif,
            label,
        }
    }
}

/// The picture of a product: a complete SVG document of 640 × 640 units and at most 6 kB.
pub fn draw(product: &DemoProduct) -> String {
    let look = &product.look;
    let scene = Scene::new(product.slug, look);
    let mut svg = String::with_capacity(6 * 1024);
    svg.push_str("<svg xmlns='http://www.w3.org/2000/svg' width='640' height='640' ");
    svg.push_str("viewBox='0 0 640 640'>");
    svg.push_str(&format!("<title>{}</title>", escaped(product.name)));
    svg.push_str(&scene.definitions());
    svg.push_str(&niche(look.ground));
    svg.push_str(&vessel::draw(&scene));
    for &(x, y, turn, percent) in vessel::garnish(look.vessel) {
        let turn = if motif::stands(look.motif) { 0 } else { turn };
        svg.push_str(&scene.shadow(x, y + percent * 4 / 10, percent * 45 / 100, percent / 9));
        svg.push_str(&scene.piece(x, y, turn, percent));
    }
    svg.push_str("</svg>");
    svg
}

/// The wall, an arched niche in it, and the table.
fn niche(ground: Ink) -> String {
    let (wall, arch, rim) = (ground, ground.light(48), ground.light(25));
    let (table, edge) = (ground.dark(9), ground.dark(15));
    format!(
        "<rect width='640' height='640' fill='{wall}'/>\
         <path d='M74 500V296C74 162 206 128 320 34C434 128 566 162 566 296V500z' fill='{rim}'/>\
         <path d='M92 500V300C92 178 214 142 320 58C426 142 548 178 548 300V500z' fill='{arch}'/>\
         <path d='M0 492H640V640H0z' fill='{table}'/>\
         <path d='M0 492H640v5H0z' fill='{edge}' opacity='.5'/>"
    )
}

/// Text made safe between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
