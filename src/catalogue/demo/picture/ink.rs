//! Colours as whole numbers, and the shades made from them.

use std::fmt;

/// An opaque colour, 0xRRGGBB; displayed as an SVG colour (`#rrggbb`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink(pub u32);

/// Where shadows lead to: a warm near-black, so that shaded colours do not turn grey.
const NIGHT: Ink = Ink(0x2A1810);
/// Where lights lead to: the white of paper.
const PAPER: Ink = Ink(0xFFFDF8);

impl Ink {
    /// This colour with `percent` (0 to 100) of another stirred in.
    pub const fn mix(self, other: Self, percent: u32) -> Self {
        let (a, b) = (self.0, other.0);
        let r = blend(a >> 16, b >> 16, percent);
        let g = blend(a >> 8, b >> 8, percent);
        Self(r << 16 | g << 8 | blend(a, b, percent))
    }

    /// A shade `percent` of the way to the dark.
    pub const fn dark(self, percent: u32) -> Self {
        self.mix(NIGHT, percent)
    }

    /// A tint `percent` of the way to paper white.
    pub const fn light(self, percent: u32) -> Self {
        self.mix(PAPER, percent)
    }

    /// A colour for words printed on this one.
    pub const fn for_print(self) -> Self {
        let luma = (self.0 >> 16 & 0xFF) * 3 + (self.0 >> 8 & 0xFF) * 6 + (self.0 & 0xFF);
        if luma < 1_500 { PAPER } else { self.dark(68) }
    }
}

/// Blends the lowest byte of each.
const fn blend(a: u32, b: u32, percent: u32) -> u32 {
    ((a & 0xFF) * (100 - percent) + (b & 0xFF) * percent) / 100
}

impl fmt::Display for Ink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06x}", self.0)
    }
}
