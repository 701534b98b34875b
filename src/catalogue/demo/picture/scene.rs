//! The brushes all vessels share: solid shapes lit from the left, labels, pieces and heaps.

use super::{Ink, Look, motif};

/// One picture in the making. Definitions carry a mark of the product in their id, so that pictures
/// can also stand inside one page.
pub(super) struct Scene<'a> {
    id: String,
    pub look: &'a Look,
}

/// The colour of label paper.
pub(super) const CREAM: Ink = Ink(0xFFF7E6);
/// The colour of polished steel.
pub(super) const STEEL: Ink = Ink(0xC9D0D3);

impl<'a> Scene<'a> {
    pub fn new(slug: &str, look: &'a Look) -> Self {
        // FNV-1a: ids are repeated for every piece, so a short stand-in for the slug saves bytes.
        let hash = slug
            .bytes()
            .fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        Self { id: format!("k{hash:x}"), look }
    }

    /// The light that falls on solids, and the motif, defined once and used many times.
    pub fn definitions(&self) -> String {
        let (id, motif) = (&self.id, motif::draw(self.look.motif, self.look.goods));
        format!(
            "<defs><linearGradient id='{id}l'><stop stop-color='#fff' stop-opacity='.06'/>\
             <stop offset='.2' stop-color='#fff' stop-opacity='.26'/>\
             <stop offset='.45' stop-color='#fff' stop-opacity='0'/>\
             <stop offset='.6' stop-color='#2a1810' stop-opacity='0'/>\
             <stop offset='1' stop-color='#2a1810' stop-opacity='.26'/>\
             </linearGradient><g id='{id}p'>{motif}</g></defs>"
        )
    }

    /// A flat shape from SVG path data.
    pub fn flat(&self, path: &str, ink: Ink) -> String {
        format!("<path d='{path}' fill='{ink}'/>")
    }

    /// A shape with the light of the room on it.
    pub fn solid(&self, path: &str, ink: Ink) -> String {
        let id = &self.id;
        format!("<path d='{path}' fill='{ink}'/><path d='{path}' fill='url(#{id}l)'/>")
    }

    /// The motif at a place, turned by degrees, `percent` of its own size (about 100 units).
    pub fn piece(&self, x: i32, y: i32, turn: i32, percent: i32) -> String {
        let id = &self.id;
        let turn = if turn == 0 { String::new() } else { format!("rotate({turn})") };
        let scale = match percent {
            100 => String::new(),
            _ => format!("scale({}.{:02})", percent / 100, percent % 100),
        };
        format!("<use href='#{id}p' transform='translate({x} {y}){turn}{scale}'/>")
    }

    /// A soft shadow on the table.
    pub fn shadow(&self, x: i32, y: i32, rx: i32, ry: i32) -> String {
        format!("<ellipse cx='{x}' cy='{y}' rx='{rx}' ry='{ry}' fill='#2a1810' opacity='.14'/>")
    }

    /// The label's word, centred, fitted to `width`.
    pub fn word(&self, x: i32, y: i32, width: i32, ink: Ink) -> String {
        let word = self.look.label;
        // Bold capitals are about 0.69 em wide in the common sans-serif fonts, plus the spacing.
        let letters = i32::try_from(word.len()).unwrap_or(9).max(1);
        let size = ((width - 2 * letters) * 100 / (letters * 69)).min(30);
        format!(
            "<text x='{x}' y='{y}' text-anchor='middle' font-family='sans-serif' \
             font-weight='700' font-size='{size}' letter-spacing='2' fill='{ink}'>{word}</text>"
        )
    }

    /// A paper label around (x, y): border, motif and word, moved inwards on an oval.
    pub fn label(&self, x: i32, y: i32, w: i32, h: i32, round: i32) -> String {
        let paper = slab(x - w / 2, y - h / 2, w, h, round);
        let border = slab(x - w / 2 + 7, y - h / 2 + 7, w - 14, h - 14, (round - 6).max(2));
        let (accent, ink) = (self.look.accent, self.look.body.dark(58));
        let oval = round * 2 + 16 >= w.min(h);
        let tall = h > w + w / 5;
        let size =
            if oval { w.min(h) * if tall { 62 } else { 47 } / 100 } else { (w - 48).min(h - 90) };
        let (up, down) = if oval { (h / 9, h * 29 / 100) } else { (h / 9, h * 35 / 100) };
        let room = if oval && w < h * 3 / 2 { w * 66 / 100 } else { w - 44 };
        let mut svg = self.solid(&paper, CREAM);
        svg.push_str(&format!(
            "<path d='{border}' fill='none' stroke='{accent}' stroke-width='3'/>"
        ));
        svg.push_str(&self.piece(x, y - up, 0, size));
        svg.push_str(&self.word(x, y + down, room, ink));
        svg
    }

    /// A mound of goods between `left` and `right`, standing on `base`, `height` tall.
    pub fn heap(&self, left: i32, right: i32, base: i32, height: i32) -> String {
        /// How far down each row lies, how far it reaches to either side (both in percent of the
        /// mound), and how many pieces lie in it.
        const ROWS: [(i32, i32, i32); 5] =
            [(10, 8, 2), (28, 20, 4), (48, 30, 6), (69, 38, 8), (90, 46, 9)];
        let goods = self.look.goods;
        let (middle, width, top) = ((left + right) / 2, right - left, base - height);
        let (foot, brow) = (base - height * 55 / 100, width * 17 / 100);
        let mut svg = self.flat(
            &format!(
                "M{left} {base}C{} {foot} {} {top} {middle} {top}S{} {foot} {right} {base}z",
                left + width * 13 / 100,
                middle - brow,
                right - width * 13 / 100,
            ),
            goods.dark(20),
        );
        // The scale stands once, around all pieces, and places are given in its units.
        let size = motif::heaped(self.look.motif);
        svg.push_str(&format!("<g transform='scale(.{size})'>"));
        for (down, reach, count) in ROWS {
            let (y, reach) = (top + down * height / 100, width * reach / 100);
            for n in 0..count {
                let x = middle - reach + n * 2 * reach / (count - 1);
                // A fixed scatter: the same on every run, and not visibly regular.
                let scatter = n * 37 + down * 53;
                let (y, turn) = (y + scatter % 9 - 4, scatter * 7 % 150 - 75);
                svg.push_str(&self.piece(x * 100 / size, y * 100 / size, turn, 100));
            }
        }
        svg.push_str("</g>");
        svg
    }
}

/// Path data of a rectangle with rounded corners.
pub(super) fn slab(x: i32, y: i32, w: i32, h: i32, r: i32) -> String {
    let r = r.min(w / 2).min(h / 2);
    let (x, across, down) = (x + r, w - 2 * r, h - 2 * r);
    format!(
        "M{x} {y}h{across}a{r} {r} 0 0 1 {r} {r}v{down}a{r} {r} 0 0 1-{r} {r}\
         h-{across}a{r} {r} 0 0 1-{r}-{r}v-{down}a{r} {r} 0 0 1 {r}-{r}z"
    )
}
